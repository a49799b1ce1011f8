#include "visits/check/cart.h"

#include <algorithm>
#include <set>

#include "pharmacy/error.h"
#include "visits/stock.h"

namespace pharmacy::visits {
namespace {

// What the catalog says of a product beside its substances.
struct Registration {
  std::optional<std::string> of_class;
  std::optional<std::string> approval;

  static constexpr auto fields() {
    return std::tuple{Field{"class", &Registration::of_class},
                      Field{"approval", &Registration::approval}};
  }
};

CheckedProduct checked(db::Database& database, const StockedProduct& product) {
  const auto known =
      database.row<Registration>("SELECT class, approval FROM product WHERE id = ?1", product.id);
  return {.id = product.id,
          .code = product.code,
          .name = product.name,
          .substances = substances_of(database, product.id),
          .status = medicine_status(known->of_class, known->approval)};
}

}  // namespace

std::vector<CheckedProduct> cart_of(db::Database& database, const std::vector<std::string>& codes) {
  std::vector<CheckedProduct> cart;
  std::vector<Fault> faults;
  std::set<ProductId> seen;
  for (const std::string& code : codes) {
    const auto product = find_stocked(database, code);
    if (!product) {
      faults.push_back(no_product(database, code));
    } else if (seen.insert(product->id).second) {
      cart.push_back(checked(database, *product));
    }
  }
  if (!faults.empty()) throw Error(Errc::not_found, std::move(faults));
  return cart;
}

std::vector<CheckedProduct> supply_of(db::Database& database, MemberId member, Date today) {
  const auto products = database.rows<StockedProduct>(
      "SELECT DISTINCT p.id, p.code, p.name, p.price, p.earns_points"
      " FROM receipt r JOIN line l ON l.receipt = r.id JOIN product p ON p.id = l.product"
      " WHERE r.member = ?1 AND r.kind = 'sale' AND r.day BETWEEN ?2 - 3650 AND ?2"
      " AND l.days_supply IS NOT NULL AND r.day + l.days_supply > ?2"
      " AND l.quantity > (SELECT coalesce(sum(b.quantity), 0) FROM line_return b"
      "  WHERE b.receipt = l.receipt AND b.line = l.line)"
      " ORDER BY p.code",
      member, today);
  std::vector<CheckedProduct> supply;
  for (const StockedProduct& product : products) supply.push_back(checked(database, product));
  return supply;
}

std::vector<std::string> common_ingredients(const Substances& one, const Substances& other) {
  std::vector<std::string> common;
  std::ranges::set_intersection(one.keys, other.keys, std::back_inserter(common));
  std::erase_if(common, [](const std::string& key) { return !key.starts_with("i:"); });
  return common;
}

}  // namespace pharmacy::visits
