// The citizen identification number (GB 11643-1999): 6 digits of a region, the day of birth, 3 of a
// sequence, and one that checks the others by ISO 7064, MOD 11-2, where X stands for 10.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pharmacy/time.h"

namespace pharmacy {

// The number as it is kept: half-width, without spaces, X in capitals. nullopt for anything else: a
// wrong length or character, a day of birth that is none or after `today`, or a last digit that
// does not fit. Whether there is such a region, nobody can say for all times.
std::optional<std::string> kept_id_number(std::string_view text, Date today);
// The last digit that belongs to the 17 before it.
char id_check_digit(std::string_view first_17);

}  // namespace pharmacy
