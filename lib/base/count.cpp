#include "base/count.h"

#include <cstddef>
#include <string>

#include "base/utf8.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

// Collects digits below zero, where there is one value more than above.
class NegativeSum {
 public:
  bool add(int digit) {
    return !__builtin_mul_overflow(sum_, 10, &sum_) && !__builtin_sub_overflow(sum_, digit, &sum_);
  }
  [[nodiscard]] std::optional<std::int64_t> value(bool negative) const {
    if (negative) return sum_;
    std::int64_t positive = 0;
    if (__builtin_sub_overflow(std::int64_t{0}, sum_, &positive)) return std::nullopt;
    return positive;
  }
  [[nodiscard]] bool is_zero() const { return sum_ == 0; }

 private:
  std::int64_t sum_ = 0;
};

// `text` holds ASCII digits only where it is right.
std::optional<std::int64_t> parse_ascii(std::string_view text, int decimals) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  if (whole.empty() || (whole.size() > 1 && whole[0] == '0')) return std::nullopt;

  NegativeSum sum;
  for (const char c : whole) {
    if (!is_digit(c) || !sum.add(c - '0')) return std::nullopt;
  }
  std::string_view fraction;
  if (point != std::string_view::npos) {
    fraction = text.substr(point + 1);
    if (decimals == 0 || fraction.empty()) return std::nullopt;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(decimals); ++i) {
    const char c = i < fraction.size() ? fraction[i] : '0';
    if (!is_digit(c) || !sum.add(c - '0')) return std::nullopt;
  }
  for (std::size_t i = static_cast<std::size_t>(decimals); i < fraction.size(); ++i) {
    if (fraction[i] != '0') return std::nullopt;
  }
  if (negative && sum.is_zero()) return std::nullopt;
  return sum.value(negative);
}

}  // namespace

std::optional<std::int64_t> parse_decimal(std::string_view text, int decimals) {
  if (is_ascii(text)) return parse_ascii(text, decimals);
  return parse_ascii(fold_width(text), decimals);
}

std::optional<std::int64_t> parse_count(std::string_view text, std::int64_t min, std::int64_t max) {
  const auto count = parse_decimal(text, 0);
  if (!count || *count < min || *count > max) return std::nullopt;
  return count;
}

std::optional<std::int64_t> parse_whole(std::string_view text, std::int64_t min, std::int64_t max) {
  const auto tenths = parse_decimal(text, 1);
  if (!tenths || *tenths % 10 != 0) return std::nullopt;
  const std::int64_t count = *tenths / 10;
  if (count < min || count > max) return std::nullopt;
  return count;
}

}  // namespace pharmacy
