#include <algorithm>

#include "base/count.h"
#include "pharmacy/csv.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

// What a spreadsheet may pass over before it looks for a formula: quotes of both kinds, spaces, and
// a byte order mark.
std::string_view without_front(std::string_view text) {
  for (;;) {
    if (text.starts_with('\'') || text.starts_with('"') || text.starts_with(' ')) {
      text.remove_prefix(1);
    } else if (text.starts_with("\u00A0")) {
      text.remove_prefix(2);
    } else if (text.starts_with("\u3000") || text.starts_with("\uFEFF")) {
      text.remove_prefix(3);
    } else {
      return text;
    }
  }
}

bool begins_like_formula(std::string_view text) {
  if (text.empty()) return false;
  if (std::string_view{"=+-@\t\r\n\0", 8}.find(text[0]) != std::string_view::npos) return true;
  return text.starts_with("＝") || text.starts_with("＋") || text.starts_with("－") ||
         text.starts_with("＠");
}

// "-12.50", as a figure in a report.
bool is_plain_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const auto point = std::find_if_not(text.begin(), text.end(), is_digit);
  if (point == text.begin()) return false;
  if (point == text.end()) return true;
  return *point == '.' && point + 1 != text.end() && std::all_of(point + 1, text.end(), is_digit);
}

// A ' more at its front changes nothing of the answer: so a guard is always known for one again,
// and taking it off gives back what was there.
bool needs_guard(std::string_view text) {
  const std::string_view rest = without_front(text);
  return begins_like_formula(rest) && !is_plain_number(rest);
}

}  // namespace

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

std::string csv_text_cell(std::string_view text) {
  return needs_guard(text) ? csv_cell("'" + std::string{text}) : csv_cell(text);
}

std::string_view without_formula_guard(std::string_view cell) {
  return cell.starts_with('\'') && needs_guard(cell.substr(1)) ? cell.substr(1) : cell;
}

}  // namespace pharmacy
