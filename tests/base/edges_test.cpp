// Numbers at the edges of what fits, as texts and in sums: each is taken exactly, or refused. What
// is right is worked out here in another way: by a pattern, and in 128 bits.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <regex>

#include "base/count.h"
#include "pharmacy/error.h"
#include "pharmacy/values.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

__extension__ using Wide = __int128;
using Result = std::optional<std::int64_t>;  // nullopt: refused

constexpr auto min = std::numeric_limits<std::int64_t>::min();
constexpr auto max = std::numeric_limits<std::int64_t>::max();

Result fitting(Wide value) {
  if (value < min || value > max) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

// A number of which `decimals` digits stand behind the point, as an integer.
Result number_in(std::string text, int decimals) {
  const std::pair<const char*, const char*> folded[] = {
      {"０", "0"}, {"１", "1"}, {"２", "2"}, {"３", "3"}, {"４", "4"}, {"５", "5"},
      {"６", "6"}, {"７", "7"}, {"８", "8"}, {"９", "9"}, {"．", "."}, {"－", "-"}};
  for (const auto& [wide, narrow] : folded) text = replaced(std::move(text), wide, narrow);
  static const std::regex number{"(-?)(0|[1-9][0-9]*)(?:\\.([0-9]+))?"};
  std::smatch found;
  if (!std::regex_match(text, found, number)) return std::nullopt;
  std::string fraction = found[3];
  if (decimals == 0 && found[3].matched) return std::nullopt;
  while (fraction.size() > static_cast<std::size_t>(decimals) && fraction.ends_with('0'))
    fraction.pop_back();
  if (fraction.size() > static_cast<std::size_t>(decimals)) return std::nullopt;
  fraction.resize(static_cast<std::size_t>(decimals), '0');
  const std::string digits = found[2].str() + fraction;
  if (digits.size() > 30) return std::nullopt;
  Wide value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  const bool is_negative = found[1].length() > 0;
  if (is_negative && value == 0) return std::nullopt;
  return fitting(is_negative ? -value : value);
}

// Something that is read or worked out: what must come of it, and what does.
struct Trial {
  std::string shown;
  Result right;
  std::function<Result()> found;
};

// As people and tills write them, and as they should not.
std::vector<std::string> texts() {
  std::vector<std::string> all{
      "0",     "-0",     "0.0",     "-0.00",  "00",       "0.1",    "0.2",   "0.30",    "0.3000000",
      "0.005", "0.0001", "0.00001", "1e3",    "1E3",      "1e-2",   "0x10",  "+1",      "--1",
      "-",     ".",      "",        ".5",     "5.",       "1.2.3",  "1,000", "1 000",   " 1",
      "1 ",    "1\n",    "１２",    "－１２", "１２．５", "１e３",  "一百",  "٣",       "−5",
      "nan",   "inf",    "NaN",     "1/2",    "5%",       "￥5",    "5元",   "1_000",   "1'000",
      "1.0",   "1.00",   "1.000",   "1.0000", "1.00000",  "1.0001", "-1.10", "1.10000", "9\xFF"};
  const std::string numbers[] = {"2147483647",           "2147483648",
                                 "4294967296",           "9007199254740991",
                                 "9007199254740992",     "9007199254740993",
                                 "999999999999999999",   "1000000000000000000",
                                 "9223372036854775807",  "9223372036854775808",
                                 "9223372036854775809",  "9999999999999999999",
                                 "10000000000000000000", "18446744073709551615",
                                 "18446744073709551616", "170141183460469231731687303715884105728"};
  for (const auto& number : numbers) {
    for (const std::size_t behind : {0U, 1U, 2U, 3U, 4U}) {
      auto text = number;
      if (behind > 0) text.insert(text.size() - behind, 1, '.');
      for (const char* sign : {"", "-"}) all.push_back(sign + text);
      all.push_back(text + (behind > 0 ? "0" : ".0"));
      all.push_back(replaced(text, "9", "９"));
    }
  }
  return all;
}

struct Reader {
  const char* of;
  int decimals;
  std::function<Result(const std::string&)> read;
  std::function<std::string(std::int64_t)> write;
};

template <class Amount>
Reader reader(const char* of, int decimals, std::optional<Amount> (*parse)(std::string_view)) {
  return {of, decimals,
          [parse](const std::string& text) -> Result {
            const auto amount = parse(text);
            return amount ? Result{amount->count()} : std::nullopt;
          },
          [](std::int64_t count) { return to_string(Amount{count}); }};
}

std::vector<Reader> readers() {
  return {reader("money", 2, parse_money),
          reader("price", 4, parse_unit_price),
          reader("quantity", 3, parse_quantity),
          reader("points", 0, parse_points),
          {"count", 0, [](const std::string& text) { return parse_count(text, min, max); },
           [](std::int64_t count) { return std::to_string(count); }}};
}

void add_texts(std::vector<Trial>& trials) {
  for (const auto& reader : readers()) {
    for (const auto& text : texts()) {
      const auto right = number_in(text, reader.decimals);
      trials.push_back({std::string{reader.of} + " " + text, right,
                        [reader, text] { return reader.read(text); }});
      if (!right) continue;
      trials.push_back({"written and read again: " + text, right,
                        [reader, right] { return reader.read(reader.write(*right)); }});
    }
  }
}

// nullopt where it is refused, as an amount that does not fit is.
Result unless_refused(const std::function<std::int64_t()>& action) {
  try {
    return action();
  } catch (const Error& error) {
    CHECK(error.code() == Errc::invalid_input);
    return std::nullopt;
  }
}

// Half away from zero.
Wide rounded(Wide value, std::int64_t by) {
  const Wide size = value < 0 ? -value : value;
  const Wide quotient = size / by + (size % by * 2 >= by ? 1 : 0);
  return value < 0 ? -quotient : quotient;
}

void add_sums(std::vector<Trial>& trials) {
  constexpr std::int64_t edges[] = {
      min,    min + 1, -(1LL << 53) - 1, -100'000,        -1,      0,           1,       30,
      50'000, 99'999,  (1LL << 53) - 1,  (1LL << 53) + 1, max / 2, max / 2 + 1, max - 1, max};
  for (const auto a : edges) {
    for (const auto b : edges) {
      const auto add = [&](const char* what, Wide right, std::function<std::int64_t()> action) {
        trials.push_back({std::to_string(a) + what + std::to_string(b), fitting(right),
                          [action = std::move(action)] { return unless_refused(action); }});
      };
      add(" + ", Wide{a} + b, [=] { return (Money{a} + Money{b}).count(); });
      add(" - ", Wide{a} - b, [=] { return (Points{a} - Points{b}).count(); });
      add(" x ", rounded(Wide{a} * b, 100'000),
          [=] { return line_amount(UnitPrice{a}, Quantity{b}).count(); });
    }
  }
}

}  // namespace

TEST_CASE("a number at the edge is taken exactly, in texts and sums, or refused") {
  std::vector<Trial> all;
  add_texts(all);
  add_sums(all);
  const auto count = static_cast<std::int64_t>(all.size());
  CHECK(count >= 500);
  Trials trials{"numbers at the edges", count, count};
  for (const char* what : {"exact", "refused", "bad"}) trials.tally(what, 0);
  trials.each([&](std::int64_t number, Random&) {
    const auto& trial = all.at(static_cast<std::size_t>(number));
    const auto found = trial.found();
    trials.tally(found ? "exact" : "refused");
    if (found != trial.right) trials.tally("bad");
    CHECK_MESSAGE(found == trial.right, trial.shown);
  });
  CHECK(trials.tallied("exact") >= 200);
  CHECK(trials.tallied("refused") >= 200);
}

TEST_CASE("ten thousand times 0.1 and 0.2 yuan are 3,000 yuan to the fen") {
  Money sum;
  for (int i = 0; i < 10'000; ++i) {
    sum += parse_money("0.1").value();
    sum += parse_money("0.2").value();
  }
  CHECK(to_string(sum) == "3000.00");
}

TEST_CASE("whoever reads amounts as binary fractions is found out") {
  int wrong = 0;
  for (const auto& reader : readers()) {
    for (const auto& text : texts()) {
      const auto right = number_in(text, reader.decimals);
      const double read = std::strtod(text.c_str(), nullptr) * std::pow(10, reader.decimals);
      if (right && std::abs(read) < 9e18 && std::llround(read) != *right) ++wrong;
    }
  }
  CHECK(wrong > 10);
}

}  // namespace pharmacy::test
