#include "visits/import/rows.h"

#include "base/utf8.h"
#include "pharmacy/text.h"
#include "visits/import/cells.h"

namespace pharmacy::purchases {
namespace {

std::optional<std::string> kept(std::string_view cell, std::size_t longest) {
  auto text = normalise(cell);
  if (!text || text->size() > longest) return std::nullopt;
  return text;
}

// Numbers that are names: without the ' that tills put before them, and never what a spreadsheet
// made of them.
std::optional<std::string> number(std::string_view cell) {
  if (is_mangled_number(cell)) return std::nullopt;
  auto text = kept(without_digit_guard(cell), 64);
  // What is kept must pass unchanged: "''6001" is 6001 as "'6001" is.
  if (text && (is_mangled_number(*text) || without_digit_guard(*text) != *text)) {
    return number(*text);
  }
  return text;
}

// What members' cards and the catalog's codes are: input methods write their digits wide.
std::optional<std::string> narrow(std::string_view cell) {
  auto text = kept(cell, 192);  // a wide digit has three bytes
  return text ? number(is_ascii(*text) ? *text : fold_width(*text)) : std::nullopt;
}

std::optional<std::string> card(std::string_view cell) {
  auto text = narrow(cell);
  return text && text->find(' ') != std::string::npos ? std::nullopt : text;
}

std::optional<std::string> short_text(std::string_view cell) { return kept(cell, 64); }

std::optional<std::string> name(std::string_view cell) { return kept(on_one_line(cell), 200); }

std::optional<std::string> channel(std::string_view cell) {
  const auto text = kept(on_one_line(cell), 64);
  return text ? std::optional{channel_called(*text)} : std::nullopt;
}

}  // namespace

Columns::Columns()
    : receipts{number},
      cards{card},
      products{narrow},
      product_names{name},
      batches{short_text},
      staff{name},
      channels{channel} {}

Rows read_rows(Sheet& sheet, const TimeRules& rules) {
  Rows rows;
  for (std::size_t i = 0; i < purchase_import_fields().size(); ++i) {
    rows.headers.push_back(sheet.column(i));
  }
  RowReader reader{sheet, rules, rows};
  while (sheet.next()) reader.read();
  return rows;
}

}  // namespace pharmacy::purchases
