#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <limits>

#include "pharmacy/time.h"
#include "support/errors.h"

using namespace pharmacy;
using namespace pharmacy::test;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {

Date day(const char* text) { return parse_date(text).value(); }
std::string local(const Zone& zone, const char* date, seconds time) {
  return to_string(zone.at_local(day(date), time), Zone::utc());
}

}  // namespace

TEST_CASE("Shanghai is eight hours east, without summer time since 1991") {
  const Zone zone{"Asia/Shanghai"};
  CHECK(zone.name() == "Asia/Shanghai");
  CHECK(zone.offset_at({0}) == hours{8});
  CHECK(zone.offset_at({1'793'000'000}) == hours{8});
  CHECK(zone.day_of({1'793'375'999}) == day("2026-10-30"));  // 2026-10-30T15:59:59Z
  CHECK(zone.day_of({1'793'376'000}) == day("2026-10-31"));
  CHECK(zone.at_local(day("2026-10-31"), seconds{0}) == Instant{1'793'376'000});
}

TEST_CASE("Shanghai had summer time from 1986 to 1991") {
  const Zone zone{"Asia/Shanghai"};
  const struct {
    const char* at;
    int offset_hours;
  } rows[] = {
      {"1986-05-03T17:59:59Z", 8}, {"1986-05-03T18:00:00Z", 9}, {"1986-09-13T16:59:59Z", 9},
      {"1986-09-13T17:00:00Z", 8}, {"1991-04-13T17:59:59Z", 8}, {"1991-04-13T18:00:00Z", 9},
      {"1991-09-14T16:59:59Z", 9}, {"1991-09-14T17:00:00Z", 8}, {"1992-07-01T00:00:00Z", 8}};
  for (const auto& row : rows) {
    CAPTURE(row.at);
    CHECK(zone.offset_at(parse_instant(row.at, zone).value()) == hours{row.offset_hours});
  }
  CHECK(local(zone, "1988-07-01", hours{12}) == "1988-07-01T03:00:00+00:00");
}

TEST_CASE("before the first zone there was local mean time") {
  const Zone zone{"Asia/Shanghai"};
  CHECK(zone.offset_at(parse_instant("1900-12-31T00:00:00Z", zone).value()) ==
        hours{8} + minutes{5} + seconds{43});
}

TEST_CASE("a skipped local time is taken as of before the change") {
  const Zone zone{"America/New_York"};
  CHECK(local(zone, "2026-03-08", hours{1} + minutes{59}) == "2026-03-08T06:59:00+00:00");
  CHECK(local(zone, "2026-03-08", hours{2} + minutes{30}) == "2026-03-08T07:30:00+00:00");
  CHECK(local(zone, "2026-03-08", hours{3}) == "2026-03-08T07:00:00+00:00");
}

TEST_CASE("a local time that happens twice is the first") {
  const Zone zone{"America/New_York"};
  CHECK(local(zone, "2026-11-01", minutes{59}) == "2026-11-01T04:59:00+00:00");
  CHECK(local(zone, "2026-11-01", hours{1} + minutes{30}) == "2026-11-01T05:30:00+00:00");
  CHECK(local(zone, "2026-11-01", hours{2}) == "2026-11-01T07:00:00+00:00");
}

TEST_CASE("zones by their rule, long after the table ends") {
  CHECK(local(Zone{"America/New_York"}, "2100-07-01", hours{0}) == "2100-07-01T04:00:00+00:00");
  CHECK(local(Zone{"America/New_York"}, "2100-01-01", hours{0}) == "2100-01-01T05:00:00+00:00");
  CHECK(local(Zone{"Australia/Sydney"}, "2100-01-01", hours{0}) == "2099-12-31T13:00:00+00:00");
  CHECK(local(Zone{"Asia/Shanghai"}, "2100-07-01", hours{0}) == "2100-06-30T16:00:00+00:00");
}

TEST_CASE("a zone agrees with the C library at every half day of a century and a half") {
  for (const char* name : {"Asia/Shanghai", "America/New_York", "Europe/Dublin",
                           "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "UTC"}) {
    CAPTURE(name);
    const Zone zone{name};
    ::setenv("TZ", name, 1);
    ::tzset();
    int differing = 0;
    for (std::int64_t at = -2'500'000'000; at < 4'500'000'000; at += 43'201) {
      const std::time_t time = at;
      std::tm parts{};
      ::localtime_r(&time, &parts);
      if (zone.offset_at({at}) != seconds{parts.tm_gmtoff}) ++differing;
    }
    CHECK(differing == 0);
  }
  ::unsetenv("TZ");
  ::tzset();
}

TEST_CASE("every local time of a year comes back from its instant, but for skipped ones") {
  const Zone zone{"America/New_York"};
  int skipped = 0;
  for (Date date = day("2026-01-01"); date <= day("2026-12-31");
       date = date + std::chrono::days{1}) {
    for (seconds time{0}; time < hours{24}; time += minutes{30}) {
      const Instant at = zone.at_local(date, time);
      const seconds back =
          seconds{at.seconds} + zone.offset_at(at) - date.sys_days().time_since_epoch();
      if (back != time) ++skipped;
    }
  }
  CHECK(skipped == 2);  // 02:00 and 02:30 on the 8th of March
}

TEST_CASE("names that are not zones are refused, and nothing outside the database is read") {
  for (const char* name :
       {"", "Mars/Olympus", "../../../etc/passwd", "Asia/../Asia/Shanghai", "/etc/localtime",
        "/usr/share/zoneinfo/Asia/Shanghai", "Asia", "Asia/", "zone.tab", "tzdata.zi", "Asia//..",
        "Asia/Shanghai ", "Asia/Shang\nhai", "leap-seconds.list", "right/Asia/Shanghai"}) {
    CAPTURE(name);
    CHECK(code_of([&] { return Zone{name}; }) == Errc::invalid_input);
  }
  CHECK(code_of([&] { return Zone{std::string(1000, 'A')}; }) == Errc::invalid_input);
  CHECK(code_of([&] { return Zone{std::string("UTC\0x", 5)}; }) == Errc::invalid_input);
}

TEST_CASE("UTC needs no file") {
  CHECK(Zone::utc().name() == "UTC");
  CHECK(Zone::utc().offset_at({1'793'000'000}) == seconds{0});
}

TEST_CASE("instants beyond the calendar are taken to its ends") {
  const Zone zone{"America/New_York"};
  constexpr auto min = std::numeric_limits<std::int64_t>::min();
  constexpr auto max = std::numeric_limits<std::int64_t>::max();
  CHECK(zone.day_of({min}) < zone.day_of({0}));
  CHECK(zone.day_of({max}) > zone.day_of({0}));
}
