// What must hold before a sale is written.
#pragma once

#include <vector>

#include "pharmacy/visits.h"
#include "visits/stock.h"

namespace pharmacy::visits {

// What is wrong with a sale. All of it is told at once, and the sale ends as the gravest does.
class SaleFaults {
 public:
  void add(Errc code, Fault fault);
  void add_all(Errc code, std::vector<Fault> faults);
  [[nodiscard]] bool empty() const { return faults_.empty(); }
  void throw_if_any();

 private:
  Errc code_{};
  std::vector<Fault> faults_;
};

// When a sale happened.
struct Occurrence {
  Instant at;
  Date day;
};

// An item with its product and its price.
struct StockedItem {
  StockedProduct product;
  SaleItem item;
  UnitPrice price;
  Money list_amount;
};

// Items with their products, also those without a price, for what is looked at and not sold; what
// is no product is left out.
std::vector<StockedItem> stocked_items(db::Database& database, const std::vector<SaleItem>& items);

// A sale that may be written: its texts as the store keeps them.
struct CheckedSale {
  NewSale sale;
  Occurrence when;
  std::vector<StockedItem> items;
  Money total;  // less the discount
  std::vector<Payment> payments;
  std::optional<std::string> pharmacist;  // login of who released it
};

enum class Extent { terms, all };
// Throws all faults at once. Of the terms alone, the items and what depends on them are empty.
CheckedSale checked_sale(Reading& reading, const NewSale& input, Extent extent);

}  // namespace pharmacy::visits
