#include "pharmacy/catalog.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "base/substance_keys.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/catalog/product_facts.h"
#include "visits/stock.h"
#include "visits/text_checks.h"

namespace pharmacy {

namespace visits {

// How many codes of the same beginning are looked at for "did you mean".
static constexpr std::int64_t candidates_max = 5'000;

std::optional<std::int64_t> days_by_catalog(const StockedProduct& product, Quantity quantity) {
  if (!product.days_supply) return std::nullopt;
  constexpr std::int64_t thousandths = 1'000;
  const std::int64_t days = quantity.count() / thousandths * *product.days_supply +
                            quantity.count() % thousandths * *product.days_supply / thousandths;
  return std::clamp<std::int64_t>(days, 1, days_supply_max);
}

std::optional<StockedProduct> find_stocked(db::Database& database, std::string_view code) {
  constexpr std::string_view sql =
      "SELECT id, code, name, price, earns_points, days_supply, class, special, long_term"
      " FROM product WHERE code = ?1";
  const auto kept = normalise(code);
  if (!kept) return std::nullopt;
  if (auto product = database.row<StockedProduct>(sql, *kept)) return product;
  const std::string folded = fold_width(*kept);
  if (folded == *kept) return std::nullopt;
  return database.row<StockedProduct>(sql, folded);
}

// Mistyped codes mostly begin as the right one does; else they miss or add their first character.
static std::optional<std::string> nearest_code(db::Database& database, std::string_view code) {
  std::vector<std::string> candidates;
  auto statement = database.prepare(
      "SELECT code FROM product WHERE code >= ?1 AND code < ?1 || char(1114111)"
      " ORDER BY code LIMIT ?2");
  const std::string beginning{code.substr(0, code.size() / 2)};
  statement.bind(beginning, candidates_max);
  while (statement.step()) candidates.push_back(statement.get<std::string>(0));
  return nearest(code, candidates);
}

Fault no_product(db::Database& database, std::string_view code) {
  const std::string shown = for_terminal(code);
  const auto near = nearest_code(database, fold_width(normalise(code).value_or("")));
  return {fmt::format(fmt::runtime(_("there is no product {}")), shown),
          near ? fmt::format(fmt::runtime(_("did you mean {}?")), *near)
               : std::string{_("list products with: visit product list")}};
}

StockedProduct known_product(db::Database& database, std::string_view code) {
  auto product = find_stocked(database, code);
  if (!product) throw Error(Errc::not_found, {no_product(database, code)});
  return *std::move(product);
}

}  // namespace visits

ProductId add_product(Transaction& tx, const NewProduct& input) {
  vault::require(tx, vault::Permission::edit_catalog);
  std::vector<Fault> faults;
  const auto code = visits::checked_code(faults, input.code);
  auto kept = visits::checked_facts(faults, input);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  kept.code = code;

  if (const auto taken = vault::database(tx).value<std::string>(
          "SELECT name FROM product WHERE code = ?1", code)) {
    throw Error(Errc::conflict, fmt::format(fmt::runtime(_("the code {code} belongs to {name}")),
                                            fmt::arg("code", code), fmt::arg("name", *taken)));
  }
  return visits::insert_product(tx, kept, std::nullopt);
}

std::optional<Product> find_product(Reading& reading, std::string_view code) {
  vault::require(reading, vault::Permission::view_catalog);
  auto& database = vault::database(reading);
  const auto stocked = visits::find_stocked(database, code);
  if (!stocked) return std::nullopt;
  return database.row<Product>(
      "SELECT code, name, unit, price, form, strength, maker, approval, earns_points,"
      " generic_name, ingredients, atc, class, special, days_supply, long_term"
      " FROM catalog WHERE id = ?1",
      stocked->id);
}

Product get_product(Reading& reading, std::string_view code) {
  vault::require(reading, vault::Permission::view_catalog);
  if (auto product = find_product(reading, code)) return *std::move(product);
  throw Error(Errc::not_found, {visits::no_product(vault::database(reading), code)});
}

static std::optional<std::string> atc_asked(const ProductFilter& filter) {
  if (!filter.atc) return std::nullopt;
  auto code = kept_atc(*filter.atc);
  if (!code) throw Error(Errc::invalid_input, {visits::no_atc(*filter.atc)});
  return code;
}

std::vector<Product> list_products(Reading& reading, const ProductFilter& filter) {
  vault::require(reading, vault::Permission::view_catalog);
  visits::check_limit(filter.limit, products_limit_max);
  // Bound text must outlive the steps.
  const std::string wanted = fold(filter.text.value_or(""));
  const std::string after = filter.after.value_or("");
  const auto atc = atc_asked(filter);
  std::optional<std::string> ingredient;
  if (filter.ingredient) ingredient = fold(*filter.ingredient);
  auto statement = vault::database(reading).prepare(
      "SELECT code, name, unit, price, form, strength, maker, approval, earns_points,"
      " generic_name, ingredients, atc, class, special, days_supply, long_term"
      " FROM catalog WHERE code > ?1 AND (?2 IS NULL OR class = ?2)"
      " AND (?3 IS NULL OR substr(atc, 1, length(?3)) = ?3)"
      " AND (?4 IS NULL OR EXISTS (SELECT 1 FROM product_ingredient i"
      "                            WHERE i.product = catalog.id AND instr(i.key, ?4) > 0))"
      " ORDER BY code");
  statement.bind(after, filter.product_class, atc, ingredient);
  std::vector<Product> found;
  while (found.size() < filter.limit && statement.step()) {
    auto product = statement.row<Product>();
    if (fold(product.name).find(wanted) != std::string::npos ||
        fold(product.code).starts_with(wanted)) {
      found.push_back(std::move(product));
    }
  }
  return found;
}

}  // namespace pharmacy
