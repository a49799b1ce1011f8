// Checks of what people typed that collect faults, so that all are reported at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/checked_text.h"
#include "pharmacy/error.h"
#include "pharmacy/values.h"

namespace pharmacy::visits {

using pharmacy::check_limit;
using pharmacy::checked_text;

// A product's code as the catalog keeps it, full-width characters folded, since input methods
// write them; nullopt where it is longer than product_code_max, or no text. Empty text stays so.
std::optional<std::string> kept_code(std::string_view text);
// The same with a fault where it is not acceptable, or empty.
std::string checked_code(std::vector<Fault>& faults, std::string_view text);

// A fault where it is not above 0, or above quantity_max.
void check_quantity(std::vector<Fault>& faults, Quantity quantity);
// A fault where the price is below 0 or above unit_price_max.
void check_price(std::vector<Fault>& faults, UnitPrice price);

}  // namespace pharmacy::visits
