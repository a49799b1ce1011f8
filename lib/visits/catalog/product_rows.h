// The rows of a file of products, read before the store is looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/sheet.h"
#include "pharmacy/catalog.h"

namespace pharmacy::visits {

// In the order of product_import_fields().
namespace column {
enum Place : std::size_t {
  code,
  name,
  price,
  unit,
  form,
  strength,
  maker,
  approval,
  earns,
  generic_name,
  ingredients,
  atc,
  product_class,
  special,
  days_supply,
  long_term
};
}  // namespace column

// A row, and what is wrong with it.
struct ProductRow {
  std::int64_t line = 0;
  std::string_view raw;
  NewProduct product;
  std::optional<bool> earns;
  bool approval_is_odd = false;  // begins with 国药准字 and goes on otherwise than those do
  std::vector<RowFault> faults;
};

// The sheet's current row.
ProductRow read_product_row(const Sheet& sheet);

}  // namespace pharmacy::visits
