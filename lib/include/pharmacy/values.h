// Amounts: exact integers, checked arithmetic, no floating point anywhere on the way.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pharmacy/export.h"

namespace pharmacy {

namespace detail {
// Throw Error(invalid_input) where the result does not fit.
PHARMACY_API std::int64_t checked_add(std::int64_t a, std::int64_t b);
PHARMACY_API std::int64_t checked_subtract(std::int64_t a, std::int64_t b);

// An integer with a unit. Sums and differences are checked; units never mix.
template <class Tag>
class Amount {
 public:
  constexpr Amount() = default;
  constexpr explicit Amount(std::int64_t count) : count_{count} {}
  [[nodiscard]] constexpr std::int64_t count() const { return count_; }

  friend constexpr auto operator<=>(Amount, Amount) = default;
  friend Amount operator+(Amount a, Amount b) { return Amount{checked_add(a.count_, b.count_)}; }
  friend Amount operator-(Amount a, Amount b) {
    return Amount{checked_subtract(a.count_, b.count_)};
  }
  friend Amount operator-(Amount a) { return Amount{} - a; }
  Amount& operator+=(Amount b) { return *this = *this + b; }
  Amount& operator-=(Amount b) { return *this = *this - b; }

 private:
  std::int64_t count_ = 0;
};
}  // namespace detail

// Money: count() is fen, 1/100 yuan.
using Money = detail::Amount<struct MoneyTag>;
// A price for one unit: count() is 1/10,000 yuan, since herbs cost fractions of a fen a gram.
using UnitPrice = detail::Amount<struct UnitPriceTag>;
// A quantity: count() is thousandths of the product's unit, since herbs are sold by the gram.
using Quantity = detail::Amount<struct QuantityTag>;
// Points: count() is whole points.
using Points = detail::Amount<struct PointsTag>;

// Decimal text as people type it: an optional minus, digits without superfluous leading zeros,
// an optional point and at most 2 (money), 4 (price), 3 (quantity) or 0 (points) decimals;
// further decimals that are 0 are dropped, since tills write "28.0000". Full-width digits are
// folded first. nullopt for anything else ("-0" among it), and for what does not fit.
PHARMACY_API std::optional<Money> parse_money(std::string_view text);
PHARMACY_API std::optional<UnitPrice> parse_unit_price(std::string_view text);
PHARMACY_API std::optional<Quantity> parse_quantity(std::string_view text);
PHARMACY_API std::optional<Points> parse_points(std::string_view text);

// The shortest text for people: money with 2 decimals ("28.00"), a price with 2 to 4
// ("0.0350" is "0.035"), a quantity with 0 to 3 ("2", "0.5"), points plain.
PHARMACY_API std::string to_string(Money amount);
PHARMACY_API std::string to_string(UnitPrice price);
PHARMACY_API std::string to_string(Quantity quantity);
PHARMACY_API std::string to_string(Points points);

// price × quantity, rounded half away from zero to the fen, once. Throws invalid_input where it
// does not fit.
PHARMACY_API Money line_amount(UnitPrice price, Quantity quantity);

// a × b / c computed exactly in 128 bits and rounded toward minus infinity; c > 0. Throws
// invalid_input where the result does not fit.
PHARMACY_API std::int64_t multiply_divide_floor(std::int64_t a, std::int64_t b, std::int64_t c);
// The same, rounded half away from zero.
PHARMACY_API std::int64_t multiply_divide_round(std::int64_t a, std::int64_t b, std::int64_t c);

}  // namespace pharmacy
