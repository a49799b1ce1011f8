#include "base/posix_rule.h"

#include <doctest/doctest.h>

#include "pharmacy/time.h"

using namespace pharmacy;
using std::chrono::seconds;

namespace {

const Zone utc = Zone::utc();

seconds offset(const char* rule, const char* at) {
  return parse_posix_rule(rule).value().offset_at(parse_instant(at, utc).value());
}

}  // namespace

TEST_CASE("a rule without summer time has one offset") {
  CHECK(offset("CST-8", "2100-07-01") == seconds{28'800});
  CHECK(offset("<+0545>-5:45", "2100-07-01") == seconds{20'700});
  CHECK(offset("<-03>3", "2100-07-01") == seconds{-10'800});
}

TEST_CASE("a rule changes at its second, north and south of the equator") {
  constexpr const char* new_york = "EST5EDT,M3.2.0,M11.1.0";
  CHECK(offset(new_york, "2050-03-13T06:59:59Z") == seconds{-18'000});
  CHECK(offset(new_york, "2050-03-13T07:00:00Z") == seconds{-14'400});
  CHECK(offset(new_york, "2050-11-06T05:59:59Z") == seconds{-14'400});
  CHECK(offset(new_york, "2050-11-06T06:00:00Z") == seconds{-18'000});

  constexpr const char* sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
  CHECK(offset(sydney, "2050-01-01T00:00:00Z") == seconds{39'600});
  CHECK(offset(sydney, "2050-04-02T15:59:59Z") == seconds{39'600});
  CHECK(offset(sydney, "2050-04-02T16:00:00Z") == seconds{36'000});
  CHECK(offset(sydney, "2050-10-01T15:59:59Z") == seconds{36'000});
  CHECK(offset(sydney, "2050-10-01T16:00:00Z") == seconds{39'600});
}

TEST_CASE("a rule may count days of the year, and use times outside of the day") {
  CHECK(offset("AAA0BBB,J60/0,J365", "2100-02-28T23:59:59Z") == seconds{0});
  CHECK(offset("AAA0BBB,J60/0,J365", "2100-03-01T00:00:00Z") == seconds{3600});
  CHECK(offset("AAA0BBB,J60/0,J365", "2096-02-29T00:00:00Z") == seconds{0});  // J60 is 1 March
  CHECK(offset("AAA0BBB,59/0,364", "2096-02-29T00:00:00Z") == seconds{3600});
  // Greenland: the change is on Saturday at 22:00, written as hour -1 of Sunday.
  constexpr const char* nuuk = "<-02>2<-01>,M3.5.0/-1,M10.5.0/0";
  CHECK(offset(nuuk, "2050-03-27T00:59:59Z") == seconds{-7200});
  CHECK(offset(nuuk, "2050-03-27T01:00:00Z") == seconds{-3600});
  // Dublin: winter is the exception.
  constexpr const char* dublin = "IST-1GMT0,M10.5.0,M3.5.0/1";
  CHECK(offset(dublin, "2050-01-01T12:00:00Z") == seconds{0});
  CHECK(offset(dublin, "2050-07-01T12:00:00Z") == seconds{3600});
}

TEST_CASE("a broken rule is refused") {
  for (const char* text :
       {"", "CST", "CS-8", "-8", "<+08-8", "CST-8x", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,,",
        "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,M3.2.7,M11.1.0",
        "EST5EDT,M3.2.0,M11.1.0,", "EST5EDT,J0,J365", "EST5EDT,366,1", "CST-168", "CST-8:60",
        "EST5EDT,M3.2.0/168,M11.1.0", "CST-99999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_posix_rule(text).has_value());
  }
}
