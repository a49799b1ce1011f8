#include "pharmacy/values.h"

#include <doctest/doctest.h>

#include <limits>

#include "support/errors.h"

using namespace pharmacy;
using namespace pharmacy::test;

namespace {
constexpr auto min = std::numeric_limits<std::int64_t>::min();
constexpr auto max = std::numeric_limits<std::int64_t>::max();
}  // namespace

TEST_CASE("money is parsed to the fen") {
  CHECK(parse_money("28") == Money{2800});
  CHECK(parse_money("28.0") == Money{2800});
  CHECK(parse_money("28.00") == Money{2800});
  CHECK(parse_money("28.0000") == Money{2800});
  CHECK(parse_money("0") == Money{0});
  CHECK(parse_money("0.05") == Money{5});
  CHECK(parse_money("-0.05") == Money{-5});
  CHECK(parse_money("-12.3") == Money{-1230});
  CHECK(parse_money("２８．５０") == Money{2850});
  CHECK(parse_money("－３") == Money{-300});
}

TEST_CASE("money refuses what a person would have to guess at") {
  for (const char* text :
       {"",         "-",    ".",    ".5",    "5.",    "-.5",  "05", "00.5", "1e3",
        "1,234.00", "￥28", "28元", "0.005", "1.2.3", "+5",   " 5", "5 ",   "-0",
        "-0.00",    "--5",  "nan",  "inf",   "1/2",   "0x1f", "٣"}) {
    CAPTURE(text);
    CHECK(parse_money(text) == std::nullopt);
  }
}

TEST_CASE("every amount has its own number of decimals") {
  CHECK(parse_unit_price("0.035") == UnitPrice{350});
  CHECK(parse_unit_price("0.0001") == UnitPrice{1});
  CHECK(parse_unit_price("0.00001") == std::nullopt);
  CHECK(parse_quantity("2") == Quantity{2000});
  CHECK(parse_quantity("-0.001") == Quantity{-1});
  CHECK(parse_quantity("0.0001") == std::nullopt);
  CHECK(parse_points("120") == Points{120});
  CHECK(parse_points("120.0") == std::nullopt);
}

TEST_CASE("amounts reach both ends of 64 bits and not one further") {
  CHECK(parse_money("92233720368547758.07") == Money{max});
  CHECK(parse_money("92233720368547758.08") == std::nullopt);
  CHECK(parse_money("-92233720368547758.08") == Money{min});
  CHECK(parse_money("-92233720368547758.09") == std::nullopt);
  CHECK(parse_unit_price("922337203685477.5807") == UnitPrice{max});
  CHECK(parse_unit_price("922337203685478") == std::nullopt);
  CHECK(parse_points("9223372036854775808") == std::nullopt);
}

