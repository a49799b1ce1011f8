// What is known of the made-up drugstore's drugs: real ingredients, ATC codes and classes.
#pragma once

#include <string_view>

namespace demo {

struct DrugFacts {
  std::string_view name;           // of the drug
  const char* product_class = "";  // "rx", "otc_a", "otc_b" or "not_medicine"
  const char* atc = "";            // of the WHO's index; empty where it has none
  const char* ingredients = "";    // with "; " between them
  const char* special = "";
};

// Of a drug by its name. Of traditional medicines nothing is known.
const DrugFacts* facts_of(std::string_view name);

}  // namespace demo
