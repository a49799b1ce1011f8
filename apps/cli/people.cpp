#include "cli/people.h"

#include <algorithm>

#include "cli/frame_impl.h"
#include "cli/labels.h"
#include "cli/render.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

Readers readers_of(Frame& frame) {
  const auto& globals = frame.impl().globals;
  const bool is_table = globals.format ? *globals.format == Format::table
                                       : frame.impl().world.out_is_terminal && !globals.excel;
  return is_table && !globals.columns ? Readers::people : Readers::programs;
}

int columns_of_screen(Frame& frame) {
  constexpr int elsewhere = 80;
  const auto& world = frame.impl().world;
  return world.out_is_terminal ? world.columns : elsewhere;
}

Table only(const Table& table, const std::vector<std::string>& columns) {
  Table picked;
  std::vector<std::size_t> places;
  for (const auto& name : columns) {
    const auto found = std::find(table.columns.begin(), table.columns.end(), name);
    if (found == table.columns.end()) continue;
    picked.columns.push_back(name);
    places.push_back(static_cast<std::size_t>(found - table.columns.begin()));
  }
  for (const auto& row : table.rows) {
    auto& cells = picked.rows.emplace_back();
    for (const auto place : places) cells.push_back(row[place]);
  }
  return picked;
}

static constexpr std::size_t cell_gap = 2;  // columns between two cells

// The least that a column takes with the gap before it: words and numbers are whole, names may be
// cut.
static std::size_t least_width(const Table& table, std::size_t column, const std::string& scope) {
  constexpr std::size_t of_name = 16;
  const auto& name = table.columns[column];
  const bool may_be_cut = name == "name" || name == "paid_by";
  std::size_t widest = 0;
  bool empty = true;
  for (const auto& row : table.rows) {
    empty = empty && is_null(row[column]);
    widest = std::max(widest, display_width(human_text(row[column], Zone::utc())));
  }
  if (empty) return 0;  // such a column is not shown
  if (may_be_cut) widest = std::min(widest, of_name);
  return cell_gap + std::max(widest, display_width(label(name, scope)));
}

Table narrowed(Table table, const Narrowing& how) {
  auto names = table.columns;
  for (const auto& next : how.first_to_go) {
    std::size_t width = 0;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      width += least_width(table, i, how.scope);
    }
    if (width <= static_cast<std::size_t>(how.columns) + cell_gap) break;
    std::erase(names, next);
    table = only(table, names);
  }
  return table;
}

}  // namespace pharmacy::cli
