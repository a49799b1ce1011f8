// Whole numbers as people type them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pharmacy {

// Whether it is an ASCII digit.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A decimal integer between `min` and `max`, both included: an optional minus and digits, without
// leading zeros ("0" itself is fine, "-0" is not). Full-width digits are folded first. nullopt
// for anything else.
std::optional<std::int64_t> parse_count(std::string_view text, std::int64_t min, std::int64_t max);

// The same as tills write them: ".0" or ".00" may follow.
std::optional<std::int64_t> parse_whole(std::string_view text, std::int64_t min, std::int64_t max);

// A decimal number as an integer of its smallest part: "12.5" with 2 decimals is 1250. Further
// decimals are taken if they are zeros. nullopt for anything else and for what does not fit.
std::optional<std::int64_t> parse_decimal(std::string_view text, int decimals);

}  // namespace pharmacy
