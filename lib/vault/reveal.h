// Showing whole what is masked else.
#pragma once

#include <optional>
#include <string_view>

#include "pharmacy/store.h"

namespace pharmacy::vault {

// To be called where something may be revealed: checks the reason ("call", "deliver", "verify", or
// "other:" and 1-200 bytes), the permission, and the training that the policy asks for, and notes
// field and reason in the access log. Does nothing where there is neither. Throws invalid_input
// where a reason is lacking, is none, or stands alone; not_permitted; refused where the policy asks
// for a training that the actor lacks.
void begin_reveal(Reading& reading, std::optional<std::string_view> field, std::string_view reason);

}  // namespace pharmacy::vault
