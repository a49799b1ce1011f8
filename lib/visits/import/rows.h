// The rows of a file of purchases, read and checked as far as they can be without the store.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/sheet.h"
#include "pharmacy/imports.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"
#include "pharmacy/visits.h"
#include "visits/import/texts.h"

namespace pharmacy::purchases {

using RowNumber = std::uint32_t;  // of the rows that are not blank, from 0
using ReceiptNumber = std::uint32_t;

// One row. Texts are numbers of the Columns; 0 where the cell is empty.
struct Row {
  std::string_view raw;  // the row in the file's text
  Instant at;
  Quantity quantity;  // below 0 on a refund line
  Money amount;       // never below 0, on refund lines too
  std::optional<UnitPrice> unit_price;
  std::optional<Money> list_amount;  // where it is not the amount
  Date day;
  std::optional<Date> expiry;
  std::uint32_t line = 0;
  TextNumber receipt = 0;
  TextNumber card = 0;
  TextNumber product = 0;
  TextNumber product_name = 0;
  TextNumber batch = 0;
  TextNumber staff = 0;
  TextNumber channel = 0;
  std::int16_t days_supply = 0;  // 0 where unknown
  PaymentKind payment = PaymentKind::cash;
  bool has_at = false;    // at and day could be read
  bool has_card = false;  // the card's cell could be read, empty or not
  bool has_receipt = false;
  bool is_ragged = false;    // only at, receipt and card were read, where there are such cells
  bool is_day_only = false;  // a refund line that says nothing of the time of its day
  bool is_rounded = false;
  bool amount_differs = false;  // from price times quantity

  [[nodiscard]] bool is_refund() const { return quantity.count() < 0; }
  [[nodiscard]] bool is_nothing() const { return quantity.count() == 0; }
};

// The texts of all rows, by column.
struct Columns {
  Columns();
  Texts receipts;
  Texts cards;
  Texts products;
  Texts product_names;
  Texts batches;
  Texts staff;
  Texts channels;
};

// Rows for which something holds that a person should know: how many, and the first one's line.
struct Remark {
  std::int64_t count = 0;
  std::int64_t first_line = 0;
  void add(std::int64_t line, std::int64_t rows = 1) {
    if (count == 0) first_line = line;
    count += rows;
  }
};

// What is wrong with a row.
struct Fault {
  RowNumber row = 0;
  RowFault what;
};

struct Rows {
  Columns texts;
  std::vector<Row> all;
  std::vector<std::string> headers;  // of the columns, by field
  std::vector<Fault> faults;         // in the order of their rows
  // Of ragged rows: the receipt's number where the row is short, or too long, before it.
  std::unordered_map<RowNumber, TextNumber> shifted_receipts;
};

// The places of the fields in purchase_import_fields().
enum FieldPlace : std::size_t {
  at_field,
  receipt_field,
  card_field,
  product_field,
  product_name_field,
  quantity_field,
  unit_price_field,
  amount_field,
  list_amount_field,
  discount_field,
  payment_field,
  channel_field,
  batch_field,
  expiry_field,
  days_supply_field,
  staff_field,
};

struct TimeRules {
  Zone zone;
  Date today;
  std::optional<std::string> at_format;
};

// Reads all rows of the sheet.
Rows read_rows(Sheet& sheet, const TimeRules& rules);

// "现金", "WeChat", "insurance_pooled" …; nullopt where no kind of payment is called so.
std::optional<PaymentKind> payment_called(std::string_view text);
// The channel's word where the text is a known name of one ("柜台" is "counter"), else the text.
std::string channel_called(std::string_view text);
// A batch's last day: "2027-05-31", "20270531", "2027-05" and "202705" (its last day), with / . or
// 年月日 too, and with midnight behind it.
std::optional<Date> parse_expiry(std::string_view text);

}  // namespace pharmacy::purchases
