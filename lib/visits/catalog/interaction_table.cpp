// Pairs of substances that do harm together.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <map>
#include <utility>

#include "base/i18n.h"
#include "pharmacy/text.h"
#include "visits/catalog/reference_table.h"

namespace pharmacy::visits {

namespace interaction_column {
enum Place : std::size_t { a, b, severity, text };
}  // namespace interaction_column

const std::vector<SheetField>& interaction_fields() {
  static const std::vector<SheetField> fields{
      {"a", {"药物A", "成分A", "药品A", "药物1", "成分1", "drug a", "drug1", "substance a"}, true},
      {"b", {"药物B", "成分B", "药品B", "药物2", "成分2", "drug b", "drug2", "substance b"}, true},
      {"severity", {"严重程度", "程度", "级别", "等级", "level"}, true},
      {"text", {"说明", "相互作用", "描述", "后果", "description", "effect"}}};
  return fields;
}

namespace {

class InteractionTable : public ReferenceTable {
 public:
  RowFate take(const Sheet& sheet, std::vector<RowFault>& faults) override {
    using namespace interaction_column;
    ReferenceCells cells{sheet, faults};
    auto one = cells.substance(a);
    auto other = cells.substance(b);
    Effect effect{.severity = cells.severity(severity),
                  .text = cells.text(text, reference_text_max)};
    if (one && one == other && is_single(*one)) cells.fail(b, _("{} is both of the pair"));
    if (!faults.empty() || !one || !other) return RowFate::rejected;
    if (*other < *one) std::swap(one, other);
    const auto [at, is_new] = pairs_.emplace(std::pair{*one, *other}, effect);
    if (is_new) return RowFate::added;
    merge(sheet, at->second, std::move(effect));
    return RowFate::twice;
  }

  [[nodiscard]] std::int64_t held() const override {
    return static_cast<std::int64_t>(pairs_.size());
  }

  void add_to(crypto::Hasher& hasher) const override {
    for (const auto& [pair, effect] : pairs_) {
      add_text(hasher, pair.first);
      add_text(hasher, pair.second);
      add_text(hasher, to_word(effect.severity));
      add_text(hasher, effect.text);
    }
  }

  void write(db::Database& database, WriteProgress& progress) const override {
    database.run("DELETE FROM reference_interaction");
    for (const auto& [pair, effect] : pairs_) {
      database.run(
          "INSERT INTO reference_interaction (a, b, severity, text) VALUES (?1, ?2, ?3, ?4)",
          pair.first, pair.second, effect.severity, effect.text);
      progress.one();
    }
  }

 private:
  struct Effect {
    InteractionSeverity severity = InteractionSeverity::contraindicated;
    std::optional<std::string> text;
  };

  // Two of one group may do harm together, two of one substance are one.
  static bool is_single(const std::string& key) {
    constexpr std::size_t whole_code = 9;  // "a:" and the lowest level
    return key.starts_with("i:") || key.size() == whole_code;
  }

  // The worse of the two stays, and its text; of two alike, the first text.
  void merge(const Sheet& sheet, Effect& kept, Effect other) {
    const bool same = other.severity == kept.severity;
    if (same && (!other.text || other.text == kept.text)) return;
    if (same && !kept.text) {
      kept.text = std::move(other.text);
      return;
    }
    const std::string word = to_word(other.severity);
    const std::string before = to_word(kept.severity);
    if (other.severity < kept.severity) kept = std::move(other);
    notice("pair_differs", std::to_string(sheet.line()),
           fmt::format(
               fmt::runtime(_("{a} with {b} is {word} here, and {before} before: {kept} is "
                              "kept")),
               fmt::arg("a", for_terminal(sheet.cell(interaction_column::a))),
               fmt::arg("b", for_terminal(sheet.cell(interaction_column::b))),
               fmt::arg("word", word), fmt::arg("before", before),
               fmt::arg("kept", same ? _("the first text") : std::string{to_word(kept.severity)})));
  }

  std::map<std::pair<std::string, std::string>, Effect> pairs_;  // the lesser key first
};

}  // namespace

std::unique_ptr<ReferenceTable> make_interaction_table() {
  return std::make_unique<InteractionTable>();
}

}  // namespace pharmacy::visits
