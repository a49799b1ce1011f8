#include <doctest/doctest.h>

#include <clocale>

#include "pharmacy/time.h"

using namespace pharmacy;

namespace {

const Zone shanghai{"Asia/Shanghai"};
const Zone new_york{"America/New_York"};

std::string iso(std::string_view text, const Zone& zone = shanghai) {
  const auto at = parse_instant(text, zone);
  return at ? to_string(*at, zone) : "none";
}

std::string by_format(std::string_view text, std::string_view format, const Zone& zone = shanghai) {
  const auto at = parse_instant(text, format, zone);
  return at ? to_string(*at, zone) : "none";
}

}  // namespace

TEST_CASE("an instant is written with its zone's offset") {
  CHECK(to_string(Instant{1'793'410'200}, shanghai) == "2026-10-31T09:30:00+08:00");
  CHECK(to_string(Instant{1'793'410'200}, new_york) == "2026-10-30T21:30:00-04:00");
  CHECK(to_string(Instant{1'793'410'200}, Zone::utc()) == "2026-10-31T01:30:00+00:00");
  CHECK(to_string(Instant{-1}, Zone::utc()) == "1969-12-31T23:59:59+00:00");
  CHECK(to_minute_string(Instant{1'793'410'259}, shanghai) == "2026-10-31 09:30");
}

TEST_CASE("an instant is read in every ISO 8601 form that is promised") {
  CHECK(iso("2026-10-31") == "2026-10-31T00:00:00+08:00");
  CHECK(iso("2026-10-31T09:30") == "2026-10-31T09:30:00+08:00");
  CHECK(iso("2026-10-31 09:30") == "2026-10-31T09:30:00+08:00");
  CHECK(iso("2026-10-31 09:30:15") == "2026-10-31T09:30:15+08:00");
  CHECK(iso("2026-10-31T09:30:15.999") == "2026-10-31T09:30:15+08:00");
  CHECK(iso("2026-10-31T01:30:15Z") == "2026-10-31T09:30:15+08:00");
  CHECK(iso("2026-10-31T01:30Z") == "2026-10-31T09:30:00+08:00");
  CHECK(iso("2026-10-31T01:30:15.5Z") == "2026-10-31T09:30:15+08:00");
  CHECK(iso("2026-10-31T09:30:15+08:00") == "2026-10-31T09:30:15+08:00");
  CHECK(iso("2026-10-31T09:30:15+0800") == "2026-10-31T09:30:15+08:00");
  CHECK(iso("2026-10-31T09:30:15+08") == "2026-10-31T09:30:15+08:00");
  CHECK(iso("2026-10-30T20:30:15-05:00") == "2026-10-31T09:30:15+08:00");
  CHECK(iso("２０２６－１０－３１　０９：３０") == "2026-10-31T09:30:00+08:00");
  CHECK(iso("2024-02-29T23:59:59Z") == "2024-03-01T07:59:59+08:00");
}

TEST_CASE("every other form, and every impossible time, is refused") {
  for (const char* text : {"",
                           "2026",
                           "2026-10",
                           "2026-02-30",
                           "2026-04-31T10:00",
                           "2026-13-01 00:00",
                           "2026-10-31T",
                           "2026-10-31 ",
                           "2026-10-31T9:30",
                           "2026-10-31T09",
                           "2026-10-31T09:",
                           "2026-10-31T09:3",
                           "2026-10-31T24:00",
                           "2026-10-31T09:60",
                           "2026-10-31T09:30:60",
                           "2026-10-31T09:30:",
                           "2026-10-31T09:30:1",
                           "2026-10-31T09:30:15.",
                           "2026-10-31T09:30:15.Z",
                           "2026-10-31  09:30",
                           "2026-10-31t09:30",
                           "2026-10-31T09:30:15 Z",
                           "2026-10-31T09:30:15ZZ",
                           "2026-10-31T09:30:15+",
                           "2026-10-31T09:30:15+8",
                           "2026-10-31T09:30:15+08:",
                           "2026-10-31T09:30:15+08:0",
                           "2026-10-31T09:30:15+08:000",
                           "2026-10-31T09:30:15+24:00",
                           "2026-10-31T09:30:15+08:60",
                           "2026-10-31T09:30:15+08001",
                           "2026-10-31 09:30 周六",
                           "2026/10/31 09:30",
                           "31.10.2026",
                           "2026-10-31T09-30",
                           "2026-10-31T-9:30",
                           "2026-10-31T09:30é"}) {
    CAPTURE(text);
    CHECK(iso(text) == "none");
  }
}

TEST_CASE("a written instant is read as the same one, local mean time included") {
  for (const std::int64_t seconds : {-2'400'000'000LL, -62'000'000'000LL, -1LL, 0LL, 520'000'000LL,
                                     1'793'410'200LL, 250'000'000'000LL}) {
    for (const Zone& zone : {shanghai, new_york}) {
      CAPTURE(seconds);
      CHECK(parse_instant(to_string(Instant{seconds}, zone), Zone::utc()) == Instant{seconds});
    }
  }
}

TEST_CASE("local time follows the zone's clock changes") {
  CHECK(iso("2026-03-08 02:30", new_york) == "2026-03-08T03:30:00-04:00");
  CHECK(iso("2026-11-01 01:30", new_york) == "2026-11-01T01:30:00-04:00");
  CHECK(iso("2026-11-01T01:30-05:00", new_york) == "2026-11-01T01:30:00-05:00");
}

TEST_CASE("an instant is read by a strptime format") {
  CHECK(by_format("2026/10/31 9:05:07", "%Y/%m/%d %H:%M:%S") == "2026-10-31T09:05:07+08:00");
  CHECK(by_format("31.10.26", "%d.%m.%y") == "2026-10-31T00:00:00+08:00");
  CHECK(by_format("2026年10月31日 09时05分", "%Y年%m月%d日 %H时%M分") ==
        "2026-10-31T09:05:00+08:00");
  CHECK(by_format("20261031090507", "%Y%m%d%H%M%S") == "2026-10-31T09:05:07+08:00");
  CHECK(by_format("Oct 31 2026 09:05 PM", "%b %d %Y %I:%M %p") == "2026-10-31T21:05:00+08:00");
  CHECK(by_format("2026-10-31 01:05 +0000", "%Y-%m-%d %H:%M %z") == "2026-10-31T09:05:00+08:00");
  CHECK(by_format("2026-10-31 09:05 %z", "%Y-%m-%d %H:%M %%z") == "2026-10-31T09:05:00+08:00");
  CHECK(by_format("2026-10", "%Y-%m") == "2026-10-01T00:00:00+08:00");
  CHECK(by_format("2026 304", "%Y %j") == "2026-10-31T00:00:00+08:00");
}

TEST_CASE("a star at the end of a format ignores the rest of the text") {
  CHECK(by_format("2026-10-31 星期六", "%Y-%m-%d*") == "2026-10-31T00:00:00+08:00");
  CHECK(by_format("2026-10-31", "%Y-%m-%d*") == "2026-10-31T00:00:00+08:00");
  CHECK(by_format("2026-10-31 星期六", "%Y-%m-%d") == "none");
  CHECK(by_format("2026-02-30 星期六", "%Y-%m-%d*") == "none");
}

TEST_CASE("a format does not let impossible dates and times through") {
  for (const char* text :
       {"2026-02-30 10:00:00", "2026-02-29 10:00:00", "2026-04-31 10:00:00", "2026-13-01 10:00:00",
        "2026-00-01 10:00:00", "2026-01-00 10:00:00", "2026-01-32 10:00:00", "2026-01-01 24:00:00",
        "2026-01-01 10:60:00", "2026-01-01 10:00:60", "2026-01-01 10:00:61", "0000-01-01 10:00:00",
        "", "2026-01-01", "x"}) {
    CAPTURE(text);
    CHECK(by_format(text, "%Y-%m-%d %H:%M:%S") == "none");
  }
  CHECK(by_format("10:00", "%H:%M") == "none");
  CHECK(by_format("10-31", "%m-%d") == "none");
  CHECK(by_format("", "") == "none");
  CHECK(by_format("2026-10-31", "") == "none");
  CHECK(by_format("1793410200", "%s") == "none");
  CHECK(by_format(std::string_view{"2026-10-31\0x", 12}, "%Y-%m-%d") == "none");
}
