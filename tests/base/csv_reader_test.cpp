#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "pharmacy/csv.h"
#include "support/errors.h"

using namespace pharmacy;
using namespace pharmacy::test;

namespace {

using Row = std::vector<std::string>;

std::vector<Row> rows(std::string_view text, char separator = ',') {
  CsvReader reader{text, separator};
  std::vector<Row> all;
  while (const auto cells = reader.next()) all.emplace_back(cells->begin(), cells->end());
  CHECK(reader.offset() == text.size());
  return all;
}

// The line of every row, and its cells counted.
std::vector<std::size_t> lines(std::string_view text) {
  CsvReader reader{text};
  std::vector<std::size_t> all;
  while (reader.next()) all.push_back(reader.line());
  return all;
}

}  // namespace

static_assert(!std::is_constructible_v<CsvReader, std::string>, "the text would die first");
static_assert(std::is_constructible_v<CsvReader, const std::string&>);

TEST_CASE("rows are split at separators and line ends") {
  CHECK(rows("a,b\nc,d\n") == std::vector<Row>{{"a", "b"}, {"c", "d"}});
  CHECK(rows("a,b\nc,d") == std::vector<Row>{{"a", "b"}, {"c", "d"}});
  CHECK(rows("a,b\r\nc,d\r\n") == std::vector<Row>{{"a", "b"}, {"c", "d"}});
  CHECK(rows("a,b\r\nc,d\r") == std::vector<Row>{{"a", "b"}, {"c", "d"}});
  CHECK(rows(",\n,,\n") == std::vector<Row>{{"", ""}, {"", "", ""}});
  CHECK(rows("a;b\n", ';') == std::vector<Row>{{"a", "b"}});
  CHECK(rows("a\tb,c\n", '\t') == std::vector<Row>{{"a", "b,c"}});
  CHECK(rows(" a , b \n") == std::vector<Row>{{" a ", " b "}});
}

TEST_CASE("an empty text has no rows, a blank line is a row of one empty cell") {
  CHECK(rows("").empty());
  CHECK(rows("\xEF\xBB\xBF").empty());
  CHECK(rows("\n") == std::vector<Row>{{""}});
  CHECK(rows("a\n\nb\n") == std::vector<Row>{{"a"}, {""}, {"b"}});
  CHECK(rows("a\r\n\r\nb") == std::vector<Row>{{"a"}, {""}, {"b"}});
}

TEST_CASE("a byte order mark is not part of the first header") {
  CHECK(rows("\xEF\xBB\xBF卡号,姓名\n") == std::vector<Row>{{"卡号", "姓名"}});
  CHECK(rows("\xEF\xBB\xBF\"卡号\",姓名\n") == std::vector<Row>{{"卡号", "姓名"}});
}

TEST_CASE("quotes keep separators, line breaks and quotes") {
  CHECK(rows("\"a,b\",c\n") == std::vector<Row>{{"a,b", "c"}});
  CHECK(rows("\"a\nb\",c\n") == std::vector<Row>{{"a\nb", "c"}});
  CHECK(rows("\"a\r\nb\",c\r\n") == std::vector<Row>{{"a\r\nb", "c"}});
  CHECK(rows("\"a\"\"b\",\"\"\"\",\"\"\n") == std::vector<Row>{{"a\"b", "\"", ""}});
  CHECK(rows("\"\"\"a\"\"\"\n") == std::vector<Row>{{"\"a\""}});
  CHECK(rows("x,\"y\"") == std::vector<Row>{{"x", "y"}});
  CHECK(rows("x,\"y\"\r\n") == std::vector<Row>{{"x", "y"}});
  CHECK(rows("x,\"y\",") == std::vector<Row>{{"x", "y", ""}});
  CHECK(rows("x,\"y\",\nz") == std::vector<Row>{{"x", "y", ""}, {"z"}});
  CHECK(rows("\"\"\n") == std::vector<Row>{{""}});
}

TEST_CASE("a quote inside a bare cell is a quote") {
  CHECK(rows("5\" tube,x\n") == std::vector<Row>{{"5\" tube", "x"}});
  CHECK(rows("a,b\"c\"\r\nd") == std::vector<Row>{{"a", "b\"c\""}, {"d"}});
}

TEST_CASE("unquoted cells of one row stay where they are while others are added") {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "\"" + std::to_string(i) + "\"\"\",";
  text += "end\n\"z\"\"\"\n";
  CsvReader reader{text};
  const auto cells = reader.next();
  REQUIRE(cells.has_value());
  REQUIRE(cells->size() == 201);
  for (std::size_t i = 0; i < 200; ++i) CHECK((*cells)[i] == std::to_string(i) + "\"");
  const auto after = reader.next();
  REQUIRE(after.has_value());
  CHECK((*after)[0] == "z\"");
}

