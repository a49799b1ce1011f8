#include "visits/purchase_cells.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/count.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "visits/receipt_rows.h"

namespace pharmacy::purchases {
namespace {

using visits::amount_max;
using visits::quantity_max;

constexpr UnitPrice price_max{1'000'000'000'000'000};
constexpr std::int64_t days_supply_max = 3'650;
constexpr std::size_t shown_columns = 40;  // of a cell in a message

std::string shown(std::string_view cell) { return cut_to_width(for_terminal(cell), shown_columns); }

template <class... Values>
std::string text(const char* format, const Values&... values) {
  return fmt::format(fmt::runtime(format), values...);
}

std::string why_not_amount(std::string_view cell) {
  if (cell.find(',') != std::string_view::npos) {
    return text(_("{} has thousands separators: write it without"), shown(cell));
  }
  return text(_("{} is not an amount"), shown(cell));
}

// More than a fen a unit apart, and more than the fen that rounding makes.
bool differ(Money a, Money b, Quantity quantity) {
  constexpr std::int64_t one_unit = 1'000;
  const std::int64_t apart = std::abs((a - b).count());
  return apart > 1 && apart > std::abs(quantity.count()) / one_unit;
}

}  // namespace

std::optional<Rounded> parse_rounded(std::string_view cell, int decimals) {
  if (const auto exact = parse_decimal(cell, decimals)) return Rounded{*exact, false};
  const std::string folded = fold_width(cell);
  std::string_view rest = folded;
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  const std::size_t point = rest.find('.');
  if (point == std::string_view::npos) return std::nullopt;
  const std::size_t end = point + 1 + static_cast<std::size_t>(decimals);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (end >= rest.size() ||
      !std::all_of(rest.begin() + static_cast<std::ptrdiff_t>(end), rest.end(), is_digit)) {
    return std::nullopt;
  }
  const auto cut = parse_decimal(rest.substr(0, end), decimals);
  if (!cut || *cut >= amount_max.count()) return std::nullopt;
  const std::int64_t count = *cut + (rest[end] >= '5' ? 1 : 0);
  return Rounded{negative ? -count : count, true};
}

void RowReader::fail(FieldPlace field, std::string message) {
  faults_.push_back({sheet_.column(field), std::move(message)});
}

void RowReader::read() {
  faults_ = sheet_.faults();
  rounded_ = false;
  auto& row = rows_.all.emplace_back();
  row.raw = sheet_.raw();
  row.line = static_cast<std::uint32_t>(sheet_.line());
  // A row of another width may have any cell in any place.
  if (faults_.empty() || !faults_[0].column.empty()) {
    read_at(row);
    read_texts(row);
    read_details(row);
    read_quantity(row);
    if (rounded_) rows_.rounded.add(row.line);
  }
  for (auto& fault : faults_) {
    rows_.faults.push_back({static_cast<RowNumber>(rows_.all.size() - 1), std::move(fault)});
  }
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
    fail(
        at_field,
        format
            ? text(_("{0} is not a date or time of the form {1}"), shown(cell), *format)
            : text(
                  _("{} is not a date or time such as 2026-10-31 or 2026-10-31 09:30; say how they "
                    "are written with --at-format"),
                  shown(cell)));
    return false;
  }
  constexpr Date earliest{std::chrono::year{1900} / 1 / 1};
  const Date day = rules_.zone.day_of(*at);
  if (day < earliest) {
    fail(at_field, text(_("{} lies before the year 1900"), shown(cell)));
    return false;
  }
  // Clocks of other tills may be a little ahead, and their zones elsewhere.
  if (day > rules_.today + std::chrono::days{1}) {
    fail(at_field, text(_("{} lies in the future"), shown(cell)));
    return false;
  }
  row.at = *at;
  row.day = day;
  row.has_at = true;
  return true;
}

bool RowReader::read_text(FieldPlace field, Texts& texts, TextNumber& into) {
  const auto cell = sheet_.cell(field);
  const auto number = texts.number(cell);
  if (number) {
    into = *number;
  } else {
    fail(field, text(_("{} is too long, or not a text that can be kept"), shown(cell)));
  }
  return number.has_value();
}

void RowReader::read_texts(Row& row) {
  auto& texts = rows_.texts;
  row.has_receipt = read_text(receipt_field, texts.receipts, row.receipt);
  const auto card = texts.cards.number(sheet_.cell(card_field));
  if (card) {
    row.card = *card;
    row.has_card = true;
  } else {
    fail(card_field, text(_("{} is not a card's number: 1 to 64 characters without spaces"),
                          shown(sheet_.cell(card_field))));
  }
  read_text(product_field, texts.products, row.product);
  read_text(product_name_field, texts.product_names, row.product_name);
  read_text(batch_field, texts.batches, row.batch);
  read_text(staff_field, texts.staff, row.staff);
  read_text(channel_field, texts.channels, row.channel);
}

void RowReader::read_details(Row& row) {
  if (const auto cell = sheet_.cell(payment_field); !cell.empty()) {
    if (cell != last_payment_) {
      last_payment_ = cell;
      last_payment_kind_ = payment_called(cell);
    }
    if (last_payment_kind_) {
      row.payment = *last_payment_kind_;
    } else {
      auto words = words_of<PaymentKind>();
      const auto near = nearest(fold(cell), words);
      fail(payment_field,
           near ? text(_("{0} is not a kind of payment: did you mean {1}?"), shown(cell), *near)
                : text(_("{0} is not a kind of payment: {1}"), shown(cell),
                       fmt::format("{}", fmt::join(words, ", "))));
    }
  }
  if (const auto cell = sheet_.cell(expiry_field); !cell.empty()) {
    row.expiry = parse_expiry(cell);
    if (!row.expiry) {
      fail(expiry_field, text(_("{} is not a date such as 2027-05-31 or 2027-05"), shown(cell)));
    }
  }
  if (const auto cell = sheet_.cell(days_supply_field); !cell.empty()) {
    const auto days = parse_count(cell, 1, days_supply_max);
    if (days) {
      row.days_supply = static_cast<std::int16_t>(*days);
    } else {
      fail(days_supply_field,
           text(_("{0} is not a number of days from 1 to {1}"), shown(cell), days_supply_max));
    }
  }
}

void RowReader::read_quantity(Row& row) {
  const auto cell = sheet_.cell(quantity_field);
  if (cell.empty()) return;
  const auto quantity = parse_quantity(cell);
  if (!quantity || quantity->count() > quantity_max.count() ||
      quantity->count() < -quantity_max.count()) {
    fail(quantity_field,
         text(_("{} is not a quantity: a number with at most 3 decimals"), shown(cell)));
    return;
  }
  row.quantity = *quantity;
  read_amounts(row);
}

std::optional<Money> RowReader::read_money(FieldPlace field, const Row& row) {
  const auto cell = sheet_.cell(field);
  if (cell.empty()) return std::nullopt;
  const auto parsed = parse_rounded(cell, 2);
  if (!parsed || std::abs(parsed->count) > amount_max.count()) {
    fail(field, why_not_amount(cell));
    return std::nullopt;
  }
  rounded_ = rounded_ || parsed->is_rounded;
  if (parsed->count < 0 && !row.is_refund()) {
    fail(field, text(_("{} is below zero where the quantity is not"), shown(cell)));
  } else if (parsed->count > 0 && row.is_refund() && field == amount_field) {
    fail(field, text(_("{} is above zero where the quantity is below"), shown(cell)));
  }
  return Money{std::abs(parsed->count)};
}

std::optional<UnitPrice> RowReader::read_unit_price(bool may_round) {
  const auto cell = sheet_.cell(unit_price_field);
  if (cell.empty()) return std::nullopt;
  const auto parsed = parse_rounded(cell, 4);
  if (!parsed || parsed->count > price_max.count()) {
    fail(unit_price_field, why_not_amount(cell));
  } else if (parsed->count < 0) {
    fail(unit_price_field, text(_("{} is a price below zero"), shown(cell)));
  } else if (parsed->is_rounded && !may_round) {
    fail(unit_price_field, text(_("{} has more than 4 decimals"), shown(cell)));
  } else {
    rounded_ = rounded_ || parsed->is_rounded;
    return UnitPrice{parsed->count};
  }
  return std::nullopt;
}

void RowReader::read_amounts(Row& row) {
  const std::size_t faults_before = faults_.size();
  const auto amount = read_money(amount_field, row);
  const auto list = read_money(list_amount_field, row);
  const auto discount = read_money(discount_field, row);
  row.unit_price = read_unit_price(amount || list);
  if (faults_.size() != faults_before) return;
  try {
    settle_amounts(row, amount, list, discount);
  } catch (const Error& error) {  // price times quantity is beyond all numbers
    fail(unit_price_field, error.what());
  }
}

// What was paid for the line: its amount, else what it cost before the discount, less that.
void RowReader::settle_amounts(Row& row, std::optional<Money> amount, std::optional<Money> list,
                               std::optional<Money> discount) {
  const Quantity size{std::abs(row.quantity.count())};
  if (!amount && !list) {
    if (!row.unit_price) {
      fail(sheet_.has(amount_field) ? amount_field : unit_price_field,
           _("the row has neither an amount nor a price"));
      return;
    }
    list = line_amount(*row.unit_price, size);
  }
  if (!amount && discount.value_or(Money{0}) > *list) {
    fail(discount_field, text(_("the discount {0} is more than the amount {1}"),
                              to_string(*discount), to_string(*list)));
    return;
  }
  row.amount = amount ? *amount : *list - discount.value_or(Money{0});
  if (!list) list = row.amount + discount.value_or(Money{0});
  if (row.amount > amount_max || *list > amount_max) {
    fail(amount_field, _("the amount is too large"));
    return;
  }
  if (row.is_nothing() && row.amount != Money{0}) {
    fail(quantity_field, text(_("the quantity is 0 and the amount {}"), to_string(row.amount)));
    return;
  }
  if (*list != row.amount) row.list_amount = list;
  compare_amounts(row, *list, discount);
}

// The amount rules; where it is not what the other cells come to, a person should look.
void RowReader::compare_amounts(const Row& row, Money list, std::optional<Money> discount) {
  const Quantity size{std::abs(row.quantity.count())};
  bool differs = list < row.amount || (discount && differ(list - *discount, row.amount, size));
  if (row.unit_price) {
    const Money product = line_amount(*row.unit_price, size);
    differs = differs || (differ(product, row.amount, size) && differ(product, list, size));
  }
  if (differs) rows_.amount_differs.add(row.line);
}

}  // namespace pharmacy::purchases
