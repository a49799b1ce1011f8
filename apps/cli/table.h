// What a program has to say, before it is known in which format: typed cells in named columns.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy::cli {

// A word of an enumeration, or an id: machines get it as it is, people its translation if it has
// one. Never cut.
struct Word {
  std::string text;
};

// A cell keeps its type, so that money is "28.00" for people and 2800 for machines.
using Cell = std::variant<std::monostate, bool, std::int64_t, std::string, Word, Money, UnitPrice,
                          Quantity, Points, Date, Instant>;

struct Table {
  std::vector<std::string> columns;  // English snake_case; people see their translated labels
  std::vector<std::vector<Cell>> rows;
};

// Any stored type as a cell; ids and enumerations as their text.
template <class Value>
Cell to_cell(const Value& value) {
  if constexpr (requires { value.has_value(); }) {
    return value ? to_cell(*value) : Cell{};
  } else if constexpr (NamedEnum<Value>) {
    return Cell{Word{to_word(value)}};
  } else if constexpr (requires { value.number(); }) {
    return Cell{Word{to_string(value)}};
  } else {
    return Cell{value};
  }
}

// The table of some rows: a column for each of their fields().
template <FieldRow Row>
Table to_table(const std::vector<Row>& rows) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    Table table{.columns = {field_of<Row, I>.name...}, .rows = {}};
    for (const auto& row : rows) {
      auto& cells = table.rows.emplace_back();
      (cells.push_back(to_cell(row.*(field_of<Row, I>.member))), ...);
    }
    return table;
  }
  (FieldNumbers<Row>{});
}

// A part of a larger answer: one record, or a list of them.
struct Section {
  std::string name;  // the JSON key; people see its translated label as a heading
  enum class Kind { record, list } kind;
  Table table;
};

template <FieldRow Row>
Section record_section(std::string name, const Row& row) {
  return {std::move(name), Section::Kind::record, to_table(std::vector{row})};
}
template <FieldRow Row>
Section list_section(std::string name, const std::vector<Row>& rows) {
  return {std::move(name), Section::Kind::list, to_table(rows)};
}

// A list of which some columns are words, kept as texts: people read them in their language.
template <FieldRow Row>
Section words_section(std::string name, const std::vector<Row>& rows,
                      std::initializer_list<std::string_view> words) {
  Section section = list_section(std::move(name), rows);
  for (auto& row : section.table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      auto* text = std::get_if<std::string>(&row[i]);
      const bool is_word = std::ranges::find(words, section.table.columns[i]) != words.end();
      if (text != nullptr && is_word) row[i] = Word{std::string{*text}};
    }
  }
  return section;
}

}  // namespace pharmacy::cli
