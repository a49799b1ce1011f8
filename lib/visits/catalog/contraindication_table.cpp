// What speaks against a substance: an illness, a pregnancy, an age.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/count.h"
#include "base/i18n.h"
#include "base/substance_keys.h"
#include "pharmacy/text.h"
#include "visits/catalog/reference_table.h"

namespace pharmacy::visits {

namespace contraindication_column {
enum Place : std::size_t { substance, reason, condition, age, severity, text };
}  // namespace contraindication_column

const std::vector<SheetField>& contraindication_fields() {
  static const std::vector<SheetField> fields{
      {"substance", {"药物", "成分", "药品", "drug", "ingredient"}, true},
      {"reason", {"类别", "类型", "禁忌类别", "kind"}, true},
      {"condition", {"疾病", "病症", "禁忌症", "disease"}},
      {"age", {"年龄", "岁"}},
      {"severity", {"严重程度", "程度", "级别", "等级", "level"}, true},
      {"text", {"说明", "描述", "后果", "description", "effect"}}};
  return fields;
}

namespace {

constexpr std::int64_t oldest = 150;  // years

// As they are searched.
constexpr std::array reason_words{std::pair{"condition", "condition"},
                                  std::pair{"疾病", "condition"},
                                  std::pair{"病症", "condition"},
                                  std::pair{"pregnancy", "pregnancy"},
                                  std::pair{"妊娠", "pregnancy"},
                                  std::pair{"孕妇", "pregnancy"},
                                  std::pair{"age", "age"},
                                  std::pair{"年龄", "age"}};

struct AgeLimit {
  std::optional<std::int64_t> below;
  std::optional<std::int64_t> from;
};

// "<12": under twelve years; ">=65": of 65 years and more.
std::optional<AgeLimit> age_in(std::string_view cell) {
  const std::string text = fold_width(cell);
  const std::string_view rest{text};
  if (rest.starts_with('<')) {
    const auto years = parse_count(rest.substr(1), 1, oldest);
    return years ? std::optional{AgeLimit{.below = years, .from = {}}} : std::nullopt;
  }
  if (!rest.starts_with(">=")) return std::nullopt;
  const auto years = parse_count(rest.substr(2), 1, oldest);
  return years ? std::optional{AgeLimit{.below = {}, .from = years}} : std::nullopt;
}

class ContraindicationTable : public ReferenceTable {
 public:
  RowFate take(const Sheet& sheet, std::vector<RowFault>& faults) override {
    namespace column = contraindication_column;
    ReferenceCells cells{sheet, faults};
    const auto substance = cells.substance(column::substance);
    const auto reason = reason_of(sheet, cells);
    const auto illness = cells.text(column::condition, reference_name_max);
    Row row{.limit = {},
            .severity = cells.severity(column::severity),
            .text = cells.text(column::text, reference_text_max)};
    if (reason == "condition" && !illness)
      cells.fail(column::condition, _("an illness is lacking"));
    if (reason == "age") row.limit = age_of(sheet, cells);
    if (!faults.empty() || !substance) return RowFate::rejected;
    Key key{.substance = *substance, .reason = reason, .illness = {}, .bound = {}, .severity = {}};
    if (reason == "condition") key.illness = name_of_key(condition_key(*illness));
    if (reason == "age") {
      key.bound = row.limit.below ? "below" : "from";
      key.severity = row.severity;
    }
    const auto [at, is_new] = rows_.emplace(key, row);
    if (is_new) return RowFate::added;
    merge(sheet, at->second, row);
    return RowFate::twice;
  }

  [[nodiscard]] std::int64_t held() const override {
    return static_cast<std::int64_t>(rows_.size());
  }

  void add_to(crypto::Hasher& hasher) const override {
    const auto number = [](const std::optional<std::int64_t>& value) {
      return value ? std::optional{std::to_string(*value)} : std::nullopt;
    };
    for (const auto& [key, row] : rows_) {
      add_text(hasher, key.substance);
      add_text(hasher, key.reason);
      add_text(hasher, key.illness);
      add_text(hasher, number(row.limit.below));
      add_text(hasher, number(row.limit.from));
      add_text(hasher, to_word(row.severity));
      add_text(hasher, row.text);
    }
  }

  void write(db::Database& database, WriteProgress& progress) const override {
    database.run("DELETE FROM reference_contraindication");
    for (const auto& [key, row] : rows_) {
      database.run(
          "INSERT INTO reference_contraindication"
          " (substance, reason, condition, bound, below, from_age, severity, text)"
          " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
          key.substance, key.reason, key.illness, key.bound, row.limit.below, row.limit.from,
          row.severity, row.text);
      progress.one();
    }
  }

 private:
  // What is said once: of ages each bound, and each severity by itself.
  struct Key {
    std::string substance;
    std::string reason;
    std::string illness;                          // as it is searched
    std::string bound;                            // "below" or "from" of an age
    std::optional<InteractionSeverity> severity;  // of an age

    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Row {
    AgeLimit limit;
    InteractionSeverity severity;
    std::optional<std::string> text;
  };

  static std::string reason_of(const Sheet& sheet, ReferenceCells& cells) {
    const std::string word = fold(sheet.cell(contraindication_column::reason));
    for (const auto& [known, reason] : reason_words) {
      if (word == known) return reason;
    }
    cells.fail(contraindication_column::reason, _("{} is none of condition, pregnancy, age"));
    return {};
  }

  static AgeLimit age_of(const Sheet& sheet, ReferenceCells& cells) {
    if (const auto limit = age_in(sheet.cell(contraindication_column::age))) return *limit;
    cells.fail(contraindication_column::age, _("{} is no limit of age: give <12 or >=65"));
    return {};
  }

  // Of two limits that are equally grave the wider one covers both.
  static void widen(AgeLimit& kept, const AgeLimit& other) {
    if (kept.below) kept.below = std::max(*kept.below, other.below.value_or(0));
    if (kept.from) kept.from = std::min(*kept.from, other.from.value_or(oldest));
  }

  // The worse of the two stays.
  void merge(const Sheet& sheet, Row& kept, const Row& other) {
    const bool is_same = other.severity == kept.severity && other.text == kept.text &&
                         other.limit.below == kept.limit.below &&
                         other.limit.from == kept.limit.from;
    if (is_same) return;
    if (other.limit.below || other.limit.from) return widen(kept.limit, other.limit);
    if (other.severity < kept.severity) kept = other;
    notice("row_differs", std::to_string(sheet.line()),
           fmt::format(
               fmt::runtime(_("{substance}: said twice and differently, {kept} is kept")),
               fmt::arg("substance", for_terminal(sheet.cell(contraindication_column::substance))),
               fmt::arg("kept", to_word(kept.severity))));
  }

  std::map<Key, Row> rows_;
};

}  // namespace

std::unique_ptr<ReferenceTable> make_contraindication_table() {
  return std::make_unique<ContraindicationTable>();
}

}  // namespace pharmacy::visits
