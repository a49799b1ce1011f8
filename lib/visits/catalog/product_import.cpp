// Products from other systems: new ones are listed, known ones get the facts that they lack.
#include <fmt/format.h>

#include <array>
#include <map>
#include <memory>
#include <utility>

#include "base/at_format.h"
#include "base/count.h"
#include "base/i18n.h"
#include "base/sheet.h"
#include "pharmacy/catalog.h"
#include "pharmacy/imports.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/import_plan.h"
#include "vault/permissions.h"
#include "visits/text_checks.h"

namespace pharmacy {

const std::vector<SheetField>& product_import_fields() {
  static const std::vector<SheetField> fields{
      {"code",
       {"商品编码", "商品编号", "商品代码", "商品条码", "药品编码", "药品编号", "产品编码", "货号",
        "编码", "条码", "条形码", "国际条码"},
       true},
      {"name",
       {"商品名称", "药品名称", "产品名称", "通用名称", "通用名", "品名", "名称", "product name"}},
      {"price", {"零售价", "售价", "销售价", "销售单价", "单价", "价格", "price_e4"}},
      {"unit", {"单位", "计量单位", "销售单位"}},
      {"form", {"剂型"}},
      {"strength", {"规格", "药品规格", "商品规格"}},
      {"maker", {"生产企业", "生产厂家", "生产厂商", "厂家", "上市许可持有人"}},
      {"approval", {"批准文号", "国药准字", "注册证号", "approval number"}},
      {"earns_points", {"是否积分", "积分商品", "参与积分", "可积分"}},
  };
  return fields;
}

namespace {

enum FieldPlace : std::size_t { code, name, price, unit, form, strength, maker, approval, earns };

// The texts of a product besides its code, and the most bytes that the catalog takes of each.
struct TextRule {
  FieldPlace field;
  std::optional<std::string> NewProduct::*member;
  std::size_t longest;
};
constexpr std::array text_rules{TextRule{name, &NewProduct::name, product_name_max},
                                TextRule{unit, &NewProduct::unit, product_unit_max},
                                TextRule{form, &NewProduct::form, product_form_max},
                                TextRule{strength, &NewProduct::strength, product_strength_max},
                                TextRule{maker, &NewProduct::maker, product_maker_max},
                                TextRule{approval, &NewProduct::approval, product_approval_max}};

// A row, and where its product comes from.
struct Row {
  std::int64_t line = 0;
  std::string_view raw;
  NewProduct product;
  std::optional<bool> earns;
  std::vector<RowFault> faults;
};

std::optional<bool> yes_or_no(std::string_view cell) {
  const std::string word = fold(cell);
  for (const auto* yes : {"1", "true", "yes", "y", "是"}) {
    if (word == yes) return true;
  }
  for (const auto* no : {"0", "false", "no", "n", "否"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

// In yuan, but as an integer of 1/10,000 yuan where the column is one of our own exports.
std::optional<UnitPrice> parse_price(std::string_view cell, std::string_view header) {
  if (fold(header) != "price_e4") return parse_unit_price(cell);
  const auto count = parse_count(cell, 0, unit_price_max.count());
  return count ? std::optional{UnitPrice{*count}} : std::nullopt;
}

// Reads one row, collecting what is wrong.
class Reader {
 public:
  explicit Reader(const Sheet& sheet) : sheet_{sheet} {}

  Row read() {
    row_.line = sheet_.line();
    row_.raw = sheet_.raw();
    row_.faults = sheet_.faults();
    if (!row_.faults.empty()) return std::move(row_);
    read_code();
    for (const auto& rule : text_rules) read_text(rule);
    if (const auto cell = sheet_.cell(price); !cell.empty()) {
      row_.product.price = parse_price(cell, sheet_.column(price));
      if (!row_.product.price || *row_.product.price < UnitPrice{0} ||
          *row_.product.price > unit_price_max) {
        fail(price, _("{} is not a price: a number with at most 4 decimals"));
      }
    }
    if (const auto cell = sheet_.cell(earns); !cell.empty()) {
      row_.earns = yes_or_no(cell);
      if (!row_.earns) fail(earns, _("{} is neither yes nor no"));
    }
    return std::move(row_);
  }

 private:
  void fail(FieldPlace field, const char* format) {
    row_.faults.push_back({sheet_.column(field),
                           fmt::format(fmt::runtime(format), for_terminal(sheet_.cell(field)))});
  }

  void read_code() {
    const auto cell = sheet_.cell(code);
    auto kept = visits::kept_code(without_digit_guard(cell));
    if (kept && is_mangled_number(*kept)) {
      fail(code, _("{} is a number that a spreadsheet cut short: export the column as text"));
    } else if (kept && !kept->empty()) {
      row_.product.code = *std::move(kept);
    } else {
      fail(code, _("{} is too long, or not a text that can be kept"));
    }
  }

  void read_text(const TextRule& rule) {
    const auto cell = sheet_.cell(rule.field);
    if (cell.empty()) return;
    auto kept = normalise(on_one_line(cell));
    if (!kept || kept->size() > rule.longest) {
      fail(rule.field, _("{} is too long, or not a text that can be kept"));
    } else if (!kept->empty()) {
      row_.product.*rule.member = std::move(kept);
    }
  }

  const Sheet& sheet_;
  Row row_;
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
    while (sheet_.next()) rows_.push_back(Reader{sheet_}.read());
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
  }

  // Compares the row with what the store or an earlier row says of its code.
  Fate fate_of(Reading& reading, const Row& row, std::map<std::string, Product>& known,
               std::vector<RowFault>& faults) const {
    const auto& wanted = row.product;
    auto found = known.find(wanted.code);
    if (found == known.end()) {
      auto stored = find_product(reading, wanted.code);
      if (!stored) {
        known.emplace(wanted.code, Product{.code = wanted.code,
                                           .name = wanted.name.value_or(wanted.code),
                                           .unit = wanted.unit,
                                           .price = wanted.price,
                                           .form = wanted.form,
                                           .strength = wanted.strength,
                                           .maker = wanted.maker,
                                           .approval = wanted.approval,
                                           .earns_points = row.earns.value_or(true)});
        return Fate::added;
      }
      found = known.emplace(wanted.code, std::move(*stored)).first;
    }
    Product product = found->second;
    bool completed = false;
    const auto compare = [&](FieldPlace field, auto& have, const auto& want) {
      if (!want || have == want) return;
      if (have) {
        faults.push_back({sheet_.column(field),
                          fmt::format(fmt::runtime(_("{0} has another value already: {1}")),
                                      product.code, shown(*have))});
      }
      have = want;
      completed = true;
    };
    // A product that was made without a name has its code for one.
    std::optional<std::string> kept_name;
    if (product.name != product.code) kept_name = product.name;
    compare(name, kept_name, wanted.name);
    compare(price, product.price, wanted.price);
    compare(unit, product.unit, wanted.unit);
    compare(form, product.form, wanted.form);
    compare(strength, product.strength, wanted.strength);
    compare(maker, product.maker, wanted.maker);
    compare(approval, product.approval, wanted.approval);
    std::optional<bool> kept_earns = product.earns_points;
    compare(earns, kept_earns, row.earns);
    if (!faults.empty()) return Fate::rejected;
    if (!completed) return Fate::already;
    product.name = kept_name.value_or(product.code);
    found->second = std::move(product);
    return Fate::completed;
  }

  static std::string shown(const std::string& text) { return for_terminal(text); }
  static std::string shown(UnitPrice amount) { return to_string(amount); }
  static std::string shown(bool answer) { return answer ? _("yes") : _("no"); }

  void write(Transaction& tx) {
    auto& database = vault::database(tx);
    const ImportId import = vault::insert_batch(tx, "products", options_, summary.added);
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto& p = rows_[i].product;
      if (fates_[i] == Fate::added) {
        database.run(
            "INSERT INTO product (code, name, unit, price, form, strength, maker, approval,"
            " earns_points, recorded_at, recorded_by, import)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            p.code, p.name.value_or(p.code), p.unit, p.price, p.form, p.strength, p.maker,
            p.approval, rows_[i].earns.value_or(true), tx.now(), tx.actor().id, import);
      } else if (fates_[i] == Fate::completed) {
        database.run(
            "UPDATE product SET name = coalesce(?2, name), unit = coalesce(unit, ?3),"
            " price = coalesce(price, ?4), form = coalesce(form, ?5),"
            " strength = coalesce(strength, ?6), maker = coalesce(maker, ?7),"
            " approval = coalesce(approval, ?8) WHERE code = ?1",
            p.code, p.name, p.unit, p.price, p.form, p.strength, p.maker, p.approval);
      }
    }
  }

  ImportOptions options_;
  Sheet sheet_;
  std::vector<Row> rows_;
  std::vector<Fate> fates_;  // by row
};

}  // namespace

ImportPlan plan_product_import(Reading& reading, const std::string& bytes,
                               const ImportOptions& options) {
  vault::require(reading, vault::Permission::edit_catalog);
  return ImportPlan{std::make_unique<ProductPlan>(reading, bytes, options)};
}

}  // namespace pharmacy
