// Phone numbers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pharmacy/error.h"

namespace pharmacy {

// A number as people type it in E.164, as "+8613800138000"; nullopt where it is none. Spaces,
// hyphens, dots and brackets are dropped and full-width characters folded. Without + or 00 before
// it, a number is Chinese: a mobile one, a landline with its area code, or 400 and 800.
std::optional<std::string> normalise_phone(std::string_view text);
// What is told of one that is none.
Fault no_phone(std::string_view text);

// The last four digits of a number in E.164.
std::string_view last_four(std::string_view phone);

// A number in E.164 for whoever may not see it: "*******8000", without the country's code where
// that is China's.
std::string mask_phone(std::string_view phone);

}  // namespace pharmacy
