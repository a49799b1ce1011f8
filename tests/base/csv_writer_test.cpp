#include <doctest/doctest.h>

#include "pharmacy/csv.h"
#include "support/formulas.h"

using namespace pharmacy;

TEST_CASE("a cell is quoted only where it must be") {
  CHECK(csv_cell("张伟") == "张伟");
  CHECK(csv_cell("") == "");
  CHECK(csv_cell("a b'c;d") == "a b'c;d");
  CHECK(csv_cell("a,b") == "\"a,b\"");
  CHECK(csv_cell("a\"b") == "\"a\"\"b\"");
  CHECK(csv_cell("a\nb") == "\"a\nb\"");
  CHECK(csv_cell("a\rb") == "\"a\rb\"");
}

TEST_CASE("text that a spreadsheet would run is guarded") {
  CHECK(csv_text_cell("=1+1") == "'=1+1");
  CHECK(csv_text_cell("+8613800138000") == "'+8613800138000");
  CHECK(csv_text_cell("-x") == "'-x");
  CHECK(csv_text_cell("@SUM(A1)") == "'@SUM(A1)");
  CHECK(csv_text_cell("\t=1") == "'\t=1");
  CHECK(csv_text_cell("\n=1") == "\"'\n=1\"");
  CHECK(csv_text_cell("＝1") == "'＝1");
  CHECK(csv_text_cell("＋1") == "'＋1");
  CHECK(csv_text_cell("－1") == "'－1");
  CHECK(csv_text_cell("＠1") == "'＠1");
  CHECK(csv_text_cell("=1,2") == "\"'=1,2\"");
}

TEST_CASE("numbers and ordinary text are not guarded") {
  for (const char* text : {"-12.50", "-3", "0", "12", "张伟", "a=b", "'quoted'", "O'Neil", ""}) {
    CAPTURE(text);
    CHECK(csv_text_cell(text) == text);
  }
  for (const char* text : {"-", "-.5", "-5.", "-1e5", "-1-1", "-1.2.3", "--1"}) {
    CAPTURE(text);
    CHECK(csv_text_cell(text) == "'" + std::string{text});
  }
}

TEST_CASE("whatever stands before a formula, it is guarded, and an import takes the guard off") {
  std::size_t guarded = 0;
  for (const auto& text : test::formula_texts()) {
    CAPTURE(text);
    const std::string written = csv_text_cell(text);
    CsvReader reader{written};
    const auto cells = reader.next();
    REQUIRE(cells.has_value());
    REQUIRE(cells->size() == 1);
    CHECK_FALSE(test::is_run(cells->front()));
    CHECK(without_formula_guard(cells->front()) == text);
    if (cells->front() != text) ++guarded;
  }
  CHECK(test::formula_texts().size() >= 500);
  CHECK(guarded > test::formula_texts().size() * 9 / 10);
}

TEST_CASE("numbers stay numbers, whatever stands before them") {
  for (const char* text : {"-1", " -1", "\"-1", "'-12.50", "\u3000-3", "-0.5"}) {
    CAPTURE(text);
    const std::string written = csv_text_cell(text);
    CsvReader reader{written};
    CHECK(reader.next().value().front() == text);
  }
}

TEST_CASE("a formula that nothing guards is known for one") {
  for (const char* cell : {"=1", " =1", "\"=1", "\uFEFF+1", "\u3000@x", "\tx", "＝1", "-x"})
    CHECK(test::is_run(cell));
  CHECK(test::is_run({"\0=1", 3}));
  for (const char* cell : {"'=1", "' =1", "-1", " -1", "x=1", "", " ", "张伟"})
    CHECK_FALSE(test::is_run(cell));
}

TEST_CASE("an import takes off what the export put on, and nothing else") {
  for (const char* text : {"=1+1", "'=1+1", "''=1+1", "'", "''", "'a", "-3", "'-3", "''-3", "+1",
                           "", "=", "'=", "＝x", "'＝x", "张伟", "O'Neil", "\t", "'\t"}) {
    CAPTURE(text);
    const std::string written = csv_text_cell(text);
    CsvReader reader{written};
    const auto cells = reader.next();
    CHECK(without_formula_guard(cells ? cells->front() : "") == text);
  }
  CHECK(without_formula_guard("'a") == "'a");
  CHECK(without_formula_guard("'-3") == "'-3");
}
