#include "visits/purchase_rows.h"

#include <algorithm>

#include "base/i18n.h"
#include "base/utf8.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "visits/purchase_cells.h"

namespace pharmacy::purchases {
namespace {

// Line breaks and tabs inside a name are what another program's forms let through.
std::string on_one_line(std::string_view cell) {
  std::string line;
  for (const char c : cell) {
    const bool breaks = c == '\n' || c == '\r' || c == '\t';
    if (!breaks) {
      line.push_back(c);
    } else if (!line.ends_with(' ')) {
      line.push_back(' ');
    }
  }
  return line;
}

std::optional<std::string> kept(std::string_view cell, std::size_t longest) {
  auto text = normalise(cell);
  if (!text || text->size() > longest) return std::nullopt;
  return text;
}

// What members' cards and the catalog's codes are: input methods write their digits wide.
std::optional<std::string> narrow(std::string_view cell) {
  auto text = kept(cell, 64);
  return text && !is_ascii(*text) ? kept(fold_width(*text), 64) : text;
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
    : receipts{short_text},
      cards{card},
      products{narrow},
      product_names{name},
      batches{short_text},
      staff{name},
      channels{channel} {}

// Whatever the rows hold, they must come to an amount somehow.
static void require_amounts(const Sheet& sheet) {
  if (sheet.has(amount_field) || sheet.has(list_amount_field) || sheet.has(unit_price_field))
    return;
  throw Error(Errc::bad_data, _("no column is known for the field amount, nor for unit_price"),
              _("say which one it is with --map amount=HEADER or --map unit_price=HEADER"));
}

Rows read_rows(Sheet& sheet, const TimeRules& rules) {
  require_amounts(sheet);
  Rows rows;
  for (std::size_t i = 0; i < purchase_import_fields().size(); ++i) {
    rows.headers.push_back(sheet.column(i));
  }
  RowReader reader{sheet, rules, rows};
  while (sheet.next()) reader.read();
  return rows;
}

}  // namespace pharmacy::purchases
