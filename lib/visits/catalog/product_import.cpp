// Products from other systems: new ones are listed, known ones get the facts that they lack.
#include <fmt/format.h>

#include <array>
#include <map>
#include <memory>
#include <utility>

#include "base/at_format.h"
#include "base/i18n.h"
#include "base/sheet.h"
#include "pharmacy/catalog.h"
#include "pharmacy/imports.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/import_plan.h"
#include "vault/permissions.h"
#include "visits/catalog/product_facts.h"
#include "visits/catalog/product_rows.h"
#include "visits/stock.h"

namespace pharmacy {
namespace {

namespace column = visits::column;

// The texts that a product may be without, here and there.
struct SharedText {
  column::Place place;
  std::optional<std::string> Product::*have;
  std::optional<std::string> NewProduct::*want;
};
constexpr std::array shared_texts{
    SharedText{column::unit, &Product::unit, &NewProduct::unit},
    SharedText{column::form, &Product::form, &NewProduct::form},
    SharedText{column::strength, &Product::strength, &NewProduct::strength},
    SharedText{column::maker, &Product::maker, &NewProduct::maker},
    SharedText{column::approval, &Product::approval, &NewProduct::approval},
    SharedText{column::generic_name, &Product::generic_name, &NewProduct::generic_name},
    SharedText{column::atc, &Product::atc, &NewProduct::atc}};

Product listed_as(const visits::ProductRow& row) {
  const auto& p = row.product;
  Product product{.code = p.code,
                  .name = p.name.value_or(p.code),
                  .unit = p.unit,
                  .price = p.price,
                  .form = p.form,
                  .strength = p.strength,
                  .maker = p.maker,
                  .approval = p.approval,
                  .earns_points = row.earns.value_or(true),
                  .generic_name = p.generic_name,
                  .atc = p.atc,
                  .product_class = p.product_class,
                  .special = p.special,
                  .days_supply = p.days_supply,
                  .long_term = p.long_term};
  if (!p.ingredients.empty()) product.ingredients = visits::joined_ingredients(p.ingredients);
  return product;
}

std::string shown(const std::string& text) { return for_terminal(text); }
std::string shown(UnitPrice amount) { return to_string(amount); }
std::string shown(bool answer) { return answer ? _("yes") : _("no"); }
std::string shown(std::int64_t count) { return std::to_string(count); }
template <NamedEnum Enum>
std::string shown(Enum word) {
  return to_word(word);
}

// Compares a row with what the store, or an earlier row, says of its product.
class Comparison {
 public:
  Comparison(const Sheet& sheet, Product product, std::vector<RowFault>& faults)
      : sheet_{sheet}, product_{std::move(product)}, faults_{faults} {}

  void run(const visits::ProductRow& row) {
    const auto& wanted = row.product;
    // A product that was made without a name has its code for one.
    std::optional<std::string> kept_name;
    if (product_.name != product_.code) kept_name = product_.name;
    compare(column::name, kept_name, wanted.name);
    product_.name = kept_name.value_or(product_.code);
    compare(column::price, product_.price, wanted.price);
    // One that was kept before they had a form of their own is the same in it.
    if (product_.approval) product_.approval = visits::kept_approval(*product_.approval);
    for (const auto& [place, have, want] : shared_texts) {
      compare(place, product_.*have, wanted.*want);
    }
    std::optional<bool> kept_earns = product_.earns_points;
    compare(column::earns, kept_earns, row.earns);
    compare_ingredients(wanted.ingredients);
    compare(column::product_class, product_.product_class, wanted.product_class);
    compare(column::special, product_.special, wanted.special);
    compare(column::days_supply, product_.days_supply, wanted.days_supply);
    compare(column::long_term, product_.long_term, wanted.long_term);
  }

  [[nodiscard]] bool adds() const { return adds_; }
  [[nodiscard]] const Product& product() const { return product_; }

 private:
  template <class Value>
  void compare(column::Place place, std::optional<Value>& have, const std::optional<Value>& want) {
    if (!want || have == want) return;
    if (have) {
      faults_.push_back(
          {sheet_.column(place), fmt::format(fmt::runtime(_("{0} has another value already: {1}")),
                                             product_.code, shown(*have))});
    }
    have = want;
    adds_ = true;
  }

  // They are the same in any spelling that is searched alike.
  void compare_ingredients(const std::vector<std::string>& names) {
    if (names.empty()) return;
    const auto want = visits::joined_ingredients(names);
    if (product_.ingredients && fold(*product_.ingredients) == fold(want)) return;
    compare(column::ingredients, product_.ingredients, std::optional{want});
  }

