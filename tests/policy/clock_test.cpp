// How clocks run, one promise after the other.
#include <doctest/doctest.h>

#include <chrono>

#include "pharmacy/calendar.h"

using namespace pharmacy;

namespace {

constexpr std::int64_t hour = 3'600;

Date the_day(std::string_view text) { return parse_date(text).value(); }

Instant moment(const Calendar& calendar, std::string_view text) {
  return parse_instant(text, calendar.zone()).value();
}

// 08:00 to 21:00 every day.
Calendar shop(const char* zone = "Asia/Shanghai", int opens = 8 * 60, int closes = 21 * 60) {
  return Calendar{{.kind = CalendarKind::shop,
                   .zone = Zone{zone},
                   .hours = {{.from = the_day("0001-01-01"), .opens = opens, .closes = closes}}}};
}

// 09:00 to 18:00 on business days, with the days of the spring festival of 2024.
Calendar office() {
  CalendarRules rules{.kind = CalendarKind::office,
                      .zone = Zone{"Asia/Shanghai"},
                      .hours = {{.from = the_day("0001-01-01"), .opens = 540, .closes = 1'080}},
                      .closed = {},
                      .open = {the_day("2024-02-04"), the_day("2024-02-18")},
                      .years = {2024}};
  for (Date day = the_day("2024-02-10"); day <= the_day("2024-02-17");
       day = day + std::chrono::days{1}) {
    rules.closed.push_back(day);
  }
  return Calendar{rules};
}

Calendar natural(const char* zone = "Asia/Shanghai") {
  return Calendar{{.kind = CalendarKind::natural, .zone = Zone{zone}}};
}

// When it is due, as the store's clocks show it; "never" where that is not.
std::string due(const Calendar& calendar, std::string_view from, std::int64_t allowance,
                const std::vector<Pause>& pauses = {}) {
  const auto at = due_at(calendar, moment(calendar, from), allowance, pauses);
  return at ? to_minute_string(*at, calendar.zone()) : "never";
}

Pause paused(const Calendar& calendar, std::string_view from, std::string_view until) {
  return {.from = moment(calendar, from), .until = moment(calendar, until)};
}
Pause paused(const Calendar& calendar, std::string_view from) {
  return {.from = moment(calendar, from), .until = {}};
}

}  // namespace

TEST_CASE("a clock counts the hours in which the shop is open") {
  const Calendar calendar = shop();
  const auto counted = [&](std::string_view from, std::string_view until) {
    return open_seconds(calendar, moment(calendar, from), moment(calendar, until));
  };
  CHECK(counted("2026-03-01 10:00", "2026-03-01 12:30") == 5 * hour / 2);
  CHECK(counted("2026-03-01 20:00", "2026-03-02 09:00") == 2 * hour);
  CHECK(counted("2026-03-01 00:00", "2026-03-31 00:00") == 30 * 13 * hour);
  CHECK(counted("2026-03-01 21:00", "2026-03-02 08:00") == 0);
  CHECK(counted("2026-03-01 12:00", "2026-03-01 12:00") == 0);
  CHECK(counted("2026-03-02 12:00", "2026-03-01 12:00") == 0);
  CHECK(due(calendar, "2026-03-01 20:00", 2 * hour) == "2026-03-02 09:00");
  // When the shop closes it is over, not when it opens again.
  CHECK(due(calendar, "2026-03-01 20:00", hour) == "2026-03-01 21:00");
  CHECK(due(calendar, "2026-03-01 20:00", 0) == "2026-03-01 20:00");
}

TEST_CASE("what comes in out of hours starts at opening") {
  const Calendar calendar = shop();
  CHECK(due(calendar, "2026-03-01 22:15", 2 * hour) == "2026-03-02 10:00");
  CHECK(due(calendar, "2026-03-02 03:00", 2 * hour) == "2026-03-02 10:00");
  CHECK(due(calendar, "2026-03-02 08:00", 2 * hour) == "2026-03-02 10:00");
  CHECK(due(office(), "2024-02-09 18:00", 4 * hour) == "2024-02-18 13:00");
  CHECK(due(office(), "2024-02-13 12:00", 4 * hour) == "2024-02-18 13:00");
}

TEST_CASE("a hold counted off-hours does not over-extend") {
  const Calendar calendar = shop();
  const auto due_with = [&](std::string_view from, std::string_view until) {
    return due(calendar, "2026-03-01 20:00", 2 * hour, {paused(calendar, from, until)});
  };
  CHECK(due_with("2026-03-01 21:30", "2026-03-02 07:00") == "2026-03-02 09:00");
  // Of a night of waiting its open hours count.
  CHECK(due_with("2026-03-01 20:30", "2026-03-02 08:30") == "2026-03-02 10:00");
  CHECK(due_with("2026-03-01 12:00", "2026-03-01 20:00") == "2026-03-02 09:00");
  CHECK(due_with("2026-03-02 09:00", "2026-03-02 12:00") == "2026-03-02 09:00");
  CHECK(due_with("2026-03-01 20:30", "2026-03-01 20:30") == "2026-03-02 09:00");
  CHECK(due_with("2026-03-01 20:30", "2026-03-01 20:00") == "2026-03-02 09:00");
}

TEST_CASE("holds that overlap count once, in whatever order they are named") {
  const Calendar calendar = shop();
  const Pause first = paused(calendar, "2026-03-01 10:00", "2026-03-01 12:00");
  const Pause second = paused(calendar, "2026-03-01 11:00", "2026-03-01 13:00");
  const Pause inside = paused(calendar, "2026-03-01 11:15", "2026-03-01 11:30");
  CHECK(due(calendar, "2026-03-01 09:00", 2 * hour, {first, second, inside}) == "2026-03-01 14:00");
  CHECK(due(calendar, "2026-03-01 09:00", 2 * hour, {inside, second, first}) == "2026-03-01 14:00");
  CHECK(counted_seconds(calendar, moment(calendar, "2026-03-01 09:00"),
                        moment(calendar, "2026-03-01 14:00"),
                        std::vector<Pause>{second, inside, first}) == 2 * hour);
}

TEST_CASE("while a hold goes on nothing is due, unless it was before") {
  const Calendar calendar = shop();
  const std::vector<Pause> held{paused(calendar, "2026-03-01 12:00")};
  CHECK(due(calendar, "2026-03-01 09:00", 4 * hour, held) == "never");
  CHECK(due(calendar, "2026-03-01 09:00", 3 * hour, held) == "2026-03-01 12:00");
  CHECK(due(calendar, "2026-03-01 09:00", 2 * hour, held) == "2026-03-01 11:00");
  CHECK(due(calendar, "2026-03-01 13:00", 0, held) == "2026-03-01 13:00");
  CHECK(counted_seconds(calendar, moment(calendar, "2026-03-01 09:00"),
                        moment(calendar, "2026-04-01 09:00"), held) == 3 * hour);
}

TEST_CASE("changing the priority keeps earlier pauses") {
  const Calendar calendar = shop();
  const std::vector<Pause> held{paused(calendar, "2026-03-01 10:00", "2026-03-01 12:00")};
  CHECK(due(calendar, "2026-03-01 09:00", 8 * hour, held) == "2026-03-01 19:00");
  // Two hours in all, of which one was over before the hold.
  CHECK(due(calendar, "2026-03-01 09:00", 2 * hour, held) == "2026-03-01 13:00");
  CHECK(due(calendar, "2026-03-01 09:00", 24 * hour, held) == "2026-03-03 09:00");
}

TEST_CASE("what is opened again goes on where it stopped") {
  const Calendar calendar = shop();
  const std::vector<Pause> closed{paused(calendar, "2026-03-01 11:00", "2026-03-05 22:00")};
  CHECK(due(calendar, "2026-03-01 09:00", 4 * hour, closed) == "2026-03-06 10:00");
}

TEST_CASE("clocks run over leap days and the ends of years") {
  const Calendar calendar = shop();
  CHECK(due(calendar, "2028-02-28 20:00", 2 * hour) == "2028-02-29 09:00");
  CHECK(due(calendar, "2028-02-29 20:00", 2 * hour) == "2028-03-01 09:00");
  CHECK(due(calendar, "2027-02-28 20:00", 2 * hour) == "2027-03-01 09:00");
  CHECK(due(calendar, "2026-12-31 20:00", 2 * hour) == "2027-01-01 09:00");
  CHECK(due(natural(), "2028-02-28 20:00", 24 * hour) == "2028-02-29 20:00");
  CHECK(due(natural(), "2027-12-31 20:00", 15 * 24 * hour) == "2028-01-15 20:00");
}

TEST_CASE("a day on which clocks change has the hours that it has") {
  // 2026-03-29 02:00 is 03:00, and 2026-10-25 03:00 is 02:00 once more.
  const Calendar night = shop("Europe/Berlin", 0, 1'440);
  const auto length = [](const Calendar& calendar, std::string_view day) {
    const auto span = calendar.span_on(the_day(day)).value();
    return (span.closes.seconds - span.opens.seconds) / 60;
  };
  CHECK(length(night, "2026-03-28") == 24 * 60);
  CHECK(length(night, "2026-03-29") == 23 * 60);
  CHECK(length(night, "2026-10-25") == 25 * 60);
  CHECK(due(night, "2026-03-28 12:00", 24 * hour) == "2026-03-29 13:00");
  CHECK(due(night, "2026-10-24 12:00", 24 * hour) == "2026-10-25 11:00");
  CHECK(due(natural("Europe/Berlin"), "2026-03-28 12:00", 24 * hour) == "2026-03-29 13:00");
  // Hours that begin or end in what is skipped begin and end at the change.
  CHECK(length(shop("Europe/Berlin", 150, 240), "2026-03-29") == 60);
  CHECK(length(shop("Europe/Berlin", 60, 150), "2026-03-29") == 60);
  CHECK_FALSE(shop("Europe/Berlin", 125, 175).span_on(the_day("2026-03-29")).has_value());
  // What comes twice is the first.
  CHECK(length(shop("Europe/Berlin", 150, 240), "2026-10-25") == 150);
  CHECK(length(shop("Europe/Berlin", 60, 150), "2026-10-25") == 90);
  // China had such days until 1991: 1986-05-04 02:00 was 03:00.
  CHECK(due(shop("Asia/Shanghai", 0, 1'440), "1986-05-03 20:00", 8 * hour) == "1986-05-04 05:00");
  CHECK(due(shop(), "1986-05-03 20:00", 2 * hour) == "1986-05-04 09:00");
}

TEST_CASE("a day that was left out has no hours") {
  // There was no 2011-12-30 in Samoa.
  const Calendar calendar = shop("Pacific/Apia");
  CHECK_FALSE(calendar.span_on(the_day("2011-12-30")).has_value());
  CHECK(due(calendar, "2011-12-29 20:00", 2 * hour) == "2011-12-31 09:00");
}

TEST_CASE("what does not close after it opens closes on the next day") {
  const Calendar night = shop("Asia/Shanghai", 20 * 60, 2 * 60);
  CHECK(due(night, "2026-03-01 12:00", 5 * hour) == "2026-03-02 01:00");
  CHECK(due(night, "2026-03-02 01:00", 2 * hour) == "2026-03-02 21:00");
  CHECK(due(night, "2026-03-01 12:00", 6 * hour) == "2026-03-02 02:00");
  const Calendar round = shop("Asia/Shanghai", 8 * 60, 8 * 60);
  CHECK(due(round, "2026-03-01 12:00", 48 * hour) == "2026-03-03 12:00");
}

TEST_CASE("hours change from a day on, and those of the day before may last into them") {
  const Calendar calendar{{.kind = CalendarKind::shop,
                           .zone = Zone{"Asia/Shanghai"},
                           .hours = {{the_day("2026-01-01"), 20 * 60, 10 * 60},
                                     {the_day("2026-03-02"), 9 * 60, 12 * 60},
                                     {the_day("2026-03-04"), 9 * 60, 11 * 60}}}};
  // Those that come first hold before.
  CHECK(due(calendar, "2025-12-31 19:00", hour) == "2025-12-31 21:00");
  CHECK(due(calendar, "2026-03-01 21:00", 15 * hour) == "2026-03-02 12:00");
  CHECK(due(calendar, "2026-03-02 09:30", 4 * hour) == "2026-03-03 10:30");
  CHECK(due(calendar, "2026-03-03 09:00", 6 * hour) == "2026-03-05 10:00");
}

TEST_CASE("a calendar that never opens again is not waited for") {
  CalendarRules rules{.kind = CalendarKind::shop,
                      .zone = Zone{"Asia/Shanghai"},
                      .hours = {{.from = the_day("2026-01-01")}}};
  for (Date day = the_day("2026-03-02"); day <= the_day("2126-12-31");
       day = day + std::chrono::days{1}) {
    rules.closed.push_back(day);
  }
  const Calendar calendar{rules};
  CHECK(due(calendar, "2026-03-01 12:00", 12 * hour) == "2026-03-02 00:00");
  CHECK(due(calendar, "2026-03-01 12:00", 12 * hour + 1) == "never");
  CHECK(due(shop(), "9999-12-31 20:00", 2 * hour) == "never");
  // As far as it looks, and no further.
  const std::int64_t limit = std::chrono::seconds{due_search_max}.count();
  CHECK(due(natural(), "2026-03-01 12:00", limit) == "2126-03-02 12:00");
  CHECK(due(natural(), "2026-03-01 12:00", limit + 1) == "never");
}

TEST_CASE("the clocks of the law never stop at night or on holidays") {
  const Calendar calendar = natural();
  CHECK(due(calendar, "2024-02-09 23:00", 24 * hour) == "2024-02-10 23:00");
  CHECK(open_seconds(calendar, moment(calendar, "2024-02-09"), moment(calendar, "2024-02-24")) ==
        15 * 24 * hour);
  CHECK(calendar.opens_on(the_day("2024-02-10")));
  const auto span = calendar.span_on(the_day("2024-02-10")).value();
  CHECK(span.closes.seconds - span.opens.seconds == 24 * hour);
}

TEST_CASE("thousands of clocks are asked in a moment") {
  const Calendar calendar = office();
  const auto begin = std::chrono::steady_clock::now();
  std::int64_t sum = 0;
  for (int i = 0; i < 2'000; ++i)
    sum += due_at(calendar, {1'707'000'000 + i * 977}, 5 * 9 * hour).value().seconds % 2;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  CHECK(sum < 2'000);
  CHECK(took.count() < 2.0);  // with sanitizers, on a busy machine
}

TEST_CASE("business days are those of the office") {
  const Calendar calendar = office();
  const auto after = [&](std::string_view day, int n) {
    return to_string(add_business_days(calendar, the_day(day), n));
  };
  CHECK(after("2024-02-09", 3) == "2024-02-20");
  CHECK(after("2024-02-02", 1) == "2024-02-04");
  CHECK(after("2024-02-09", 0) == "2024-02-09");
  CHECK(after("2024-02-10", 0) == "2024-02-18");
  CHECK(after("2024-02-10", 1) == "2024-02-18");
  CHECK(after("2024-02-18", 0) == "2024-02-18");
  // Of 2026 only the weekends are known.
  CHECK(after("2026-02-27", 1) == "2026-03-02");
  CHECK(after("2024-12-31", 1) == "2025-01-01");
  CHECK(knows_year(calendar, 2024));
  CHECK_FALSE(knows_year(calendar, 2026));
  CHECK(knows_year(shop(), 2026));
  CHECK(knows_year(natural(), 2026));
}
