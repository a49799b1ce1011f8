// schema/default_policy.toml, which every new store begins with.
#pragma once

#include <string_view>

namespace pharmacy::vault {

std::string_view default_policy();

}  // namespace pharmacy::vault
