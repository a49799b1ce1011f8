#include <fmt/format.h>

#include <algorithm>

#include "base/digits.h"
#include "base/utf8.h"
#include "pharmacy/text.h"
#include "pharmacy/time.h"

namespace pharmacy {

std::string to_string(Date day) {
  const auto ymd = day.ymd();
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
                     static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

std::optional<Date> parse_date(std::string_view text) {
  if (!is_ascii(text)) {
    const std::string folded = fold_width(text);
    return is_ascii(folded) ? parse_date(folded) : std::nullopt;
  }
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return date_of(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2));
}

Date add_months(Date day, int months) {
  namespace ch = std::chrono;
  const ch::year_month_day from = day.ymd();
  const ch::year_month month = ch::year_month{from.year(), from.month()} + ch::months{months};
  const ch::day last = ch::year_month_day_last{month.year(), month.month() / ch::last}.day();
  return Date{ch::year_month_day{month.year(), month.month(), std::min(from.day(), last)}};
}

}  // namespace pharmacy
