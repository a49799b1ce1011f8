// A text that machines know, and what people call it.
#pragma once

#include <string_view>
#include <utility>

#include "cli/i18n.h"

namespace pharmacy::cli {

using Entry = std::pair<std::string_view, const char*>;

}  // namespace pharmacy::cli
