// Checks of what people typed that collect faults, so that all are reported at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/error.h"
#include "pharmacy/values.h"

namespace pharmacy::visits {

// The text as the store keeps it; a fault that names `what` where it is empty, longer than
// `longest` bytes, or no text.
std::string checked_text(std::vector<Fault>& faults, const char* what, std::string_view text,
                         std::size_t longest);
// The same where it is given.
std::optional<std::string> checked_text(std::vector<Fault>& faults, const char* what,
                                        const std::optional<std::string>& text,
                                        std::size_t longest);

// A product's code as the catalog keeps it, full-width characters folded, since input methods
// write them; nullopt where it is longer than product_code_max, or no text. Empty text stays so.
std::optional<std::string> kept_code(std::string_view text);
// The same with a fault where it is not acceptable, or empty.
std::string checked_code(std::vector<Fault>& faults, std::string_view text);

// A fault where the price is below 0 or above unit_price_max.
void check_price(std::vector<Fault>& faults, UnitPrice price);

// Throws invalid_input where a list of 1 to `most` is asked for otherwise.
void check_limit(std::size_t limit, std::size_t most);

}  // namespace pharmacy::visits
