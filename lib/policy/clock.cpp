// How clocks run: the open time between two instants, and when so much of it is over.
#include <algorithm>
#include <limits>
#include <utility>

#include "pharmacy/calendar.h"
#include "pharmacy/error.h"

namespace pharmacy {
namespace {

namespace ch = std::chrono;

constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max();

// [from, until), in seconds since 1970.
struct Interval {
  std::int64_t from;
  std::int64_t until;
};

// In their order, without those that are empty. They may overlap.
std::vector<Interval> in_order(std::span<const Pause> pauses) {
  std::vector<Interval> all;
  all.reserve(pauses.size());
  for (const auto& pause : pauses) {
    const std::int64_t until = pause.until ? pause.until->seconds : endless;
    if (pause.from.seconds < until) all.push_back({pause.from.seconds, until});
  }
  std::ranges::sort(all, {}, &Interval::from);
  return all;
}

// Takes the pauses out of open intervals that are given one after the other.
class PausedTime {
 public:
  explicit PausedTime(std::span<const Pause> pauses) : pauses_{in_order(pauses)} {}

  // visit(Interval) for what is left of `open`, in order, until it returns false; then false.
  template <class Visit>
  bool each_left(Interval open, const Visit& visit) {
    for (; next_ < pauses_.size() && pauses_[next_].from < open.until; ++next_) {
      const Interval& pause = pauses_[next_];
      if (pause.from > open.from && !visit(Interval{open.from, pause.from})) return false;
      open.from = std::max(open.from, pause.until);
      if (open.from >= open.until) return true;  // the pause may reach into what comes next
    }
    return visit(open);
  }

 private:
  std::vector<Interval> pauses_;
  std::size_t next_ = 0;
};

// Inside of what has days.
Interval within_calendar(Instant from, Instant until) {
  constexpr ch::sys_seconds first = ch::sys_days{ch::year{1} / 1 / 1};
  constexpr ch::sys_seconds last = ch::sys_days{ch::year{10'000} / 1 / 1};
  return {std::max(from.seconds, std::int64_t{first.time_since_epoch().count()}),
          std::min(until.seconds, std::int64_t{last.time_since_epoch().count()})};
}

// visit(Interval) for the time in [from, until) that counts, in order, until it returns false.
template <class Visit>
void each_counted(const Calendar& calendar, Instant from, Instant until,
                  std::span<const Pause> pauses, const Visit& visit) {
  const Interval asked = within_calendar(from, until);
  if (asked.from >= asked.until) return;
  PausedTime time{pauses};
  if (calendar.kind() == CalendarKind::natural) {
    time.each_left(asked, visit);
    return;
  }
  // A day may last into the next one, and where clocks are put back over midnight, that one has
  // begun already.
  const Date last = calendar.zone().day_of({asked.until}) + ch::days{1};
  for (Date day = calendar.zone().day_of({asked.from}) - ch::days{1}; day <= last;
       day = day + ch::days{1}) {
    const auto span = calendar.span_on(day);
    if (!span) continue;
    if (span->opens.seconds >= asked.until) return;
    const Interval open{std::max(span->opens.seconds, asked.from),
                        std::min(span->closes.seconds, asked.until)};
    if (open.from < open.until && !time.each_left(open, visit)) return;
  }
}

}  // namespace

std::int64_t open_seconds(const Calendar& calendar, Instant from, Instant until) {
  return counted_seconds(calendar, from, until, {});
}

std::int64_t counted_seconds(const Calendar& calendar, Instant from, Instant until,
                             std::span<const Pause> pauses) {
  std::int64_t sum = 0;
  each_counted(calendar, from, until, pauses, [&sum](Interval counted) {
    sum += counted.until - counted.from;
    return true;
  });
  return sum;
}

std::optional<Instant> due_at(const Calendar& calendar, Instant from, std::int64_t allowance,
                              std::span<const Pause> pauses) {
  PHARMACY_CHECK(allowance >= 0);
  if (allowance == 0) return from;
  // Nothing counts once a pause goes on.
  Instant end{from.seconds + ch::seconds{due_search_max}.count()};
  for (const auto& pause : pauses) {
    if (!pause.until) end = std::min(end, pause.from);
  }
  std::optional<Instant> due;
  std::int64_t left = allowance;
  each_counted(calendar, from, end, pauses, [&](Interval counted) {
    if (counted.until - counted.from >= left) {
      due = Instant{counted.from + left};
      return false;
    }
    left -= counted.until - counted.from;
    return true;
  });
  return due;
}

}  // namespace pharmacy
