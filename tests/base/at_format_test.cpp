#include "base/at_format.h"

#include <doctest/doctest.h>

#include "support/errors.h"

using namespace pharmacy;
using namespace pharmacy::test;

TEST_CASE("formats that no date can match are refused") {
  const auto code = [](const char* format) {
    return code_of([&] {
      check_at_format(format);
      return 0;
    });
  };
  for (const char* good : {"%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日*", "%d/%m/%y *", "%Y%m%d",
                           "%Y-%m-%dT%H:%M:%S%z", "%c", "%d.%b.%Y %I:%M %p"}) {
    CAPTURE(good);
    CHECK(code(good) == std::nullopt);
  }
  for (const char* bad : {"", "*", "%Q", "%Y-%m-%Q", "%H:%M", "%s", "yyyy-mm-dd", "%"}) {
    CAPTURE(bad);
    CHECK(code(bad) == Errc::invalid_input);
  }
  CHECK(code_of([] {
          check_at_format(std::nullopt);
          return 0;
        }) == std::nullopt);
}

TEST_CASE("the format of a cell is proposed where it is a common one") {
  const Zone zone = Zone::utc();
  const auto guess = [&](const char* cell) { return guess_at_format(cell, zone).value_or("none"); };
  CHECK(guess("2026/10/01") == "%Y/%m/%d");
  CHECK(guess("2026/1/5 9:30") == "%Y/%m/%d %H:%M");
  CHECK(guess("2026/10/01 09:30:00") == "%Y/%m/%d %H:%M:%S");
  CHECK(guess("2026年10月1日") == "%Y年%m月%d日");
  CHECK(guess("20261001") == "%Y%m%d");
  CHECK(guess("20261001093000") == "%Y%m%d%H%M%S");
  CHECK(guess("2018-01-01 星期五") == "%Y-%m-%d*");
  CHECK(guess("2026/02/30") == "none");
  CHECK(guess("yesterday") == "none");
  CHECK(guess("") == "none");
}
