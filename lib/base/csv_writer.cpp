#include <algorithm>

#include "base/count.h"
#include "pharmacy/csv.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

bool begins_like_formula(std::string_view text) {
  if (text.empty()) return false;
  if (std::string_view{"=+-@\t\r\n"}.find(text[0]) != std::string_view::npos) return true;
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

// Text that already begins with ' and then a formula gets one more, so that taking one off gives
// back what was there.
bool needs_guard(std::string_view text) {
  const std::size_t marks = std::min(text.find_first_not_of('\''), text.size());
  const std::string_view rest = text.substr(marks);
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
