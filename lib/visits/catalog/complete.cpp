// What products lack, from the list of drugs that is loaded.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

#include "base/i18n.h"
#include "base/substance_keys.h"
#include "pharmacy/error.h"
#include "pharmacy/reference.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/catalog/editions.h"
#include "visits/catalog/product_facts.h"

namespace pharmacy {
namespace {

// What the list may know of a product, and what a product that lacks some of it has.
struct ListedFacts {
  std::optional<std::string> generic_name;
  std::optional<std::string> form;
  std::optional<std::string> strength;
  std::optional<std::string> maker;
  std::optional<std::string> ingredients;
  std::optional<std::string> atc;

  static constexpr auto fields() {
    return std::tuple{
        Field{"generic_name", &ListedFacts::generic_name}, Field{"form", &ListedFacts::form},
        Field{"strength", &ListedFacts::strength},         Field{"maker", &ListedFacts::maker},
        Field{"ingredients", &ListedFacts::ingredients},   Field{"atc", &ListedFacts::atc}};
  }
};

struct Lacking {
  ProductId id;
  std::string code;
  std::string name;
  std::optional<std::string> approval;
  ListedFacts facts;
};

std::vector<Lacking> lacking_products(db::Database& database) {
  auto statement = database.prepare(
      "SELECT generic_name, form, strength, maker, ingredients, atc, id, code, name, approval"
      " FROM catalog WHERE generic_name IS NULL OR form IS NULL OR strength IS NULL"
      " OR maker IS NULL OR ingredients IS NULL OR atc IS NULL ORDER BY code");
  statement.bind();
  std::vector<Lacking> all;
  while (statement.step()) {
    all.push_back({.id = statement.get<ProductId>(6),
                   .code = statement.get<std::string>(7),
                   .name = statement.get<std::string>(8),
                   .approval = statement.get<std::optional<std::string>>(9),
                   .facts = statement.row<ListedFacts>()});
  }
  return all;
}

bool alike(const std::string& a, const std::string& b) { return fold(a) == fold(b); }

// The rows of its approval number, else of its code; of several strengths, those of its own.
std::vector<ListedFacts> rows_of(db::Database& database, const Lacking& product) {
  std::vector<ListedFacts> rows;
  if (product.approval) {
    const auto number = visits::kept_approval(*product.approval).value_or(*product.approval);
    rows = database.rows<ListedFacts>(
        "SELECT generic_name, form, strength, maker, ingredients, atc FROM reference_drug"
        " WHERE approval = ?1 ORDER BY id",
        number);
  }
  if (rows.empty()) {
    rows = database.rows<ListedFacts>(
        "SELECT generic_name, form, strength, maker, ingredients, atc FROM reference_drug"
        " WHERE code = ?1 ORDER BY id",
        product.code);
  }
  const auto& strength = product.facts.strength;
  const auto is_other = [&](const ListedFacts& row) {
    return !row.strength || !alike(*row.strength, *strength);
  };
  if (strength && !std::all_of(rows.begin(), rows.end(), is_other)) std::erase_if(rows, is_other);
  return rows;
}

// Fills what all rows agree on, and says what they do not.
class Filling {
 public:
  Filling(const Lacking& product, const std::vector<ListedFacts>& rows)
      : product_{product}, rows_{rows} {}

  std::vector<ProductCompletion> run() {
    std::apply([&](const auto&... field) { (fill(field.name, field.member), ...); },
               ListedFacts::fields());
    return std::move(completions_);
  }

  [[nodiscard]] const ListedFacts& filled() const { return filled_; }

 private:
  void fill(const char* name, std::optional<std::string> ListedFacts::*member) {
    if (product_.facts.*member) return;
    std::optional<std::string> found;
    bool differs = false;
    for (const auto& row : rows_) {
      const auto& value = row.*member;
      if (!value) continue;
      differs = differs || (found && !alike(*found, *value));
      if (!found) found = value;
    }
    if (!found) return;
    if (differs) found.reset();
    filled_.*member = found;
    completions_.push_back({product_.code, product_.name, name, found});
  }

  const Lacking& product_;
  const std::vector<ListedFacts>& rows_;
  ListedFacts filled_{};
  std::vector<ProductCompletion> completions_;
};

void write(db::Database& database, ProductId id, const ListedFacts& filled) {
  database.run(
      "UPDATE product SET generic_name = coalesce(generic_name, ?2), form = coalesce(form, ?3),"
      " strength = coalesce(strength, ?4), maker = coalesce(maker, ?5), atc = coalesce(atc, ?6)"
      " WHERE id = ?1",
      id, filled.generic_name, filled.form, filled.strength, filled.maker, filled.atc);
  if (!filled.ingredients) return;
  visits::put_ingredients(database, id, split_names(*filled.ingredients));
}

}  // namespace

std::vector<ProductCompletion> complete_products(Transaction& tx) {
  vault::require(tx, vault::Permission::edit_catalog);
  auto& database = vault::database(tx);
  if (!visits::loaded_edition(database, ReferenceKind::national)) {
    throw Error(Errc::not_found, _("no national list is loaded"),
                _("load one with: visit reference import national FILE --edition NAME"));
  }
  std::vector<ProductCompletion> all;
  for (const auto& product : lacking_products(database)) {
    const auto rows = rows_of(database, product);
    Filling filling{product, rows};
    auto completions = filling.run();
    if (completions.empty()) continue;
    write(database, product.id, filling.filled());
    std::move(completions.begin(), completions.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace pharmacy
