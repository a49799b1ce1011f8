#include "pharmacy/values.h"

#include <fmt/format.h>

#include "base/count.h"
#include "base/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t line_units_per_fen = 100'000;  // 1/10,000 yuan × 1/1,000 to 1/100 yuan

[[noreturn]] void throw_too_large() {
  throw Error(Errc::invalid_input, _("the amount is too large"));
}

std::int64_t narrow(Wide value) {
  const auto result = static_cast<std::int64_t>(value);
  if (result != value) throw_too_large();
  return result;
}

// `count` of parts, 10^decimals of which make one: at least `shown` decimals, and no more zeros.
std::string decimal_text(std::int64_t count, std::size_t decimals, std::size_t shown) {
  // Unsigned, since the smallest integer has no positive twin.
  const std::uint64_t size =
      count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  std::string text = fmt::format("{:0{}}", size, decimals + 1);
  text.insert(text.size() - decimals, 1, '.');
  const std::size_t point = text.size() - decimals - 1;
  while (text.size() - point - 1 > shown && text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return count < 0 ? fmt::format("-{}", text) : text;
}

template <class Amount>
std::optional<Amount> parse_amount(std::string_view text, int decimals) {
  const auto count = parse_decimal(text, decimals);
  return count ? std::optional{Amount{*count}} : std::nullopt;
}

}  // namespace

std::int64_t detail::checked_add(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) throw_too_large();
  return sum;
}

std::int64_t detail::checked_subtract(std::int64_t a, std::int64_t b) {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(a, b, &difference)) throw_too_large();
  return difference;
}

std::optional<Money> parse_money(std::string_view text) { return parse_amount<Money>(text, 2); }

std::optional<UnitPrice> parse_unit_price(std::string_view text) {
  return parse_amount<UnitPrice>(text, 4);
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  return parse_amount<Quantity>(text, 3);
}

std::optional<Points> parse_points(std::string_view text) { return parse_amount<Points>(text, 0); }

std::string to_string(Money amount) { return decimal_text(amount.count(), 2, 2); }
std::string to_string(UnitPrice price) { return decimal_text(price.count(), 4, 2); }
std::string to_string(Quantity quantity) { return decimal_text(quantity.count(), 3, 0); }
std::string to_string(Points points) { return fmt::format("{}", points.count()); }

Money line_amount(UnitPrice price, Quantity quantity) {
  return Money{multiply_divide_round(price.count(), quantity.count(), line_units_per_fen)};
}

std::int64_t multiply_divide_floor(std::int64_t a, std::int64_t b, std::int64_t c) {
  PHARMACY_CHECK(c > 0);
  const Wide product = Wide{a} * b;
  const Wide quotient = product / c;
  return narrow(product % c < 0 ? quotient - 1 : quotient);
}

std::int64_t multiply_divide_round(std::int64_t a, std::int64_t b, std::int64_t c) {
  PHARMACY_CHECK(c > 0);
  const Wide product = Wide{a} * b;
  const Wide quotient = product / c;
  const Wide rest = product % c;
  const Wide size = rest < 0 ? -rest : rest;
  if (2 * size < c) return narrow(quotient);
  return narrow(product < 0 ? quotient - 1 : quotient + 1);
}

}  // namespace pharmacy
