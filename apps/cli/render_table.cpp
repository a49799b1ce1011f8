#include <algorithm>
#include <array>
#include <numeric>

#include "cli/i18n.h"
#include "cli/labels.h"
#include "cli/render.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

static constexpr std::size_t gap = 2;        // columns between two cells
static constexpr std::size_t narrowest = 8;  // a text column is not cut below this

// Text that names something is shown whole or not in a table.
static constexpr std::array whole_columns{"code",  "card",      "phone", "batch",    "login",
                                          "staff", "reference", "path",  "store_id", "problem"};

static std::string bold(const std::string& text, const Style& style) {
  return style.color ? "\x1b[1m" + text + "\x1b[0m" : text;
}

static std::string padded(const std::string& text, std::size_t width, bool right) {
  const auto taken = display_width(text);
  const std::string blanks(width > taken ? width - taken : 0, ' ');
  return right ? blanks + text : text + blanks;
}

static std::string without_trailing_spaces(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

static std::string one_line(const std::string& text) {
  std::string joined;
  for (const auto& line : safe_lines(text)) joined += (joined.empty() ? "" : " ") + line;
  return joined;
}

namespace {
struct Column {
  std::string name;
  std::string heading;
  std::vector<std::string> cells;
  bool number = false;
  bool may_shrink = false;
  bool wraps = false;
  std::size_t width = 0;
};
}  // namespace

static std::vector<Column> columns_of(const Table& table, const Style& style,
                                      const std::string& scope) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    Column column{table.columns[i], label(table.columns[i], scope), {}, false, true, false, 0};
    column.width = display_width(column.heading);
    bool empty = true;
    bool text = false;
    for (const auto& row : table.rows) {
      empty = empty && is_null(row[i]);
      text = text || is_text(row[i]);
      column.number = column.number || is_number(row[i]);
      column.cells.push_back(one_line(human_text(row[i], style.zone)));
      column.width = std::max(column.width, display_width(column.cells.back()));
    }
    column.may_shrink = text && std::find(whole_columns.begin(), whole_columns.end(),
                                          column.name) == whole_columns.end();
    // A column without any value says nothing, unless it was asked for.
    if (!empty || !style.columns.empty() || table.rows.empty()) columns.push_back(column);
  }
  return columns;
}

static std::size_t total_width(const std::vector<Column>& columns) {
  return std::accumulate(columns.begin(), columns.end(), std::size_t{0},
                         [](std::size_t sum, const Column& c) { return sum + c.width; }) +
         gap * (columns.empty() ? 0 : columns.size() - 1);
}

// Makes the columns fit: the last text column first, which wraps, then the others, which are
// cut. False where they cannot.
static bool fit(std::vector<Column>& columns, std::size_t width) {
  bool last = true;
  for (auto column = columns.rbegin(); column != columns.rend(); ++column) {
    if (!column->may_shrink) continue;
    const auto total = total_width(columns);
    if (total > width) {
      const auto excess = total - width;
      const auto least = std::max(narrowest, display_width(column->heading));
      column->width =
          std::max(column->width - std::min(excess, column->width), std::min(least, column->width));
      column->wraps = last;
    }
    last = false;
  }
  return total_width(columns) <= width;
}

static std::string row_text(const std::vector<Column>& columns, std::size_t row) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (const auto& column : columns) {
    const auto& text = column.cells[row];
    if (column.wraps) {
      cells.push_back(wrap(text, column.width));
    } else {
      cells.push_back({cut_to_width(text, column.width)});
    }
    height = std::max(height, cells.back().size());
  }
  std::string out;
  for (std::size_t line = 0; line < height; ++line) {
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (i > 0) text += std::string(gap, ' ');
      const bool there = line < cells[i].size();
      text += padded(there ? cells[i][line] : "", columns[i].width, columns[i].number);
    }
    out += without_trailing_spaces(std::move(text)) + '\n';
  }
  return out;
}

// One fact a line: "name  张伟".
static std::string record_text(const Table& table, std::size_t row, const Style& style,
                               const std::string& scope) {
  std::size_t widest = 0;
  for (const auto& column : table.columns) {
    widest = std::max(widest, display_width(label(column, scope)));
  }
  std::string out;
  const auto width = static_cast<std::size_t>(std::max(style.width, 20));
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& cell = table.rows[row][i];
    if (is_null(cell) && style.columns.empty()) continue;
    auto heading = padded(label(table.columns[i], scope), widest + gap, false);
    const auto room = width > widest + gap + narrowest ? width - widest - gap : narrowest;
    for (const auto& line : safe_lines(human_text(cell, style.zone))) {
      for (const auto& part : is_text(cell) ? wrap(line, room) : std::vector{line}) {
        out += without_trailing_spaces(heading + part) + '\n';
        heading = std::string(widest + gap, ' ');
      }
    }
  }
  return out;
}

static std::string list_text(const Table& table, const Style& style, const std::string& scope) {
  if (table.rows.empty()) return {};
  auto columns = columns_of(table, style, scope);
  std::string out;
  if (!fit(columns, static_cast<std::size_t>(std::max(style.width, 20)))) {
    // Too narrow for a table: one record below the other.
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
      out += (row > 0 ? "\n" : "") + record_text(table, row, style, scope);
    }
    return out;
  }
  std::string header;
  for (const auto& column : columns) {
    header += (header.empty() ? "" : std::string(gap, ' ')) +
              padded(column.heading, column.width, column.number);
  }
  out = bold(without_trailing_spaces(std::move(header)), style) + '\n';
  for (std::size_t row = 0; row < table.rows.size(); ++row) out += row_text(columns, row);
  return out;
}

std::string render_table(const Answer& answer, const Style& style) {
  const auto scope = scope_of(answer.schema);
  if (answer.kind == Answer::Kind::list) return list_text(answer.table, style, scope);
  std::string out;
  if (!answer.table.rows.empty()) out = record_text(answer.table, 0, style, scope);
  for (const auto& section : answer.sections) {
    out += (out.empty() ? "" : "\n") + bold(label(section.name, "section"), style) + '\n';
    if (section.table.rows.empty()) {
      out += std::string{_("(none)")} + '\n';
    } else if (section.kind == Section::Kind::record) {
      out += record_text(section.table, 0, style, section.name);
    } else {
      out += list_text(section.table, style, section.name);
    }
  }
  return out;
}

}  // namespace pharmacy::cli
