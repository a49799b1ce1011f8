// The cells of one row as values; what cannot be read becomes a fault of the row.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "visits/import/rows.h"

namespace pharmacy::purchases {

// A cell as a message shows it.
std::string shown(std::string_view cell);
template <class... Values>
std::string message(const char* format, const Values&... values) {
  return fmt::format(fmt::runtime(format), values...);
}

// A decimal of a cell, rounded half away from zero to the parts that are kept.
struct Rounded {
  std::int64_t count = 0;
  bool is_rounded = false;
};
// nullopt for what is no plain decimal number. "-0.00" is 0.
std::optional<Rounded> parse_rounded(std::string_view text, int decimals);

class RowReader {
 public:
  RowReader(const Sheet& sheet, const TimeRules& rules, Rows& rows)
      : sheet_{sheet}, rules_{rules}, rows_{rows} {}

  // Reads the sheet's current row to the end of rows.all.
  void read();

 private:
  void fail(FieldPlace field, std::string message);
  void read_ragged(Row& row);
  void read_at(Row& row);
  bool read_instant(Row& row, std::string_view cell);
  std::string why_not_instant(std::string_view cell);
  void read_texts(Row& row);
  void read_card(Row& row);
  bool read_text(FieldPlace field, Texts& texts, TextNumber& into);
  void read_details(Row& row);
  void read_payment(Row& row);
  void read_quantity(Row& row);
  void read_amounts(Row& row);
  std::optional<Money> read_money(FieldPlace field, Row& row);
  std::optional<UnitPrice> read_unit_price(Row& row, bool may_round);
  void settle_amounts(Row& row, std::optional<Money> amount, std::optional<Money> list,
                      std::optional<Money> discount);
  static bool amounts_differ(const Row& row, Money list, std::optional<Money> discount);

  const Sheet& sheet_;
  const TimeRules& rules_;
  Rows& rows_;
  std::vector<RowFault> faults_;                // of the row being read
  std::optional<std::string> proposed_format_;  // for the first cell that one was found for
  std::string last_at_;                         // rows of one receipt repeat their time
  Row last_at_row_;
  std::string last_payment_;
  std::optional<PaymentKind> last_payment_kind_;
};

}  // namespace pharmacy::purchases
