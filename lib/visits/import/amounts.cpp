// Quantities and amounts of a row: what was paid for it, however the till writes it.
#include <algorithm>
#include <cstdlib>

#include "base/count.h"
#include "base/i18n.h"
#include "pharmacy/catalog.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "visits/import/cells.h"
#include "visits/receipts/receipt_rows.h"

namespace pharmacy::purchases {
namespace {

using visits::quantity_max;

constexpr std::int64_t rounded_max = 1'000'000'000'000'000;  // above it, no further digit counts

std::string why_not_amount(std::string_view cell) {
  if (cell.find(',') != std::string_view::npos) {
    return message(_("{} has thousands separators: write it without"), shown(cell));
  }
  return message(_("{} is not an amount"), shown(cell));
}

template <class Amount>
std::string too_large(std::string_view cell, Amount most) {
  return message(_("{0} is more than {1}: are these bar codes?"), shown(cell), to_string(most));
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
  if (rest.starts_with('-')) return std::nullopt;
  if (negative && parse_decimal(rest, decimals) == 0) return Rounded{0, false};
  const std::size_t point = rest.find('.');
  if (point == std::string_view::npos) return std::nullopt;
  const std::size_t end = point + 1 + static_cast<std::size_t>(decimals);
  if (end >= rest.size() ||
      !std::all_of(rest.begin() + static_cast<std::ptrdiff_t>(end), rest.end(), is_digit)) {
    return std::nullopt;
  }
  const auto cut = parse_decimal(rest.substr(0, end), decimals);
  if (!cut || *cut >= rounded_max) return std::nullopt;
  const std::int64_t count = *cut + (rest[end] >= '5' ? 1 : 0);
  return Rounded{negative ? -count : count, true};
}

void RowReader::read_quantity(Row& row) {
  const auto cell = sheet_.cell(quantity_field);
  if (cell.empty()) return;
  const auto quantity = parse_quantity(cell);
  if (!quantity) {
    fail(quantity_field,
         message(_("{} is not a quantity: a number with at most 3 decimals"), shown(cell)));
    return;
  }
  if (*quantity > quantity_max || quantity->count() < -quantity_max.count()) {
    fail(quantity_field, too_large(cell, quantity_max));
    return;
  }
  row.quantity = *quantity;
  row.is_day_only = row.is_refund() && row.has_at &&
                    row.at == rules_.zone.at_local(row.day, std::chrono::seconds{0});
  read_amounts(row);
}

std::optional<Money> RowReader::read_money(FieldPlace field, Row& row) {
  const auto cell = sheet_.cell(field);
  if (cell.empty()) return std::nullopt;
  const auto parsed = parse_rounded(cell, 2);
  if (!parsed) {
    fail(field, why_not_amount(cell));
    return std::nullopt;
  }
  const Money most = visits::line_amount_max;
  if (parsed->count > most.count() || parsed->count < -most.count()) {
    fail(field, too_large(cell, most));
    return std::nullopt;
  }
  row.is_rounded = row.is_rounded || parsed->is_rounded;
  if (parsed->count < 0 && !row.is_refund()) {
    fail(field, message(_("{} is below zero where the quantity is not"), shown(cell)));
  } else if (parsed->count > 0 && row.is_refund() && field == amount_field) {
    fail(field, message(_("{} is above zero where the quantity is below"), shown(cell)));
  }
  return Money{std::abs(parsed->count)};
}

std::optional<UnitPrice> RowReader::read_unit_price(Row& row, bool may_round) {
  const auto cell = sheet_.cell(unit_price_field);
  if (cell.empty()) return std::nullopt;
  const auto parsed = parse_rounded(cell, 4);
  if (!parsed) {
    fail(unit_price_field, why_not_amount(cell));
  } else if (parsed->count > unit_price_max.count()) {
    fail(unit_price_field, too_large(cell, unit_price_max));
  } else if (parsed->count < 0) {
    fail(unit_price_field, message(_("{} is a price below zero"), shown(cell)));
  } else if (parsed->is_rounded && !may_round) {
    fail(unit_price_field, message(_("{} has more than 4 decimals"), shown(cell)));
  } else {
    row.is_rounded = row.is_rounded || parsed->is_rounded;
    return UnitPrice{parsed->count};
  }
  return std::nullopt;
}

void RowReader::read_amounts(Row& row) {
  const std::size_t faults_before = faults_.size();
  const auto amount = read_money(amount_field, row);
  const auto list = read_money(list_amount_field, row);
  const auto discount = read_money(discount_field, row);
  row.unit_price = read_unit_price(row, amount || list);
  if (faults_.size() != faults_before) return;
  try {
    settle_amounts(row, amount, list, discount);
  } catch (const Error&) {  // price times quantity is beyond all numbers
    fail(unit_price_field, _("the amount is too large"));
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
    fail(discount_field, message(_("the discount {0} is more than the amount {1}"),
                                 to_string(*discount), to_string(*list)));
    return;
  }
  const Money paid = amount ? *amount : *list - discount.value_or(Money{0});
  if (!list) list = paid + discount.value_or(Money{0});
  if (paid > visits::line_amount_max || *list > visits::line_amount_max) {
    fail(sheet_.has(amount_field) ? amount_field : unit_price_field,
         message(_("the line comes to more than {}"), to_string(visits::line_amount_max)));
    return;
  }
  if (row.is_nothing() && paid != Money{0}) {
    fail(quantity_field, message(_("the quantity is 0 and the amount {}"), to_string(paid)));
    return;
  }
  row.amount = paid;
  if (*list != paid) row.list_amount = list;
  row.amount_differs = amounts_differ(row, *list, discount);
}

// The amount rules; where it is not what the other cells come to, a person should look.
bool RowReader::amounts_differ(const Row& row, Money list, std::optional<Money> discount) {
  const Quantity size{std::abs(row.quantity.count())};
  if (list < row.amount || (discount && differ(list - *discount, row.amount, size))) return true;
  if (!row.unit_price) return false;
  const Money product = line_amount(*row.unit_price, size);
  return differ(product, row.amount, size) && differ(product, list, size);
}

}  // namespace pharmacy::purchases
