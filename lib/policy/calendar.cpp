// On which days and in which hours something is open.
#include "pharmacy/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy {
namespace {

namespace ch = std::chrono;

constexpr int minutes_of_day = 24 * 60;

// The first instant at which clocks show this time, or a later one: as Zone::at_local, but where a
// change skips the time, the moment of the change.
Instant first_at(const Zone& zone, Date day, ch::minutes since_midnight) {
  const ch::sys_seconds local = day.sys_days() + since_midnight;
  const Instant found = zone.at_local(day, since_midnight);
  const ch::seconds offset = zone.offset_at(found);
  const std::int64_t skipped = found.seconds + offset.count() - local.time_since_epoch().count();
  if (skipped <= 0) return found;
  Instant before{found.seconds - skipped};
  Instant after = found;
  while (after.seconds - before.seconds > 1) {
    const Instant middle{before.seconds + (after.seconds - before.seconds) / 2};
    (zone.offset_at(middle) == offset ? after : before) = middle;
  }
  return after;
}

// In minutes since the midnight of the day on which it opened.
int closing(const OpenHours& hours) {
  return hours.closes > hours.opens ? hours.closes : hours.closes + minutes_of_day;
}

bool are_good(const std::vector<OpenHours>& all) {
  const auto in_range = [](const OpenHours& hours) {
    return hours.opens >= 0 && hours.opens < minutes_of_day && hours.closes >= 0 &&
           hours.closes <= minutes_of_day;
  };
  return std::ranges::all_of(all, in_range) &&
         std::ranges::adjacent_find(all, std::ranges::greater_equal{}, &OpenHours::from) ==
             all.end();
}

bool has(const std::vector<Date>& days, Date day) { return std::ranges::binary_search(days, day); }

}  // namespace

class Calendar::Impl {
 public:
  explicit Impl(CalendarRules rules) : rules_{std::move(rules)} {
    PHARMACY_CHECK(are_good(rules_.hours));
    PHARMACY_CHECK(is_natural() || !rules_.hours.empty());
    std::ranges::sort(rules_.closed);
    std::ranges::sort(rules_.open);
    std::ranges::sort(rules_.years);
  }

  [[nodiscard]] const CalendarRules& rules() const { return rules_; }

  [[nodiscard]] bool opens_on(Date day) const {
    if (is_natural()) return true;
    if (has(rules_.closed, day)) return false;
    if (rules_.kind != CalendarKind::office) return true;
    return ch::weekday{day.sys_days()}.iso_encoding() <= 5 || has(rules_.open, day);
  }

  [[nodiscard]] std::optional<OpenSpan> span_on(Date day) const {
    if (!opens_on(day)) return std::nullopt;
    const OpenHours hours = hours_on(day);
    OpenSpan span{at(day, hours.opens), at(day, closing(hours))};
    // Where hours change, the old ones may last into the new ones.
    const Date before = day - ch::days{1};
    const OpenHours earlier = hours_on(before);
    if (closing(earlier) > minutes_of_day && opens_on(before))
      span.opens = std::max(span.opens, at(before, closing(earlier)));
    if (span.opens >= span.closes) return std::nullopt;
    return span;
  }

 private:
  [[nodiscard]] bool is_natural() const { return rules_.kind == CalendarKind::natural; }

  [[nodiscard]] OpenHours hours_on(Date day) const {
    if (is_natural()) return {};
    const auto next = std::ranges::upper_bound(rules_.hours, day, {}, &OpenHours::from);
    return next == rules_.hours.begin() ? *next : *std::prev(next);
  }

  [[nodiscard]] Instant at(Date day, int minute) const {
    return first_at(rules_.zone, day, ch::minutes{minute});
  }

  CalendarRules rules_;
};

Calendar::Calendar(CalendarRules rules) : impl_{std::make_shared<const Impl>(std::move(rules))} {}

CalendarKind Calendar::kind() const { return impl_->rules().kind; }

const Zone& Calendar::zone() const { return impl_->rules().zone; }

bool Calendar::opens_on(Date day) const { return impl_->opens_on(day); }

std::optional<OpenSpan> Calendar::span_on(Date day) const { return impl_->span_on(day); }

bool knows_year(const Calendar& calendar, int year) {
  return calendar.kind() != CalendarKind::office ||
         std::ranges::binary_search(calendar.impl().rules().years, year);
}

Date add_business_days(const Calendar& office, Date day, int n) {
  PHARMACY_CHECK(n >= 0);
  constexpr Date last{ch::year{9999} / ch::December / ch::day{31}};
  const Date asked = day;
  const auto next = [&] {
    do {
      day = day + ch::days{1};
    } while (!office.opens_on(day));
    return day <= last;
  };
  if (n == 0 && !office.opens_on(day)) n = 1;
  for (int i = 0; i < n; ++i) {
    if (next()) continue;
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("so many business days after {} are past the end of the "
                                           "calendar")),
                            to_string(asked)));
  }
  return day;
}

}  // namespace pharmacy