  const Sheet& sheet_;
  Product product_;
  std::vector<RowFault>& faults_;
  bool adds_ = false;
};

// What a row is in the store as it is now.
enum class Fate { added, completed, already, rejected };

class ProductPlan : public ImportPlan::Impl {
 public:
  ProductPlan(Reading& reading, const std::string& bytes, const ImportOptions& options)
      : options_{options},
        sheet_{bytes, options_.sheet, product_import_fields(), options_.progress} {
    check_at_format(options_.at_format);
    take_form(sheet_, product_import_fields(), options_);
    while (sheet_.next()) rows_.push_back(visits::read_product_row(sheet_));
    resolve(reading);
  }

  ImportSummary run(Transaction& tx) override {
    resolve(tx);
    refuse_rejected();
    if (summary.added > 0) write(tx);
    return summary;
  }

 private:
  void resolve(Reading& reading) {
    summary = {};
    summary.rows = static_cast<std::int64_t>(rows_.size());
    summary.blank = sheet_.blank_rows();
    rejected.clear();
    fates_.clear();
    std::map<std::string, Product> known;  // by code: of the store, then as the file leaves it
    for (const auto& row : rows_) {
      auto faults = row.faults;
      const Fate fate = faults.empty() ? fate_of(reading, row, known, faults) : Fate::rejected;
      fates_.push_back(fate);
      summary.added += fate == Fate::added || fate == Fate::completed ? 1 : 0;
      summary.products_created += fate == Fate::added ? 1 : 0;
      summary.completed += fate == Fate::completed ? 1 : 0;
      summary.already += fate == Fate::already ? 1 : 0;
      if (fate != Fate::rejected) continue;
      ++summary.rejected;
      list_rejected(row.line, faults, sheet_.cells_of(row.raw));
    }
    notice_approvals();
  }

  // What the row is to the store, or to earlier rows of its code.
  Fate fate_of(Reading& reading, const visits::ProductRow& row,
               std::map<std::string, Product>& known, std::vector<RowFault>& faults) const {
    auto found = known.find(row.product.code);
    if (found == known.end()) {
      auto stored = find_product(reading, row.product.code);
      if (!stored) {
        known.emplace(row.product.code, listed_as(row));
        return Fate::added;
      }
      found = known.emplace(row.product.code, std::move(*stored)).first;
    }
    Comparison comparison{sheet_, found->second, faults};
    comparison.run(row);
    if (!faults.empty()) return Fate::rejected;
    if (!comparison.adds()) return Fate::already;
    found->second = comparison.product();
    return Fate::completed;
  }

  void notice_approvals() {
    ImportNotice notice{.kind = "approval_form", .subject = {}, .text = {}, .count = 0};
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!rows_[i].approval_is_odd || fates_[i] == Fate::rejected) continue;
      if (++notice.count > 1) continue;
      notice.subject = std::to_string(rows_[i].line);
      notice.text = fmt::format(
          fmt::runtime(_("{} is not an approval number: 国药准字 is followed by one or two letters "
                         "and 8 digits")),
          for_terminal(rows_[i].product.approval.value()));
    }
    notices.clear();
    if (notice.count > 0) notices.push_back(std::move(notice));
  }

  void write(Transaction& tx) {
    const ImportId import = vault::insert_batch(tx, "products", options_, summary.added);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (fates_[i] == Fate::added) {
        NewProduct product = rows_[i].product;
        product.earns_points = rows_[i].earns.value_or(true);
        visits::insert_product(tx, product, import);
      } else if (fates_[i] == Fate::completed) {
        complete(vault::database(tx), rows_[i].product);
      }
    }
  }

  static void complete(db::Database& database, const NewProduct& p) {
    database.run(
        "UPDATE product SET name = coalesce(?2, name), unit = coalesce(unit, ?3),"
        " price = coalesce(price, ?4), form = coalesce(form, ?5),"
        " strength = coalesce(strength, ?6), maker = coalesce(maker, ?7),"
        " approval = coalesce(approval, ?8), generic_name = coalesce(generic_name, ?9),"
        " atc = coalesce(atc, ?10), class = coalesce(class, ?11),"
        " special = coalesce(special, ?12), days_supply = coalesce(days_supply, ?13),"
        " long_term = coalesce(long_term, ?14) WHERE code = ?1",
        p.code, p.name, p.unit, p.price, p.form, p.strength, p.maker, p.approval, p.generic_name,
        p.atc, p.product_class, p.special, p.days_supply, p.long_term);
    if (p.ingredients.empty()) return;
    const auto id = visits::find_stocked(database, p.code).value().id;
    const auto held = database.value<std::int64_t>(
        "SELECT count(*) FROM product_ingredient WHERE product = ?1", id);
    if (held == 0) visits::put_ingredients(database, id, p.ingredients);
  }

  ImportOptions options_;
  Sheet sheet_;
  std::vector<visits::ProductRow> rows_;
  std::vector<Fate> fates_;  // by row
};

}  // namespace

ImportPlan plan_product_import(Reading& reading, const std::string& bytes,
                               const ImportOptions& options) {
  vault::require(reading, vault::Permission::edit_catalog);
  return ImportPlan{std::make_unique<ProductPlan>(reading, bytes, options)};
}

}  // namespace pharmacy
