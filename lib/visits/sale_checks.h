// What must hold before a sale is written.
#pragma once

#include <vector>

#include "pharmacy/policy.h"
#include "pharmacy/visits.h"
#include "visits/stock.h"

namespace pharmacy::visits {

// An item with its product and its price.
struct PricedItem {
  StockedProduct product;
  SaleItem item;
  UnitPrice price;
  Money list_amount;
};

// When a sale happened.
struct Occurrence {
  Instant at;
  Date day;
};

// The sale with its texts as the store keeps them. Throws invalid_input with all faults.
NewSale checked_sale(const NewSale& input);
// Throws not_found for unknown products, all of them, or invalid_input where one has no price.
std::vector<PricedItem> priced_items(Transaction& tx, const std::vector<SaleItem>& items);
// Throws invalid_input, refused or not_permitted where it may not have happened then.
Occurrence checked_occurrence(Transaction& tx, const NewSale& sale);

}  // namespace pharmacy::visits
