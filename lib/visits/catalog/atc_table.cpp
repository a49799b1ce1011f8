// Names of Anatomical Therapeutic Chemical codes.
#include <fmt/format.h>

#include <map>

#include "base/i18n.h"
#include "pharmacy/text.h"
#include "visits/catalog/reference_table.h"

namespace pharmacy::visits {

namespace atc_column {
enum Place : std::size_t { code, name };
}  // namespace atc_column

const std::vector<SheetField>& atc_fields() {
  static const std::vector<SheetField> fields{
      {"code", {"ATC编码", "ATC代码", "ATC码", "ATC", "atc code", "编码", "代码"}, true},
      {"name", {"名称", "中文名称", "药品名称", "atc name", "level name", "英文名称"}, true}};
  return fields;
}

namespace {

class AtcTable : public ReferenceTable {
 public:
  RowFate take(const Sheet& sheet, std::vector<RowFault>& faults) override {
    ReferenceCells cells{sheet, faults};
    const auto code = cells.atc(atc_column::code);
    const auto name = cells.text(atc_column::name, reference_name_max);
    if (!code || !name) return RowFate::rejected;
    const auto [at, is_new] = names_.emplace(*code, *name);
    if (is_new) return RowFate::added;
    if (at->second != *name) {
      notice("several_names", *code,
             fmt::format(fmt::runtime(_("line {line}: {code} is {name} here; {kept} is kept")),
                         fmt::arg("line", sheet.line()), fmt::arg("code", *code),
                         fmt::arg("name", for_terminal(*name)),
                         fmt::arg("kept", for_terminal(at->second))));
    }
    return RowFate::twice;
  }

  [[nodiscard]] std::int64_t held() const override {
    return static_cast<std::int64_t>(names_.size());
  }

  void add_to(crypto::Hasher& hasher) const override {
    for (const auto& [code, name] : names_) {
      add_text(hasher, code);
      add_text(hasher, name);
    }
  }

  void write(db::Database& database, WriteProgress& progress) const override {
    database.run("DELETE FROM reference_atc");
    for (const auto& [code, name] : names_) {
      database.run("INSERT INTO reference_atc (code, name, key) VALUES (?1, ?2, ?3)", code, name,
                   fold(name));
      progress.one();
    }
  }

 private:
  std::map<std::string, std::string> names_;  // by code
};

}  // namespace

std::unique_ptr<ReferenceTable> make_atc_table() { return std::make_unique<AtcTable>(); }

}  // namespace pharmacy::visits
