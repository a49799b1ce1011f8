#include <doctest/doctest.h>

#include "pharmacy/time.h"

using namespace pharmacy;

namespace {
Date day(const char* text) { return parse_date(text).value(); }
}  // namespace

TEST_CASE("a date is written and parsed in one form only") {
  CHECK(to_string(day("2026-10-31")) == "2026-10-31");
  CHECK(to_string(day("0001-01-01")) == "0001-01-01");
  CHECK(to_string(day("9999-12-31")) == "9999-12-31");
  CHECK(to_string(day("２０２６－１０－３１")) == "2026-10-31");
  CHECK(day("1970-01-01").epoch_days() == 0);
  CHECK(day("1969-12-31").epoch_days() == -1);
  CHECK(Date::from_epoch_days(20'757) == day("2026-10-31"));
}

TEST_CASE("every day of four centuries is written and parsed back") {
  const Date last = day("2200-12-31");
  int days = 0;
  for (Date at = day("1800-12-31"); at <= last; at = at + std::chrono::days{1}, ++days) {
    if (parse_date(to_string(at)) != at) FAIL("not the same day: " << to_string(at));
  }
  CHECK(days == 146'098);
}

TEST_CASE("impossible dates and other spellings are refused") {
  for (const char* text :
       {"2026-02-30",  "2026-02-29",     "1900-02-29", "2026-04-31",  "2026-13-01",
        "2026-00-10",  "2026-01-00",     "2026-01-32", "0000-01-01",  "2026-1-5",
        "26-10-31",    "2026/10/31",     "20261031",   "2026-10-31 ", " 2026-10-31",
        "2026-10-31T", "2026-1o-31",     "-026-10-31", "2026-+1-31",  "",
        "今天",        "2026年10月31日", "２０２６"}) {
    CAPTURE(text);
    CHECK(parse_date(text) == std::nullopt);
  }
  CHECK(parse_date("2024-02-29") != std::nullopt);
  CHECK(parse_date("2000-02-29") != std::nullopt);
}

TEST_CASE("months are added with the day clamped to the month's last") {
  CHECK(add_months(day("2026-01-31"), 1) == day("2026-02-28"));
  CHECK(add_months(day("2024-01-31"), 1) == day("2024-02-29"));
  CHECK(add_months(day("2024-02-29"), 12) == day("2025-02-28"));
  CHECK(add_months(day("2026-03-31"), -1) == day("2026-02-28"));
  CHECK(add_months(day("2026-01-15"), -1) == day("2025-12-15"));
  CHECK(add_months(day("2026-01-15"), -25) == day("2023-12-15"));
  CHECK(add_months(day("2026-12-31"), 0) == day("2026-12-31"));
  CHECK(add_months(day("2026-08-31"), 1) == day("2026-09-30"));
}
