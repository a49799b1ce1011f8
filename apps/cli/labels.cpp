#include "cli/labels.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <span>
#include <utility>

#include "cli/column_labels.h"
#include "cli/phrases.h"
#include "cli/policy_words.h"
#include "cli/scoped_labels.h"
#include "cli/text_labels.h"
#include "cli/word_labels.h"

namespace pharmacy::cli {

static constexpr auto by_key = [](const Entry& a, const Entry& b) { return a.first < b.first; };
static_assert(std::is_sorted(std::begin(scoped_labels), std::end(scoped_labels), by_key));
static_assert(std::is_sorted(std::begin(text_labels), std::end(text_labels), by_key));
static_assert(std::is_sorted(std::begin(word_labels), std::end(word_labels), by_key));

static constexpr const char* look_up(std::span<const Entry> entries, std::string_view key) {
  const auto found = std::lower_bound(entries.begin(), entries.end(), Entry{key, ""}, by_key);
  return found != entries.end() && found->first == key ? found->second : nullptr;
}

static const char* column_label(std::string_view key) {
  for (const auto entries : column_labels) {
    if (const char* text = look_up(entries, key)) return text;
  }
  return nullptr;
}

// Each room's sorted, and no column in two of them.
static constexpr bool are_told_once() {
  for (const auto entries : column_labels) {
    if (!std::is_sorted(entries.begin(), entries.end(), by_key)) return false;
    for (const Entry& entry : entries) {
      const auto count = std::ranges::count_if(column_labels, [&](auto room) {
        return std::binary_search(room.begin(), room.end(), entry, by_key);
      });
      if (count != 1) return false;
    }
  }
  return true;
}
static_assert(are_told_once());

std::string scope_of(std::string_view schema) { return "pharmacy." + std::string{schema}; }

std::string label(std::string_view key, std::string_view scope) {
  std::string plain{key};
  for (const std::string_view unit : {"_fen", "_milli", "_e4"}) {
    if (plain.ends_with(unit)) plain.resize(plain.size() - unit.size());
  }
  const auto scoped = std::string{scope} + '.' + plain;
  if (const char* text = look_up(scoped_labels, scoped)) return _(text);
  if (auto rule = rule_label(scoped)) return std::move(*rule);
  if (const char* text = column_label(plain)) return _(text);
  std::replace(plain.begin(), plain.end(), '_', ' ');
  return plain;
}

std::string word_label(std::string_view word) {
  const char* text = look_up(word_labels, word);
  return text != nullptr ? _(text) : std::string{word};
}

// Texts of several words with commas between them ("manager,clerk"), and of several facts.
static constexpr std::string_view columns_of_words[] = {"roles", "evidence", "risks", "conditions"};
static constexpr std::string_view columns_of_facts[] = {"to_verify", "lacking"};

// Each translated.
static std::string listed_words(std::string_view words, std::string (*said)(std::string_view)) {
  std::vector<std::string> labels;
  while (!words.empty()) {
    const auto end = std::min(words.find(','), words.size());
    labels.push_back(said(words.substr(0, end)));
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return listed(labels);
}

static std::string fact_label(std::string_view fact) { return label(fact); }

static bool is_one_of(std::span<const std::string_view> columns, std::string_view column) {
  return std::ranges::find(columns, column) != columns.end();
}

static void put_word(const std::string& column, Cell& cell) {
  if (const auto* word = std::get_if<Word>(&cell)) {
    if (const char* found = look_up(text_labels, column + '.' + word->text)) cell = Word{_(found)};
    return;
  }
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) return;
  if (is_one_of(columns_of_words, column)) {
    cell = Word{listed_words(*text, word_label)};
    return;
  }
  if (is_one_of(columns_of_facts, column)) {
    cell = listed_words(*text, fact_label);  // no word: "phone" is one, and means another thing
    return;
  }
  if (const char* found = look_up(text_labels, column + '.' + *text)) cell = Word{_(found)};
}

// Facts of a member that are words.
static constexpr std::string_view word_facts[] = {"sex",        "kind", "class",    "relation",
                                                  "contact_by", "risk", "city_size"};

static Cell* cell_at(const std::vector<std::string>& names, std::vector<Cell>& row,
                     std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? nullptr : &row[static_cast<std::size_t>(found - names.begin())];
}

// What is said of a fact of a member: the fact as a column is called, and words as words.
static void put_fact(std::string_view of, std::initializer_list<std::string_view> values,
                     const std::vector<std::string>& names, std::vector<Cell>& row) {
  Cell* field = cell_at(names, row, of);
  const auto* name = field == nullptr ? nullptr : std::get_if<std::string>(field);
  if (name == nullptr) return;
  for (const std::string_view one : values) {
    Cell* value = cell_at(names, row, one);
    const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    const bool is_word = is_one_of(word_facts, *name);
    if (text == nullptr || !is_word) continue;
    const char* of_fact = look_up(text_labels, *name + '.' + *text);
    *value = Word{of_fact != nullptr ? _(of_fact) : word_label(*text)};
  }
  *field = Word{label(*name, scope_of("member"))};
}

// What happened with a member: of a change of her record the field, of other things a word.
static void put_event(const std::vector<std::string>& names, std::vector<Cell>& row) {
  Cell* about = cell_at(names, row, "about");
  const Cell* topic = cell_at(names, row, "topic");
  const auto* text = about == nullptr ? nullptr : std::get_if<std::string>(about);
  const auto* of = topic == nullptr ? nullptr : std::get_if<std::string>(topic);
  if (text == nullptr || of == nullptr) return;
  *about = Word{*of == "record" ? label(*text, scope_of("member")) : word_label(*text)};
}

void put_words(std::string_view scope, Table& table) {
  for (auto& row : table.rows) {
    if (scope == scope_of("member.timeline")) put_event(table.columns, row);
    for (std::size_t i = 0; i < row.size(); ++i) put_word(table.columns[i], row[i]);
    if (scope == scope_of("member.history") || scope == "history")
      put_fact("field", {"old", "new"}, table.columns, row);
    if (scope == "contacts") put_fact("kind", {}, table.columns, row);
    if (scope == "classification") put_fact("fact", {"value"}, table.columns, row);
  }
  if (scope == scope_of("store.policy.diff")) put_rules(table);
}

}  // namespace pharmacy::cli
