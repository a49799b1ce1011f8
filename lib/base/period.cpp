#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/count.h"
#include "base/digits.h"
#include "base/i18n.h"
#include "pharmacy/text.h"
#include "pharmacy/time.h"

namespace pharmacy {
namespace {

namespace ch = std::chrono;

constexpr int days_back_max = 36'600;  // a hundred years

// The first and the last day that a Date can be: "10000d" on a day of the year 1 is refused.
constexpr Date first_date{ch::year{1} / 1 / 1};
constexpr Date last_date{ch::year{9999} / 12 / 31};

// Full-width characters folded, ASCII letters in lower case, hyphens between words as spaces.
std::string plain(std::string_view text) {
  std::string folded = fold_width(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::optional<Date> days_before(Date day, ch::days back) {
  if (day - first_date < back) return std::nullopt;
  return day - back;
}

// "7d" is 7.
std::optional<ch::days> parse_days(std::string_view text) {
  if (!text.ends_with('d')) return std::nullopt;
  const auto count = parse_count(text.substr(0, text.size() - 1), 1, days_back_max);
  return count ? std::optional{ch::days{*count}} : std::nullopt;
}

std::optional<Date> parse_named_day(std::string_view text, Date today) {
  if (text == "today" || text == "今天" || text == "今日") return today;
  if (text == "yesterday" || text == "昨天" || text == "昨日") {
    return days_before(today, ch::days{1});
  }
  if (text == "tomorrow" || text == "明天" || text == "明日") return today + ch::days{1};
  return parse_date(text);
}

std::optional<Period> months_from(int year, int month, int count) {
  const auto from = date_of(year, month, 1);
  if (!from) return std::nullopt;
  return Period{*from, add_months(*from, count) - ch::days{1}};
}

// "2026", "2026-10", "2026-q4".
std::optional<Period> parse_calendar_part(std::string_view text) {
  const int year = digits(text, 0, 4);
  if (year < 1) return std::nullopt;
  if (text.size() == 4) return months_from(year, 1, 12);
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  if (text[5] != 'q') return months_from(year, digits(text, 5, 2), 1);
  const int quarter = digits(text, 6, 1);
  if (quarter < 1 || quarter > 4) return std::nullopt;
  return months_from(year, quarter * 3 - 2, 3);
}

enum class Unit { week, month, quarter, year };

struct Named {
  const char* name;
  Unit unit;
  int back;  // 0 for this one, 1 for the last one
};
constexpr std::array named_periods{
    Named{"this week", Unit::week, 0},
    Named{"last week", Unit::week, 1},
    Named{"this month", Unit::month, 0},
    Named{"last month", Unit::month, 1},
    Named{"this quarter", Unit::quarter, 0},
    Named{"last quarter", Unit::quarter, 1},
    Named{"this year", Unit::year, 0},
    Named{"last year", Unit::year, 1},
    Named{"本周", Unit::week, 0},
    Named{"上周", Unit::week, 1},
    Named{"本月", Unit::month, 0},
    Named{"上月", Unit::month, 1},
    Named{"上个月", Unit::month, 1},
    Named{"本季度", Unit::quarter, 0},
    Named{"上季度", Unit::quarter, 1},
    Named{"今年", Unit::year, 0},
    Named{"本年", Unit::year, 0},
    Named{"去年", Unit::year, 1},
};

std::optional<Period> week_of(Date today, int back) {
  const ch::days since_monday = ch::weekday{today.sys_days()} - ch::Monday;
  const auto monday = days_before(today, since_monday + ch::weeks{back});
  if (!monday || last_date - *monday < ch::days{6}) return std::nullopt;
  return Period{*monday, *monday + ch::days{6}};
}

std::optional<Period> named_period(const Named& named, Date today) {
  const auto ymd = today.ymd();
  const int year = static_cast<int>(ymd.year());
  const int month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  const auto months = [&](int first, int count) -> std::optional<Period> {
    const int index = year * 12 + (first - 1) - named.back * count;  // months since the year 0
    return months_from(index / 12, index % 12 + 1, count);
  };
  switch (named.unit) {
    case Unit::week:
      return week_of(today, named.back);
    case Unit::month:
      return months(month, 1);
    case Unit::quarter:
      return months((month - 1) / 3 * 3 + 1, 3);
    case Unit::year:
      return months(1, 12);
  }
  return std::nullopt;
}

std::optional<Period> parse_named_period(std::string_view text, Date today) {
  std::string spaced{text};
  if (const auto hyphen = spaced.find('-'); hyphen != std::string::npos) spaced[hyphen] = ' ';
  for (const Named& named : named_periods) {
    if (spaced == named.name) return named_period(named, today);
  }
  return std::nullopt;
}

// One period without "..", in plain().
std::optional<Period> parse_simple(std::string_view text, Date today) {
  if (const auto day = parse_named_day(text, today)) return Period{*day, *day};
  if (const auto days = parse_days(text)) {
    const auto from = days_before(today, *days - ch::days{1});
    return from ? std::optional{Period{*from, today}} : std::nullopt;
  }
  if (const auto part = parse_calendar_part(text)) return part;
  return parse_named_period(text, today);
}

}  // namespace

std::string to_string(const Period& period) {
  return fmt::format("{}..{}", to_string(period.from), to_string(period.to));
}

std::optional<Date> parse_day(std::string_view text, Date today) {
  const std::string form = plain(text);
  if (const auto day = parse_named_day(form, today)) return day;
  const auto back = parse_days(form);
  return back ? days_before(today, *back) : std::nullopt;
}

std::optional<Period> parse_period(std::string_view text, Date today) {
  const std::string form = plain(text);
  const auto dots = form.find("..");
  if (dots == std::string::npos) return parse_simple(form, today);
  const std::string_view whole{form};
  const auto first = parse_simple(whole.substr(0, dots), today);
  const auto last = parse_simple(whole.substr(dots + 2), today);
  if (!first || !last || first->from > last->to) return std::nullopt;
  return Period{first->from, last->to};
}

std::string date_forms() {
  return _("a day is written 2026-10-31, today, yesterday, tomorrow or 7d (7 days ago)");
}

std::string period_forms() {
  return _(
      "a period is written 2026-10-31, 2026-10, 2026-Q4, 2026, today, yesterday, this week, "
      "last month (week, month, quarter or year), 7d (the last 7 days) or A..B");
}

}  // namespace pharmacy