TEST_CASE("every row knows the line it begins on and its own bytes") {
  CHECK(lines("a\nb\n\nc") == std::vector<std::size_t>{1, 2, 3, 4});
  CHECK(lines("\"a\n\nb\",c\nd\n\"e\ne\"\nf") == std::vector<std::size_t>{1, 4, 5, 7});

  CsvReader reader{
      "\xEF\xBB\xBF"
      "a,b\r\n\"c\n\",\"d\"\"\"\r\ne"};
  reader.next();
  CHECK(reader.raw() == "a,b");
  reader.next();
  CHECK(reader.raw() == "\"c\n\",\"d\"\"\"");
  CHECK(reader.line() == 2);
  reader.next();
  CHECK(reader.raw() == "e");
  CHECK(reader.line() == 4);
}

TEST_CASE("a quote that never closes is refused, naming the line that opens it") {
  CHECK(message_of([] { return rows("a\nb,\"c\nd\n"); }) ==
        "line 2: a quote opens a field and nothing closes it");
  CHECK(code_of([] { return rows("\""); }) == Errc::bad_data);
  CHECK(code_of([] { return rows("\"a\"\""); }) == Errc::bad_data);
  CHECK(code_of([] { return rows("a,\"b\n\n\n"); }) == Errc::bad_data);
}

TEST_CASE("text after a closing quote is refused, naming its line") {
  CHECK(message_of([] { return rows("a\n\"b\nb\"c,d\n"); }) ==
        "line 3: text follows the quote that closes a field");
  CHECK(code_of([] { return rows("\"a\" ,b\n"); }) == Errc::bad_data);
  CHECK(code_of([] { return rows("\"a\"\rb\n"); }) == Errc::bad_data);
}

TEST_CASE("a carriage return alone is refused, naming its line") {
  CHECK(message_of([] { return rows("a\rb\rc"); }) ==
        "line 1: a carriage return without a line feed");
  CHECK(message_of([] { return rows("x\n\"q\",a\rb\n"); }) ==
        "line 2: a carriage return without a line feed");
  CHECK(code_of([] { return rows("a\r\r\nb"); }) == Errc::bad_data);
}

TEST_CASE("what csv_cell writes is read back, whatever it is") {
  std::mt19937 random{20'261'031};  // NOLINT(cert-msc51-cpp): the same rows every time
  const std::string alphabet[] = {"a", ",", "\"", "\n", "\r\n", " ", "张", "'", "=", ""};
  for (int round = 0; round < 2'000; ++round) {
    std::vector<Row> wanted(1 + random() % 4, Row(2 + random() % 3));
    std::string text;
    for (Row& row : wanted) {
      for (std::string& cell : row) {
        const std::size_t length = random() % 6;
        for (std::size_t i = 0; i < length; ++i) cell += alphabet[random() % std::size(alphabet)];
        text += (&cell == row.data() ? "" : ",") + csv_cell(cell);
      }
      text += round % 2 == 0 ? "\n" : "\r\n";
    }
    if (rows(text) != wanted) FAIL("not read back: " << text);
  }
}

TEST_CASE("no text of quotes, separators and line ends makes the reader stumble or stop short") {
  const char alphabet[] = {'a', ',', '"', '\n', '\r'};
  std::string text;
  for (int number = 0; number < 5 * 5 * 5 * 5 * 5 * 5 * 5; ++number) {
    text.clear();
    for (int rest = number, i = 0; i < 7; ++i, rest /= 5) text += alphabet[rest % 5];
    try {
      CsvReader reader{text};
      std::size_t bytes = 0;
      while (reader.next()) bytes += reader.raw().size();
      if (bytes > text.size() || reader.offset() != text.size()) FAIL("stopped short: " << text);
    } catch (const Error& error) {
      if (error.code() != Errc::bad_data) FAIL("another error: " << text);
    }
  }
}

TEST_CASE("a quote or a line break is no separator") {
  for (const char separator : {'"', '\r', '\n'}) {
    CHECK(code_of([&] {
            const std::string text = "a";
            return CsvReader{text, separator}.line();
          }) == Errc::invalid_input);
  }
}

TEST_CASE("a row has 16,384 cells at most, quoted or not") {
  for (const std::string cell : {"", "\"a\""}) {
    CAPTURE(cell);
    std::string row = "a\n" + cell;
    for (int i = 1; i < 16'384; ++i) row += ',' + cell;
    CsvReader full{row};
    static_cast<void>(full.next());
    CHECK(full.next().value().size() == 16'384);
    const std::string more = row + ",\n";
    CsvReader over{more};
    static_cast<void>(over.next());
    CHECK_THROWS_WITH_AS(over.next(), "line 2: more than 16384 cells", Error);
  }
}
