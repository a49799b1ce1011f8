// Classes of substances of which who is allergic to one must not get another.
#include <fmt/format.h>

#include <map>
#include <set>

#include "base/i18n.h"
#include "base/substance_keys.h"
#include "pharmacy/text.h"
#include "visits/catalog/product_facts.h"
#include "visits/catalog/reference_table.h"
#include "visits/catalog/substances.h"

namespace pharmacy::visits {

namespace allergen_column {
enum Place : std::size_t { allergen_class, member, note };
}  // namespace allergen_column

const std::vector<SheetField>& allergen_fields() {
  static const std::vector<SheetField> fields{
      {"class", {"过敏类别", "过敏原类别", "类别", "分类", "allergen class"}, true},
      {"member", {"成员", "成分", "ATC或成分", "药物", "members", "substance"}, true},
      {"note", {"交叉过敏", "交叉反应", "说明", "备注", "cross reactivity"}}};
  return fields;
}

namespace {

class AllergenTable : public ReferenceTable {
 public:
  RowFate take(const Sheet& sheet, std::vector<RowFault>& faults) override {
    ReferenceCells cells{sheet, faults};
    const auto name = cells.text(allergen_column::allergen_class, product_name_max);
    const auto note = cells.text(allergen_column::note, reference_text_max);
    const auto members = members_in(sheet, cells);
    const std::string key = fold(name.value_or(""));
    if (name && key.empty()) {
      cells.fail(allergen_column::allergen_class,
                 _("{} is too long, or not a text that can be kept"));
    }
    if (!faults.empty() || !name) return RowFate::rejected;
    const auto [at, is_new] = classes_.emplace(key, Class{*name, note});
    bool adds = is_new;
    for (const auto& member : members) adds = members_.emplace(member, key).second || adds;
    if (note && !at->second.note) {
      at->second.note = note;
      adds = true;
    } else if (note && note != at->second.note) {
      notice("note_differs", std::to_string(sheet.line()),
             fmt::format(fmt::runtime(_("{} has another note already: the first is kept")),
                         for_terminal(*name)));
    }
    return adds ? RowFate::added : RowFate::twice;
  }

  [[nodiscard]] std::int64_t held() const override {
    return static_cast<std::int64_t>(members_.size());
  }

  void add_to(crypto::Hasher& hasher) const override {
    for (const auto& [key, one] : classes_) {
      add_text(hasher, key);
      add_text(hasher, one.name);
      add_text(hasher, one.note);
    }
    for (const auto& [member, key] : members_) {
      add_text(hasher, member);
      add_text(hasher, key);
    }
  }

  void write(db::Database& database, WriteProgress& progress) const override {
    database.run("DELETE FROM reference_allergen");
    database.run("DELETE FROM reference_allergen_class");
    for (const auto& [key, one] : classes_) {
      database.run("INSERT INTO reference_allergen_class (key, name, note) VALUES (?1, ?2, ?3)",
                   key, one.name, one.note);
    }
    for (const auto& [member, key] : members_) {
      database.run("INSERT INTO reference_allergen (substance, class) VALUES (?1, ?2)", member,
                   key);
      progress.one();
    }
  }

 private:
  struct Class {
    std::string name;
    std::optional<std::string> note;
  };

  static std::vector<std::string> members_in(const Sheet& sheet, ReferenceCells& cells) {
    std::vector<std::string> keys;
    for (const auto& one : split_names(on_one_line(sheet.cell(allergen_column::member)))) {
      const auto key = one.size() <= product_ingredient_max ? substance_key(one) : std::nullopt;
      if (key) {
        keys.push_back(*key);
      } else {
        cells.fail(allergen_column::member, _("{} is too long, or not a text that can be kept"));
      }
    }
    if (keys.empty()) cells.fail(allergen_column::member, _("{} names no substance"));
    return keys;
  }

  std::map<std::string, Class> classes_;                   // by key
  std::set<std::pair<std::string, std::string>> members_;  // substance, class
};

}  // namespace

std::unique_ptr<ReferenceTable> make_allergen_table() { return std::make_unique<AllergenTable>(); }

}  // namespace pharmacy::visits