TEST_CASE("amounts are written the shortest way that people write them") {
  CHECK(to_string(Money{2800}) == "28.00");
  CHECK(to_string(Money{0}) == "0.00");
  CHECK(to_string(Money{-5}) == "-0.05");
  CHECK(to_string(Money{100}) == "1.00");
  CHECK(to_string(UnitPrice{350}) == "0.035");
  CHECK(to_string(UnitPrice{280'000}) == "28.00");
  CHECK(to_string(UnitPrice{1}) == "0.0001");
  CHECK(to_string(UnitPrice{-10'500}) == "-1.05");
  CHECK(to_string(Quantity{2000}) == "2");
  CHECK(to_string(Quantity{500}) == "0.5");
  CHECK(to_string(Quantity{-1}) == "-0.001");
  CHECK(to_string(Quantity{0}) == "0");
  CHECK(to_string(Quantity{10'000}) == "10");
  CHECK(to_string(Points{-7}) == "-7");
}

TEST_CASE("what is written is parsed to the same amount") {
  for (const std::int64_t count :
       {min, min + 1, std::int64_t{-100}, std::int64_t{-99}, std::int64_t{-1}, std::int64_t{0},
        std::int64_t{1}, std::int64_t{9}, std::int64_t{10}, std::int64_t{99},
        std::int64_t{12'345'600}, max - 1, max}) {
    CAPTURE(count);
    CHECK(parse_money(to_string(Money{count})) == Money{count});
    CHECK(parse_unit_price(to_string(UnitPrice{count})) == UnitPrice{count});
    CHECK(parse_quantity(to_string(Quantity{count})) == Quantity{count});
    CHECK(parse_points(to_string(Points{count})) == Points{count});
  }
}

TEST_CASE("sums and differences that do not fit are refused, never wrapped") {
  CHECK(Money{max - 1} + Money{1} == Money{max});
  CHECK(code_of([] { return Money{max} + Money{1}; }) == Errc::invalid_input);
  CHECK(code_of([] { return Money{min} + Money{-1}; }) == Errc::invalid_input);
  CHECK(code_of([] { return Money{min} - Money{1}; }) == Errc::invalid_input);
  CHECK(code_of([] { return Money{0} - Money{min}; }) == Errc::invalid_input);
  CHECK(code_of([] { return -Money{min}; }) == Errc::invalid_input);
  CHECK(-Money{max} == Money{min + 1});

  Points sum{1};
  sum += Points{2};
  sum -= Points{5};
  CHECK(sum == Points{-2});
  Points full{max};
  CHECK(code_of([&] { return full += Points{1}; }) == Errc::invalid_input);
  CHECK(full == Points{max});
}

TEST_CASE("a line's amount is rounded half away from zero, once") {
  const auto line = [](const char* price, const char* quantity) {
    return line_amount(parse_unit_price(price).value(), parse_quantity(quantity).value());
  };
  CHECK(line("28.00", "2") == Money{5600});
  CHECK(line("0.005", "1") == Money{1});
  CHECK(line("0.0049", "1") == Money{0});
  CHECK(line("0.005", "-1") == Money{-1});
  CHECK(line("-0.005", "1") == Money{-1});
  CHECK(line("-0.005", "-1") == Money{1});
  CHECK(line("0.0049", "-1") == Money{0});
  CHECK(line("0.015", "1") == Money{2});
  CHECK(line("0.025", "1") == Money{3});  // half to even would be 2
  CHECK(line("0.035", "12.5") == Money{44});
  CHECK(line("0.035", "0") == Money{0});
}

TEST_CASE("a line's amount is exact where the product needs more than 64 bits") {
  CHECK(line_amount(UnitPrice{max}, Quantity{100'000}) == Money{max});
  CHECK(line_amount(UnitPrice{min}, Quantity{100'000}) == Money{min});
  CHECK(line_amount(UnitPrice{max}, Quantity{-100'000}) == Money{min + 1});
  CHECK(code_of([] { return line_amount(UnitPrice{min}, Quantity{-100'000}); }) ==
        Errc::invalid_input);
  CHECK(code_of([] { return line_amount(UnitPrice{max}, Quantity{max}); }) == Errc::invalid_input);
  CHECK(code_of([] { return line_amount(UnitPrice{min}, Quantity{min}); }) == Errc::invalid_input);
}

TEST_CASE("multiplying and dividing rounds toward minus infinity, or half away from zero") {
  CHECK(multiply_divide_floor(7, 3, 2) == 10);
  CHECK(multiply_divide_floor(-7, 3, 2) == -11);
  CHECK(multiply_divide_floor(-6, 1, 2) == -3);
  CHECK(multiply_divide_floor(max, max, max) == max);
  CHECK(multiply_divide_floor(min, max, max) == min);
  CHECK(multiply_divide_round(7, 3, 2) == 11);
  CHECK(multiply_divide_round(-7, 3, 2) == -11);
  CHECK(multiply_divide_round(1, 1, 3) == 0);
  CHECK(multiply_divide_round(2, 1, 3) == 1);
  CHECK(multiply_divide_round(-2, 1, 3) == -1);
  CHECK(multiply_divide_round(min, 1, 1) == min);
  CHECK(multiply_divide_round(max - 1, 1, max) == 1);
  CHECK(code_of([] { return multiply_divide_floor(max, 2, 1); }) == Errc::invalid_input);
  CHECK(code_of([] { return multiply_divide_round(min, 3, 2); }) == Errc::invalid_input);
}
