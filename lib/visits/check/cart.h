// What is in a cart, as a counter check looks at it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "pharmacy/ids.h"
#include "pharmacy/time.h"
#include "visits/catalog/substances.h"
#include "visits/medicine.h"

namespace pharmacy::visits {

struct CheckedProduct {
  ProductId id;
  std::string code;
  std::string name;
  Substances substances;
  MedicineStatus status;
};

// The products of these codes, each once. Throws not_found, all of them at once.
std::vector<CheckedProduct> cart_of(db::Database& database, const std::vector<std::string>& codes);

// What the member bought by lines that say for how many days, and that reach beyond `today`,
// but for what came back.
std::vector<CheckedProduct> supply_of(db::Database& database, MemberId member, Date today);

// The ingredients' keys that both have.
std::vector<std::string> common_ingredients(const Substances& one, const Substances& other);

}  // namespace pharmacy::visits
