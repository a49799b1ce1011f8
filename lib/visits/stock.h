// Products as sales see them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "db/database.h"
#include "pharmacy/catalog.h"

namespace pharmacy::visits {

struct StockedProduct {
  ProductId id;
  std::string code;
  std::string name;
  std::optional<UnitPrice> price;
  bool earns_points;
  std::optional<std::int64_t> days_supply;  // of one unit
  std::optional<ProductClass> product_class;
  std::optional<SpecialDrug> special;
  std::optional<bool> long_term;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &StockedProduct::id},
                      Field{"code", &StockedProduct::code},
                      Field{"name", &StockedProduct::name},
                      Field{"price", &StockedProduct::price},
                      Field{"earns_points", &StockedProduct::earns_points},
                      Field{"days_supply", &StockedProduct::days_supply},
                      Field{"class", &StockedProduct::product_class},
                      Field{"special", &StockedProduct::special},
                      Field{"long_term", &StockedProduct::long_term}};
  }
};

// By its code, or by the code with full-width characters folded, as input methods write them.
std::optional<StockedProduct> find_stocked(db::Database& database, std::string_view code);
// How many days so much of it lasts, by the catalog's days of a unit: 1 to days_supply_max.
std::optional<std::int64_t> days_by_catalog(const StockedProduct& product, Quantity quantity);
// "there is no product 69012", and what to do: the nearest code where one is near.
Fault no_product(db::Database& database, std::string_view code);
// As find_stocked(). Throws not_found, with that fault.
StockedProduct known_product(db::Database& database, std::string_view code);

}  // namespace pharmacy::visits
