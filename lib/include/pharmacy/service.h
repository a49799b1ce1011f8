// The service standard: what has to be done at each sale, by what is sold. The policy says which
// steps, and without which of them nothing is sold; the others are told, and kept with the receipt.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"

namespace pharmacy {

enum class ServiceStep {
  prescription,  // its number is recorded
  pharmacist,    // who sells is one, or it is said which one released it
  batch,
  expiry,
  days_supply  // for how long it lasts is known, by the sale or by the catalog
};
template <>
struct EnumNames<ServiceStep> {
  static constexpr std::array table{
      std::pair{ServiceStep::prescription, "prescription"},
      std::pair{ServiceStep::pharmacist, "pharmacist"}, std::pair{ServiceStep::batch, "batch"},
      std::pair{ServiceStep::expiry, "expiry"}, std::pair{ServiceStep::days_supply, "days_supply"}};
};

// A step that a sale lacks.
struct MissedStep {
  ServiceStep step;
  std::vector<std::int64_t> lines;  // of the sale, from 1: those that it is missing for
  std::string text;                 // one sentence, translated
};

}  // namespace pharmacy
