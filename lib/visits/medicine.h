// Which products are medicines: the one place that says so.
#pragma once

#include <optional>
#include <string>

namespace pharmacy::visits {

// By what the catalog says of a product: its approval number (国药准字, or a registration of an
// imported medicine). What is listed without one is not known to be a medicine.
inline bool is_medicine(const std::optional<std::string>& approval) { return approval.has_value(); }

}  // namespace pharmacy::visits
