// The clocks of the library against the swept ones of the model, over made-up calendars, pauses,
// changes of priority and reopenings; and wrong clocks, which that has to find.
#include "policy/clock_model.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace pharmacy::test {

namespace {

using Due = std::function<std::optional<Instant>(const Calendar&, Instant, std::int64_t,
                                                 const std::vector<Pause>&)>;

std::optional<Instant> right_due(const Calendar& calendar, Instant from, std::int64_t allowance,
                                 const std::vector<Pause>& pauses) {
  return due_at(calendar, from, allowance, pauses);
}

const std::vector<ZoneTable>& zones() {
  // With changes of an hour and of half, at night, at midnight and over it, and of a whole day.
  static const std::vector<ZoneTable> all = [] {
    std::vector<ZoneTable> tables;
    for (const char* name :
         {"Asia/Shanghai", "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
          "America/St_Johns", "Africa/Cairo", "Asia/Beirut", "America/Havana", "Pacific/Apia"}) {
      tables.emplace_back(name);
    }
    return tables;
  }();
  return all;
}

// What the library says of a clock, and the model; empty where they agree.
std::string difference(const MadeClock& clock, const SweptClock& swept, const Due& due) {
  const Calendar calendar{clock.rules};
  const auto counted = counted_seconds(calendar, clock.from, clock.until, clock.pauses);
  if (counted != swept.counted(clock.from, clock.until))
    return fmt::format("counted {}, not {}", counted, swept.counted(clock.from, clock.until));
  const auto expected = swept.due(clock.from, clock.allowance);
  const auto found = due(calendar, clock.from, clock.allowance, clock.pauses);
  if (!expected) {
    if (!found || *found > swept.end()) return "";
    return fmt::format("due at {}, not before {}", found->seconds, swept.end().seconds);
  }
  if (!found) return fmt::format("not due, but at {}", expected->seconds);
  if (*found != *expected)
    return fmt::format("due at {}, not {}", found->seconds, expected->seconds);
  return "";
}

// A complaint's life after that: it gets another priority, is closed, and opened again, in any
// order. Each time the clock is asked anew, from where it started.
std::string difference_in_life(MadeClock clock, const Due& due, Random& random) {
  const Calendar calendar{clock.rules};
  Instant now = clock.from;
  for (auto steps = random.below(4); steps > 0; --steps) {
    now.seconds += random.between(0, 3 * 86'400);
    if (random.one_in(2)) {
      clock.allowance = random.between(1, 3 * 86'400);  // another priority
    } else {
      const Instant reopened{now.seconds + random.between(0, 3 * 86'400)};
      clock.pauses.push_back({.from = now, .until = reopened});
      now = reopened;
    }
    if (auto text = difference(clock, SweptClock{clock}, due); !text.empty()) return text;
  }
  return "";
}

std::string all_differences(Random& random, const Due& due) {
  const MadeClock clock = make_clock(zones(), random);
  auto text = difference(clock, SweptClock{clock}, due);
  if (text.empty()) text = difference_in_life(clock, due, random);
  return text;
}

// How many of some clocks differ from the model if they are run like this.
std::int64_t found_wrong(const Due& due) {
  Random random{20'260'101};
  std::int64_t wrong = 0;
  for (int i = 0; i < 500; ++i) wrong += all_differences(random, due).empty() ? 0 : 1;
  return wrong;
}

}  // namespace

TEST_CASE("clocks run as the model's over any calendar, pauses, priorities and reopenings") {
  Trials trials{"clocks against the model", 100'000, 2'000'000};
  trials.each([&](std::int64_t /*number*/, Random& random) {
    const auto text = all_differences(random, right_due);
    if (!text.empty()) FAIL(text);
  });
}

TEST_CASE("the comparison with the model finds a clock that runs wrong") {
  CHECK(found_wrong(right_due) == 0);
  // A pause off-hours extends it.
  CHECK(found_wrong([](const Calendar& calendar, Instant from, std::int64_t allowance,
                       const std::vector<Pause>& pauses) {
          std::int64_t paused = 0;
          for (const auto& pause : pauses) {
            if (!pause.until) return due_at(calendar, from, allowance, pauses);
            paused += std::max<std::int64_t>(0, pause.until->seconds - pause.from.seconds);
          }
          auto due = due_at(calendar, from, allowance);
          if (due) due->seconds += paused;
          return due;
        }) > 50);
  // Pauses that overlap count twice.
  CHECK(found_wrong([](const Calendar& calendar, Instant from, std::int64_t allowance,
                       const std::vector<Pause>& pauses) {
          for (const auto& pause : pauses) {
            if (!pause.until) return due_at(calendar, from, allowance, pauses);
            allowance += open_seconds(calendar, std::max(from, pause.from), *pause.until);
          }
          return due_at(calendar, from, allowance);
        }) > 20);
  // The last pause is forgotten, as where another priority begins a new clock.
  CHECK(found_wrong([](const Calendar& calendar, Instant from, std::int64_t allowance,
                       std::vector<Pause> pauses) {
          if (!pauses.empty()) pauses.pop_back();
          return due_at(calendar, from, allowance, pauses);
        }) > 20);
  // It is due when the shop opens next, and not when it closes.
  CHECK(found_wrong([](const Calendar& calendar, Instant from, std::int64_t allowance,
                       const std::vector<Pause>& pauses) {
          auto due = due_at(calendar, from, allowance + 1, pauses);
          if (due) --due->seconds;
          return due;
        }) > 5);
}

// Written once more, in the plainest way: minute by minute, by what clocks show.
TEST_CASE("clocks run as one that looks at the time every minute") {
  Trials trials{"clocks against every minute", 300, 20'000};
  constexpr std::int64_t days = 5;
  trials.each([&](std::int64_t /*number*/, Random& random) {
    CalendarRules rules{.kind = CalendarKind::shop, .zone = Zone{"Asia/Shanghai"}};
    const int opens = static_cast<int>(random.below(1'440));
    const int closes = static_cast<int>(random.below(1'441));
    rules.hours.push_back({.from = Date::from_epoch_days(0), .opens = opens, .closes = closes});
    const auto first = static_cast<std::int32_t>(random.between(10'000, 20'000));  // after 1991
    const Date closed = Date::from_epoch_days(first + static_cast<int>(random.below(days)));
    rules.closed.push_back(closed);
    const std::int64_t start = first * std::int64_t{86'400} - 8 * 3'600;
    std::vector<Pause> pauses;
    for (auto count = random.below(4); count > 0; --count) {
      const std::int64_t from = start + 60 * random.between(0, days * 1'440);
      pauses.push_back({.from = {from}, .until = Instant{from + 60 * random.between(0, 1'440)}});
    }
    const auto is_open = [&](std::int32_t day, int minute) {
      return Date::from_epoch_days(day) != closed &&
             (opens < closes ? minute >= opens && minute < closes : minute >= opens);
    };
    const auto is_open_over_night = [&](std::int32_t day, int minute) {
      return Date::from_epoch_days(day - 1) != closed && closes <= opens && minute < closes;
    };
    const Calendar calendar{rules};
    const std::int64_t allowance = 60 * random.between(1, 2'000);
    std::optional<Instant> due;
    std::int64_t sum = 0;
    for (std::int64_t at = start; at < start + days * 86'400; at += 60) {
      const auto minute = static_cast<int>((at - start) / 60 % 1'440);
      const auto day = first + static_cast<std::int32_t>((at - start) / 86'400);
      const bool is_paused = std::any_of(pauses.begin(), pauses.end(), [at](const Pause& pause) {
        return pause.from.seconds <= at && at < pause.until->seconds;
      });
      if ((is_open(day, minute) || is_open_over_night(day, minute)) && !is_paused) sum += 60;
      if (sum == allowance && !due) due = Instant{at + 60};
    }
    const Instant end{start + days * 86'400};
    CHECK(counted_seconds(calendar, {start}, end, pauses) == sum);
    const auto found = due_at(calendar, {start}, allowance, pauses);
    if (due) {
      CHECK(found == due);
    } else {
      CHECK((!found || *found > end));
    }
  });
}

}  // namespace pharmacy::test
