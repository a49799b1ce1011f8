// The drugs of a national list.
#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

#include "base/i18n.h"
#include "pharmacy/text.h"
#include "visits/catalog/product_facts.h"
#include "visits/catalog/reference_table.h"

namespace pharmacy::visits {

namespace drug_column {
enum Place : std::size_t { approval, code, generic_name, form, strength, maker, ingredients, atc };
}  // namespace drug_column

const std::vector<SheetField>& drug_fields() {
  static const std::vector<SheetField> fields{
      {"approval", {"批准文号", "国药准字", "注册证号", "registration number"}, false, true},
      {"code", {"药品本位码", "本位码", "国家药品代码", "药品代码", "药品编码"}, false, true},
      {"generic_name",
       {"通用名", "通用名称", "药品通用名", "产品名称", "药品名称", "注册名称"},
       true},
      {"form", {"剂型", "注册剂型", "formulation"}},
      {"strength", {"规格", "注册规格", "specification"}},
      {"maker",
       {"上市许可持有人", "生产企业", "生产单位", "药品企业", "生产厂家", "mah name",
        "manufacturer name"}},
      {"ingredients", {"成分", "主要成分", "有效成分", "活性成分", "ingredient"}},
      {"atc", {"ATC编码", "ATC代码", "ATC码", "atc code"}}};
  return fields;
}

namespace {

struct Drug {
  std::optional<std::string> approval;
  std::optional<std::string> code;
  std::optional<std::string> generic_name;
  std::optional<std::string> form;
  std::optional<std::string> strength;
  std::optional<std::string> maker;
  std::optional<std::string> ingredients;
  std::optional<std::string> atc;
  friend auto operator<=>(const Drug&, const Drug&) = default;
};

class DrugTable : public ReferenceTable {
 public:
  RowFate take(const Sheet& sheet, std::vector<RowFault>& faults) override {
    using namespace drug_column;
    ReferenceCells cells{sheet, faults};
    Drug drug{.approval = cells.text(approval, product_approval_max),
              .code = cells.text(code, product_code_max),
              .generic_name = cells.text(generic_name, product_name_max),
              .form = cells.text(form, product_form_max),
              .strength = cells.text(strength, product_strength_max),
              .maker = cells.text(maker, product_maker_max),
              .ingredients = ingredients_in(sheet, faults),
              .atc = cells.atc(atc)};
    if (drug.approval) drug.approval = kept_approval(*drug.approval);
    if (drug.code) drug.code = fold_width(*drug.code);
    if (faults.empty() && !drug.approval && !drug.code) {
      faults.push_back({"", _("the row has neither an approval number nor a code")});
    }
    if (!faults.empty()) return RowFate::rejected;
    if (drugs_.contains(drug)) return RowFate::twice;
    check_approval(sheet, drug);
    check_name(sheet, drug.approval, drug);
    check_name(sheet, drug.code, drug);
    drugs_.insert(std::move(drug));
    return RowFate::added;
  }

  [[nodiscard]] std::int64_t held() const override {
    return static_cast<std::int64_t>(drugs_.size());
  }

  void add_to(crypto::Hasher& hasher) const override {
    for (const auto& drug : drugs_) {
      for (const auto* text : {&drug.approval, &drug.code, &drug.generic_name, &drug.form,
                               &drug.strength, &drug.maker, &drug.ingredients, &drug.atc}) {
        add_text(hasher, *text);
      }
    }
  }

  void write(db::Database& database, WriteProgress& progress) const override {
    database.run("DELETE FROM reference_drug");
    for (const auto& drug : drugs_) {
      database.run(
          "INSERT INTO reference_drug (approval, code, generic_name, form, strength, maker,"
          " ingredients, atc) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
          drug.approval, drug.code, drug.generic_name, drug.form, drug.strength, drug.maker,
          drug.ingredients, drug.atc);
      progress.one();
    }
  }

 private:
  static std::optional<std::string> ingredients_in(const Sheet& sheet,
                                                   std::vector<RowFault>& faults) {
    std::vector<Fault> found;
    const std::vector cells{on_one_line(sheet.cell(drug_column::ingredients))};
    const auto names = checked_ingredients(found, cells);
    for (const auto& fault : found) {
      faults.push_back({sheet.column(drug_column::ingredients), fault.message});
    }
    return names.empty() ? std::nullopt : std::optional{joined_ingredients(names)};
  }

  void check_approval(const Sheet& sheet, const Drug& drug) {
    if (!drug.approval || is_approval_form(*drug.approval)) return;
    notice(
        "approval_form", std::to_string(sheet.line()),
        fmt::format(fmt::runtime(_("{} is not an approval number: 国药准字 is followed by one or "
                                   "two letters and 8 digits")),
                    for_terminal(*drug.approval)));
  }

  // Both rows are kept: a product that has the number gets neither name.
  void check_name(const Sheet& sheet, const std::optional<std::string>& number, const Drug& drug) {
    if (!number || !drug.generic_name) return;
    const auto [at, is_new] = names_.emplace(*number, *drug.generic_name);
    if (is_new || at->second == *drug.generic_name) return;
    notice("several_names", *number,
           fmt::format(fmt::runtime(_("line {line}: {code} is {name} here, and {before} before")),
                       fmt::arg("line", sheet.line()), fmt::arg("code", for_terminal(*number)),
                       fmt::arg("name", for_terminal(*drug.generic_name)),
                       fmt::arg("before", for_terminal(at->second))));
  }

  std::set<Drug> drugs_;
  std::map<std::string, std::string> names_;  // the first of each number
};

}  // namespace

std::unique_ptr<ReferenceTable> make_drug_table() { return std::make_unique<DrugTable>(); }

}  // namespace pharmacy::visits
