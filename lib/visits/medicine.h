// Which products are medicines: the one place that says so.
#pragma once

#include <optional>
#include <string>

namespace pharmacy::visits {

// What the catalog says of a product: its class, and its approval number (国药准字, or a
// registration of an imported medicine).
enum class MedicineStatus { medicine, other, unknown };
inline MedicineStatus medicine_status(const std::optional<std::string>& of_class,
                                      const std::optional<std::string>& approval) {
  if (of_class)
    return *of_class == "not_medicine" ? MedicineStatus::other : MedicineStatus::medicine;
  return approval ? MedicineStatus::medicine : MedicineStatus::unknown;
}

}  // namespace pharmacy::visits
