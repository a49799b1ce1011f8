#include <doctest/doctest.h>

#include "pharmacy/time.h"

using namespace pharmacy;

namespace {

Date day(const char* text) { return parse_date(text).value(); }

// The period as text, on a Thursday; "none" where there is none.
std::string period(const char* text, const char* today = "2026-01-15") {
  const auto parsed = parse_period(text, day(today));
  return parsed ? to_string(*parsed) : "none";
}

}  // namespace

TEST_CASE("a day is taken as people say it") {
  const Date today = day("2026-03-01");
  CHECK(parse_day("today", today) == today);
  CHECK(parse_day("Today", today) == today);
  CHECK(parse_day("今天", today) == today);
  CHECK(parse_day("yesterday", today) == day("2026-02-28"));
  CHECK(parse_day("昨天", today) == day("2026-02-28"));
  CHECK(parse_day("tomorrow", today) == day("2026-03-02"));
  CHECK(parse_day("明天", today) == day("2026-03-02"));
  CHECK(parse_day("7d", today) == day("2026-02-22"));
  CHECK(parse_day("７ｄ", today) == day("2026-02-22"));
  CHECK(parse_day("2025-12-31", today) == day("2025-12-31"));
}

TEST_CASE("what is not one day is refused as a day") {
  for (const char* text : {"", "d", "0d", "-1d", "07d", "1.5d", "99999d", "2026-02", "2026",
                           "2026-02-30", "last month", "2026-01-01..2026-01-02", "7", "7 d"}) {
    CAPTURE(text);
    CHECK(parse_day(text, day("2026-03-01")) == std::nullopt);
  }
}

TEST_CASE("a period is a day, a month, a quarter or a year") {
  CHECK(period("2026-10-31") == "2026-10-31..2026-10-31");
  CHECK(period("2024-02") == "2024-02-01..2024-02-29");
  CHECK(period("2026-12") == "2026-12-01..2026-12-31");
  CHECK(period("2026-Q1") == "2026-01-01..2026-03-31");
  CHECK(period("2026-q4") == "2026-10-01..2026-12-31");
  CHECK(period("2026") == "2026-01-01..2026-12-31");
  CHECK(period("9999") == "9999-01-01..9999-12-31");
  CHECK(period("２０２６－１０") == "2026-10-01..2026-10-31");
}

TEST_CASE("a period is taken as people say it") {
  CHECK(period("today") == "2026-01-15..2026-01-15");
  CHECK(period("昨天") == "2026-01-14..2026-01-14");
  CHECK(period("this month") == "2026-01-01..2026-01-31");
  CHECK(period("this-month") == "2026-01-01..2026-01-31");
  CHECK(period("last month") == "2025-12-01..2025-12-31");
  CHECK(period("last-month") == "2025-12-01..2025-12-31");
  CHECK(period("LAST-MONTH") == "2025-12-01..2025-12-31");
  CHECK(period("上月") == "2025-12-01..2025-12-31");
  CHECK(period("本月") == "2026-01-01..2026-01-31");
  CHECK(period("this quarter") == "2026-01-01..2026-03-31");
  CHECK(period("last quarter") == "2025-10-01..2025-12-31");
  CHECK(period("last quarter", "2026-12-31") == "2026-07-01..2026-09-30");
  CHECK(period("this year") == "2026-01-01..2026-12-31");
  CHECK(period("去年") == "2025-01-01..2025-12-31");
  CHECK(period("今年") == "2026-01-01..2026-12-31");
  CHECK(period("1d") == "2026-01-15..2026-01-15");
  CHECK(period("7d") == "2026-01-09..2026-01-15");
}

TEST_CASE("last month on the last of a month is the month before, not the same one") {
  CHECK(period("last month", "2026-03-31") == "2026-02-01..2026-02-28");
  CHECK(period("last month", "2026-07-31") == "2026-06-01..2026-06-30");
}

TEST_CASE("weeks begin on Monday") {
  CHECK(period("this week") == "2026-01-12..2026-01-18");
  CHECK(period("last week") == "2026-01-05..2026-01-11");
  CHECK(period("本周", "2026-01-18") == "2026-01-12..2026-01-18");
  CHECK(period("本周", "2026-01-19") == "2026-01-19..2026-01-25");
  CHECK(period("上周", "2026-01-01") == "2025-12-22..2025-12-28");
}

TEST_CASE("a range includes both of its ends") {
  CHECK(period("2026-01-05..2026-02-03") == "2026-01-05..2026-02-03");
  CHECK(period("2025-12..2026-01") == "2025-12-01..2026-01-31");
  CHECK(period("2025..today") == "2025-01-01..2026-01-15");
  CHECK(period("last month..this month") == "2025-12-01..2026-01-31");
  CHECK(period("7d..yesterday") == "2026-01-09..2026-01-14");
  CHECK(period("上月..今天") == "2025-12-01..2026-01-15");
  CHECK(period("2026-01-05..2026-01-05") == "2026-01-05..2026-01-05");
}

TEST_CASE("what is not a period is refused") {
  for (const char* text : {"",
                           "..",
                           "2026..",
                           "..2026",
                           "2026-02..2026-01",
                           "2026-01..2026-02..2026-03",
                           "2026-13",
                           "2026-00",
                           "2026-Q0",
                           "2026-Q5",
                           "2026-Q",
                           "2026-Q10",
                           "0000",
                           "20260",
                           "026",
                           "2026-1",
                           "month",
                           "last",
                           "last  month",
                           "last_month",
                           "last-fortnight",
                           "next month",
                           "0d",
                           "99999d",
                           "2026 .. 2027",
                           "2026...2027",
                           "this--week"}) {
    CAPTURE(text);
    CHECK(period(text) == "none");
  }
}

TEST_CASE("a period never leaves the years that there are") {
  CHECK(period("last year", "0001-06-01") == "none");
  CHECK(period("last month", "0001-01-15") == "none");
  CHECK(period("36600d", "0001-01-15") == "none");
  CHECK(period("yesterday", "0001-01-01") == "none");
  CHECK(period("this week", "9999-12-31") == "none");
  CHECK(period("last week", "0001-01-03") == "none");
  CHECK(period("this year", "9999-12-31") == "9999-01-01..9999-12-31");
}

TEST_CASE("a period contains its ends and nothing beyond them") {
  const Period january{day("2026-01-01"), day("2026-01-31")};
  CHECK(january.contains(day("2026-01-01")));
  CHECK(january.contains(day("2026-01-31")));
  CHECK_FALSE(january.contains(day("2025-12-31")));
  CHECK_FALSE(january.contains(day("2026-02-01")));
}

TEST_CASE("the forms are listed for whoever typed another") {
  CHECK(date_forms().find("2026-10-31") != std::string::npos);
  CHECK(period_forms().find("2026-Q4") != std::string::npos);
}
