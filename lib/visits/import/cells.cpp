#include "visits/import/cells.h"

#include <fmt/ranges.h>

#include <utility>

#include "base/at_format.h"
#include "base/count.h"
#include "base/i18n.h"
#include "pharmacy/text.h"
#include "visits/receipts/receipt_rows.h"

namespace pharmacy::purchases {

static constexpr std::int64_t days_supply_max = 3'650;
static constexpr std::size_t shown_columns = 40;  // of a cell in a message

std::string shown(std::string_view cell) { return cut_to_width(for_terminal(cell), shown_columns); }

void RowReader::fail(FieldPlace field, std::string message) {
  faults_.push_back({sheet_.column(field), std::move(message)});
}

void RowReader::read() {
  faults_ = sheet_.faults();
  auto& row = rows_.all.emplace_back();
  row.raw = sheet_.raw();
  row.line = static_cast<std::uint32_t>(sheet_.line());
  if (sheet_.is_ragged()) {
    read_ragged(row);
  } else {
    read_at(row);
    read_texts(row);
    read_details(row);
    read_quantity(row);
  }
  for (auto& fault : faults_) {
    rows_.faults.push_back({static_cast<RowNumber>(rows_.all.size() - 1), std::move(fault)});
  }
}

// A row of another width may have any cell in any place. It is rejected whatever they say; what
// they say of the receipt it is of counts all the same, so that none is taken without it.
void RowReader::read_ragged(Row& row) {
  auto faults = std::move(faults_);
  row.is_ragged = true;
  read_at(row);
  row.has_receipt =
      !sheet_.has(receipt_field) || (sheet_.has_cell(receipt_field) &&
                                     read_text(receipt_field, rows_.texts.receipts, row.receipt));
  if (!sheet_.has(card_field) || sheet_.has_cell(card_field)) read_card(row);
  const auto shifted = rows_.texts.receipts.number(sheet_.shifted_cell(receipt_field));
  if (shifted.value_or(0) != 0) {
    rows_.shifted_receipts.emplace(static_cast<RowNumber>(rows_.all.size() - 1), *shifted);
  }
  faults_ = std::move(faults);
}

void RowReader::read_at(Row& row) {
  const auto cell = sheet_.cell(at_field);
  if (cell.empty()) return;
  if (cell != last_at_ || !last_at_row_.has_at) {
    if (!read_instant(last_at_row_, cell)) {
      last_at_row_.has_at = false;
      return;
    }
    last_at_ = cell;
  }
  row.at = last_at_row_.at;
  row.day = last_at_row_.day;
  row.has_at = true;
}

bool RowReader::read_instant(Row& row, std::string_view cell) {
  const auto& format = rules_.at_format;
  const auto at =
      format ? parse_instant(cell, *format, rules_.zone) : parse_instant(cell, rules_.zone);
  if (!at) {
    fail(at_field, why_not_instant(cell));
    return false;
  }
  const Date day = rules_.zone.day_of(*at);
  if (day < visits::earliest_day) {
    fail(at_field, message(_("{} lies before the year 1900"), shown(cell)));
    return false;
  }
  if (day > rules_.today) {
    fail(at_field, message(_("{} lies in the future"), shown(cell)));
    return false;
  }
  row.at = *at;
  row.day = day;
  row.has_at = true;
  return true;
}

std::string RowReader::why_not_instant(std::string_view cell) {
  if (rules_.at_format) {
    return message(_("{0} is not a date or time of the form {1}"), shown(cell), *rules_.at_format);
  }
  // Trying all forms takes long, and the others are most likely written as the first.
  if (!proposed_format_) proposed_format_ = guess_at_format(cell, rules_.zone);
  if (proposed_format_ && parse_instant(cell, *proposed_format_, rules_.zone)) {
    return message(_("{0} is not a date or time such as 2026-10-31 or 2026-10-31 09:30; try "
                     "--at-format '{1}'"),
                   shown(cell), *proposed_format_);
  }
  return message(_("{} is not a date or time such as 2026-10-31 or 2026-10-31 09:30; say how they "
                   "are written with --at-format"),
                 shown(cell));
}

bool RowReader::read_text(FieldPlace field, Texts& texts, TextNumber& into) {
  const auto cell = sheet_.cell(field);
  const auto number = texts.number(cell);
  if (number) {
    into = *number;
  } else if (is_mangled_number(cell)) {
    fail(field, message(_("{} is a number that a spreadsheet cut short: export the column as text"),
                        shown(cell)));
  } else {
    fail(field, message(_("{} is too long, or not a text that can be kept"), shown(cell)));
  }
  return number.has_value();
}

void RowReader::read_card(Row& row) {
  const auto cell = sheet_.cell(card_field);
  if (is_mangled_number(cell)) {
    read_text(card_field, rows_.texts.cards, row.card);
    return;
  }
  const auto card = rows_.texts.cards.number(cell);
  if (card) {
    row.card = *card;
    row.has_card = true;
  } else {
    fail(card_field,
         message(_("{} is not a card's number: 1 to 64 characters without spaces"), shown(cell)));
  }
}

void RowReader::read_texts(Row& row) {
  auto& texts = rows_.texts;
  row.has_receipt = read_text(receipt_field, texts.receipts, row.receipt);
  read_card(row);
  read_text(product_field, texts.products, row.product);
  read_text(product_name_field, texts.product_names, row.product_name);
  read_text(batch_field, texts.batches, row.batch);
  read_text(staff_field, texts.staff, row.staff);
  read_text(channel_field, texts.channels, row.channel);
}

void RowReader::read_details(Row& row) {
  read_payment(row);
  if (const auto cell = sheet_.cell(expiry_field); !cell.empty()) {
    row.expiry = parse_expiry(cell);
    if (!row.expiry) {
      fail(expiry_field, message(_("{} is not a date such as 2027-05-31 or 2027-05"), shown(cell)));
    }
  }
  if (const auto cell = sheet_.cell(days_supply_field); !cell.empty()) {
    const auto days = parse_whole(cell, 1, days_supply_max);
    if (days) {
      row.days_supply = static_cast<std::int16_t>(*days);
    } else {
      fail(days_supply_field,
           message(_("{0} is not a number of days from 1 to {1}"), shown(cell), days_supply_max));
    }
  }
}

void RowReader::read_payment(Row& row) {
  const auto cell = sheet_.cell(payment_field);
  if (cell.empty()) return;
  if (cell != last_payment_) {
    last_payment_ = cell;
    last_payment_kind_ = payment_called(cell);
  }
  if (last_payment_kind_) {
    row.payment = *last_payment_kind_;
    return;
  }
  const auto words = words_of<PaymentKind>();
  const auto near = nearest(fold(cell), words);
  fail(payment_field,
       near ? message(_("{0} is not a kind of payment: did you mean {1}?"), shown(cell), *near)
            : message(_("{0} is not a kind of payment: {1}; leave the column out with --map "
                        "payment=, or take one kind for all rows with --set payment=cash"),
                      shown(cell), fmt::format("{}", fmt::join(words, ", "))));
}

}  // namespace pharmacy::purchases
