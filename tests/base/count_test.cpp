#include "base/count.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace pharmacy;

TEST_CASE("a count is a decimal integer within its bounds") {
  CHECK(parse_count("0", 0, 10) == 0);
  CHECK(parse_count("10", 0, 10) == 10);
  CHECK(parse_count("11", 0, 10) == std::nullopt);
  CHECK(parse_count("-1", 0, 10) == std::nullopt);
  CHECK(parse_count("-1", -1, 10) == -1);
  CHECK(parse_count("１２", 0, 100) == 12);
}

TEST_CASE("a count refuses every spelling but the plain one") {
  for (const char* text :
       {"",     "-",  "+1", "01",    "00",  "-0", "-01", "1.", "1.0",   ".5",    "1e3",
        "0x10", " 1", "1 ", "1,000", "1_0", "一", "--1", "1-", "１２x", "９\xFF"}) {
    CAPTURE(text);
    CHECK(parse_count(text, -1'000'000, 1'000'000) == std::nullopt);
  }
  CHECK(parse_count(std::string_view{"1\0", 2}, 0, 10) == std::nullopt);
}

TEST_CASE("a count reaches both ends of 64 bits and not one further") {
  constexpr auto min = std::numeric_limits<std::int64_t>::min();
  constexpr auto max = std::numeric_limits<std::int64_t>::max();
  CHECK(parse_count("9223372036854775807", min, max) == max);
  CHECK(parse_count("9223372036854775808", min, max) == std::nullopt);
  CHECK(parse_count("-9223372036854775808", min, max) == min);
  CHECK(parse_count("-9223372036854775809", min, max) == std::nullopt);
  CHECK(parse_count("99999999999999999999", min, max) == std::nullopt);
  CHECK(parse_count(std::string(10'000, '9'), min, max) == std::nullopt);
}

TEST_CASE("decimals beyond the last part must be zeros") {
  CHECK(parse_decimal("12.5", 2) == 1250);
  CHECK(parse_decimal("12.5000", 2) == 1250);
  CHECK(parse_decimal("12.5001", 2) == std::nullopt);
  CHECK(parse_decimal("12.50x", 2) == std::nullopt);
  CHECK(parse_decimal("12.5 ", 2) == std::nullopt);
  CHECK(parse_decimal("1.0", 0) == std::nullopt);
}

TEST_CASE("whole numbers are taken with the decimals that tills write behind them") {
  CHECK(parse_whole("30", 1, 3650) == 30);
  CHECK(parse_whole("30.0", 1, 3650) == 30);
  CHECK(parse_whole("100.00", 0, 1000) == 100);
  CHECK_FALSE(parse_whole("30.5", 1, 3650).has_value());
  CHECK_FALSE(parse_whole("0", 1, 3650).has_value());
  CHECK_FALSE(parse_whole("3651", 1, 3650).has_value());
  CHECK_FALSE(parse_whole("30.", 1, 3650).has_value());
}
