#include <fmt/format.h>

#include <utility>

#include "base/i18n.h"
#include "pharmacy/catalog.h"
#include "pharmacy/error.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/catalog/product_facts.h"
#include "visits/stock.h"

namespace pharmacy {
namespace {

template <class Value>
std::optional<std::string> as_text(const std::optional<Value>& value) {
  if (!value) return std::nullopt;
  if constexpr (std::is_same_v<Value, std::string>) {
    return *value;
  } else if constexpr (std::is_same_v<Value, bool>) {
    return *value ? "yes" : "no";
  } else if constexpr (NamedEnum<Value>) {
    return to_word(*value);
  } else if constexpr (std::is_same_v<Value, std::int64_t>) {
    return std::to_string(*value);
  } else {
    return to_string(*value);
  }
}

template <class Value>
std::optional<Value> value_of(const Edit<Value>& edit) {
  return edit ? *edit : std::nullopt;
}

// What is asked for, as if it were a product, so that it is checked as one. What stays is not
// checked again: it may be older than today's rules.
NewProduct asked_for(const ProductEdit& edit) {
  return {.code = {},
          .name = value_of(edit.name),
          .price = value_of(edit.price),
          .unit = value_of(edit.unit),
          .form = value_of(edit.form),
          .strength = value_of(edit.strength),
          .maker = value_of(edit.maker),
          .approval = value_of(edit.approval),
          .generic_name = value_of(edit.generic_name),
          .ingredients = edit.ingredients.value_or(std::vector<std::string>{}),
          .atc = value_of(edit.atc),
          .product_class = value_of(edit.product_class),
          .special = value_of(edit.special),
          .days_supply = value_of(edit.days_supply),
          .long_term = value_of(edit.long_term)};
}

// One edit of one product.
class ProductEditor {
 public:
  ProductEditor(Product now, const ProductEdit& edit, const NewProduct& kept)
      : next_{std::move(now)}, edit_{edit}, kept_{kept} {}

  std::vector<ProductChange> run() {
    if (edit_.name) take("name", next_.name, kept_.name.value_or(next_.code));
    change("unit", next_.unit, edit_.unit, kept_.unit);
    change("price", next_.price, edit_.price, kept_.price);
    change("form", next_.form, edit_.form, kept_.form);
    change("strength", next_.strength, edit_.strength, kept_.strength);
    change("maker", next_.maker, edit_.maker, kept_.maker);
    change("approval", next_.approval, edit_.approval, kept_.approval);
    if (edit_.earns_points) take("earns_points", next_.earns_points, *edit_.earns_points);
    change("generic_name", next_.generic_name, edit_.generic_name, kept_.generic_name);
    std::optional<std::string> ingredients;
    if (!kept_.ingredients.empty()) ingredients = visits::joined_ingredients(kept_.ingredients);
    change("ingredients", next_.ingredients, edit_.ingredients, ingredients);
    change("atc", next_.atc, edit_.atc, kept_.atc);
    change("class", next_.product_class, edit_.product_class, kept_.product_class);
    change("special", next_.special, edit_.special, kept_.special);
    change("days_supply", next_.days_supply, edit_.days_supply, kept_.days_supply);
    change("long_term", next_.long_term, edit_.long_term, kept_.long_term);
    return std::move(changes_);
  }

  [[nodiscard]] const Product& product() const { return next_; }

 private:
  template <class Value>
  void take(const char* field, Value& now, const Value& wanted) {
    if (now == wanted) return;
    changes_.push_back({field, as_text(std::optional{now}), as_text(std::optional{wanted})});
    now = wanted;
  }

  template <class Value, class Asked>
  void change(const char* field, std::optional<Value>& now, const Asked& asked,
              const std::optional<Value>& wanted) {
    if (!asked || now == wanted) return;
    changes_.push_back({field, as_text(now), as_text(wanted)});
    now = wanted;
  }

  Product next_;
  const ProductEdit& edit_;
  const NewProduct& kept_;
  std::vector<ProductChange> changes_;
};

void write(db::Database& database, ProductId id, const Product& p) {
  database.run(
      "UPDATE product SET name = ?2, unit = ?3, price = ?4, form = ?5, strength = ?6, maker = ?7,"
      " approval = ?8, earns_points = ?9, generic_name = ?10, atc = ?11, class = ?12,"
      " special = ?13, days_supply = ?14, long_term = ?15 WHERE id = ?1",
      id, p.name, p.unit, p.price, p.form, p.strength, p.maker, p.approval, p.earns_points,
      p.generic_name, p.atc, p.product_class, p.special, p.days_supply, p.long_term);
}

}  // namespace

std::vector<ProductChange> edit_product(Transaction& tx, std::string_view code,
                                        const ProductEdit& edit) {
  vault::require(tx, vault::Permission::edit_catalog);
  auto& database = vault::database(tx);
  const Product now = get_product(tx, code);
  std::vector<Fault> faults;
  const NewProduct kept = visits::checked_facts(faults, asked_for(edit));
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));

  ProductEditor editor{now, edit, kept};
  auto changes = editor.run();
  if (changes.empty()) return changes;
  const auto id = visits::find_stocked(database, now.code).value().id;
  write(database, id, editor.product());
  if (edit.ingredients) visits::put_ingredients(database, id, kept.ingredients);
  return changes;
}

}  // namespace pharmacy
