// What a counter check asks a member's notes: each key with what it would mean if a note holds it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "db/database.h"
#include "pharmacy/counter_check.h"
#include "visits/check/cart.h"

namespace pharmacy::visits {

// What it means where a note holds the key.
struct Meaning {
  AlertLevel level;
  AlertKind kind;
  const CheckedProduct* product;
  std::string detail;  // the class, or what the table says; may be empty
};
using Questions = std::multimap<std::string, Meaning>;

AlertLevel level_of(InteractionSeverity severity);

// All questions that the products of a cart raise. The products outlive them.
Questions questions_of(db::Database& database, const std::vector<CheckedProduct>& cart);

}  // namespace pharmacy::visits
