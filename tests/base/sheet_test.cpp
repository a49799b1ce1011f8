#include "base/sheet.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pharmacy/error.h"

using namespace pharmacy;

namespace {

const std::vector<SheetField> fields{
    {"at", {"购药时间", "日期"}, true}, {"amount", {"实收金额", "金额"}}, {"name", {"姓名"}}};
enum : std::size_t { at, amount, name };

// Each row's at, amount and name, joined by |, each row ended by a line feed.
std::string rows(const std::string& bytes, const SheetOptions& options = {}) {
  Sheet sheet{bytes, options, fields};
  std::string all;
  while (sheet.next()) {
    for (const auto field : {at, amount, name}) all.append(sheet.cell(field)).append("|");
    all.back() = '\n';
  }
  return all;
}

// The faults of the error that reading throws: "message / hint", each on a line.
std::string fault(const std::string& bytes, const SheetOptions& options, Errc code) {
  try {
    rows(bytes, options);
  } catch (const Error& error) {
    CHECK(error.code() == code);
    std::string text;
    for (const auto& one : error.faults()) text += one.message + " / " + one.hint + "\n";
    return text;
  }
  return "no error";
}

}  // namespace

TEST_CASE("fields take the columns of their names in any order") {
  CHECK(rows("name,at,amount\n张伟,2026-01-01,5\n") == "2026-01-01|5|张伟\n");
  CHECK(rows("at\n2026-01-01\n") == "2026-01-01||\n");
}

TEST_CASE("known Chinese headers are taken, the first of the list where there are several") {
  CHECK(rows("金额,购药时间,实收金额\n7,2026-01-01,5\n") == "2026-01-01|5|\n");
  CHECK(rows("日期,金额（元）, 姓 名\n2026-01-01,5,李娜\n") == "2026-01-01|5|李娜\n");
}

TEST_CASE("a field's own name goes before a known header") {
  CHECK(rows("金额,at,amount\n7,2026-01-01,5\n") == "2026-01-01|5|\n");
}

TEST_CASE("mapped fields take the header that is said, the others go on by themselves") {
  CHECK(rows("START,at,金额\n2026-02-02,2026-01-01,5\n", {.map = {{"at", "START"}}}) ==
        "2026-02-02|5|\n");
  CHECK(rows("at,金额\n2026-01-01,5\n", {.map = {{"amount", ""}}}) == "2026-01-01||\n");
}

TEST_CASE("headers are known whatever their case, spaces and underscores") {
  const std::vector<SheetField> some{{"unit_price", {"单价"}}, {"at", {"time"}}};
  Sheet sheet{" Unit Price ,TIME\n5,1\n", {}, some};
  REQUIRE(sheet.next());
  CHECK(sheet.cell(0) == "5");
  CHECK(sheet.cell(1) == "1");
  CHECK(sheet.column(0) == "Unit Price");
}

TEST_CASE("cells of several headers are joined by a space, empty ones left out") {
  const SheetOptions options{.map = {{"name", "FIRST+MIDDLE+LAST"}}};
  CHECK(rows("at,FIRST,MIDDLE,LAST\n1,Ann,,Lee\n2,Bo,X,Li\n3,,,\n", options) ==
        "1||Ann Lee\n2||Bo X Li\n3||\n");
  CHECK(rows("at,A+B\n1,x\n", {.map = {{"name", "A+B"}}}) == "1||x\n");
}

TEST_CASE("a set value holds for all rows, whatever the file has") {
  CHECK(rows("at,amount\n1,2\n3,4\n", {.set = {{"amount", "9"}}}) == "1|9|\n3|9|\n");
}

TEST_CASE("cells lose what spreadsheets put around them and nothing else") {
  CHECK(bare_cell("  a b\t") == "a b");
  CHECK(bare_cell("\u3000\u00A0丙\u3000") == "丙");
  CHECK(bare_cell("=\"00123\"") == "00123");
  CHECK(bare_cell("'=1+1") == "=1+1");
  CHECK(bare_cell("'it is") == "'it is");
  CHECK(bare_cell("=\"") == "=\"");
  CHECK(bare_cell(" \t ") == "");
  CHECK(bare_cell("") == "");
}

TEST_CASE("numbers that are names lose the mark that tills put before them") {
  CHECK(without_digit_guard("'6001") == "6001");
  CHECK(without_digit_guard("'A1") == "'A1");
  CHECK(without_digit_guard("'") == "'");
  CHECK(without_digit_guard("6001") == "6001");
}

TEST_CASE("a number that a spreadsheet cut short is told from others") {
  for (const char* mangled : {"6.90123E+12", "7E+15", "1.2e+3"}) CHECK(is_mangled_number(mangled));
  for (const char* other : {"6901", "E+12", "6.E+1", "66E+1", "6.9E12", "6.9E+", "6.9E+1x", ""}) {
    CAPTURE(other);
    CHECK_FALSE(is_mangled_number(other));
  }
}

TEST_CASE("line breaks and tabs inside a cell become one space") {
  CHECK(on_one_line("a\r\nb\tc") == "a b c");
  CHECK(on_one_line("a \nb") == "a b");
}

TEST_CASE("a byte order mark, CRLF and line breaks inside quotes are read") {
  CHECK(rows("\xEF\xBB\xBF"
             "at,name\r\n1,\"a\nb\"\r\n2,\"say \"\"x\"\"\"\r\n") == "1||a\nb\n2||say \"x\"\n");
}

TEST_CASE("lines are counted through line breaks in quotes and blank rows") {
  Sheet sheet{"at,name\n1,\"a\nb\"\n\n , \n2,c\n", {}, fields};
  REQUIRE(sheet.next());
  CHECK(sheet.line() == 2);
  CHECK(sheet.raw() == "1,\"a\nb\"");
  REQUIRE(sheet.next());
  CHECK(sheet.line() == 6);
  CHECK_FALSE(sheet.next());
  CHECK(sheet.blank_rows() == 2);
}

TEST_CASE("the cells of a row can be had again as they were written") {
  Sheet sheet{"at,name\n' 1,\"a\"\"\nb\"\n", {}, fields};
  REQUIRE(sheet.next());
  const auto raw = sheet.raw();
  CHECK_FALSE(sheet.next());
  CHECK(sheet.cells_of(raw) == std::vector<std::string>{"' 1", "a\"\nb"});
}

TEST_CASE("rows of another width and empty required cells are faults of the row") {
  Sheet sheet{"at,金额\n1\n1,2,3\n,2\n1,2\n", {}, fields};
  const auto next_faults = [&] {
    REQUIRE(sheet.next());
    std::string text;
    for (const auto& one : sheet.faults()) text += one.column + ": " + one.message;
    return text;
  };
  CHECK(next_faults() == ": the row has 1 cell, the header 2");
  CHECK(sheet.is_ragged());
  CHECK(next_faults() == ": the row has 3 cells, the header 2");
  CHECK(next_faults() == "at: at is empty");
  CHECK(next_faults() == "");
  CHECK(sheet.column(amount) == "金额");
  CHECK(sheet.column(name) == "name");
  CHECK(sheet.taken(fields) == std::vector<FieldSetting>{{"at", "at"}, {"amount", "金额"}});
}

TEST_CASE("of a ragged row the cells are where they are, or moved by what is missing or too much") {
  Sheet sheet{"x,at,amount\n1,2\n1,,2,3\n", {}, fields};
  REQUIRE(sheet.next());
  CHECK(sheet.has_cell(at));
  CHECK_FALSE(sheet.has_cell(amount));
  CHECK(sheet.cell(at) == "2");
  CHECK(sheet.shifted_cell(at) == "1");
  CHECK(sheet.shifted_cell(amount) == "2");
  REQUIRE(sheet.next());
  CHECK(sheet.shifted_cell(at) == "2");
  CHECK(sheet.shifted_cell(amount) == "3");
  CHECK(sheet.shifted_cell(name) == "");
}

TEST_CASE("the line, column and error of rejected rows are no cells of theirs") {
  Sheet sheet{
      "at,金额,line,column,error\n"
      "1,2,7,金额,wrong\n"
      "1,8,,short\n"
      "1,2,3,9,,long\n"
      "1,2,,,\n",
      {},
      fields};
  CHECK(sheet.header() == std::vector<std::string>{"at", "金额"});
  REQUIRE(sheet.next());
  CHECK(sheet.faults().empty());
  CHECK(sheet.cells_of(sheet.raw()) == std::vector<std::string>{"1", "2"});
  REQUIRE(sheet.next());
  CHECK(sheet.faults()[0].message == "the row has 1 cell, the header 2");
  CHECK(sheet.cells_of(sheet.raw()) == std::vector<std::string>{"1"});
  REQUIRE(sheet.next());
  CHECK(sheet.faults()[0].message == "the row has 3 cells, the header 2");
  REQUIRE(sheet.next());
  CHECK(sheet.faults().empty());
}

TEST_CASE("a rejected row of another width that a spreadsheet filled up is still one") {
  Sheet sheet{
      "at,金额,line,column,error,\n"
      "1,8,,short,,\n"
      "1,2,3,9,,long\n"
      "1,2,7,金额,wrong,\n",
      {},
      fields};
  for (int i = 0; i < 2; ++i) {
    REQUIRE(sheet.next());
    CHECK(sheet.is_ragged());
    CHECK(sheet.faults()[0].message ==
          "the row's line, column and error stand in other columns than theirs");
  }
  REQUIRE(sheet.next());
  CHECK(sheet.faults().empty());
}

TEST_CASE("a field that is required by the user may be empty in no row") {
  Sheet sheet{"at,name\n1,\n", {.require = {"name"}}, fields};
  REQUIRE(sheet.next());
  REQUIRE(sheet.faults().size() == 1);
  CHECK(sheet.faults()[0].column == "name");
}

TEST_CASE("GB18030 is read when it is said, and suggested when it is not") {
  const std::string bytes = "at,\xD0\xD5\xC3\xFB\n1,\xD5\xC5\xCE\xB0\n";  // 姓名, 张伟
  CHECK(rows(bytes, {.encoding = "gb18030"}) == "1||张伟\n");
  CHECK(fault(bytes, {}, Errc::bad_data) ==
        "line 1: the text is not utf-8 / looks like GB18030, try --encoding gb18030\n");
  CHECK(fault("at\n\xFF\n", {}, Errc::bad_data) == "line 2: the text is not utf-8 / \n");
  CHECK(fault(bytes, {.encoding = "latin-1"}, Errc::invalid_input) ==
        "unknown encoding latin-1 / the encodings are utf-8 and gb18030\n");
}

TEST_CASE("a mark of UTF-8 counts more than the encoding that is said, and UTF-8 is noticed") {
  const std::string utf8 = "at,姓名\n1,张伟\n";
  CHECK(rows("\xEF\xBB\xBF" + utf8, {.encoding = "gb18030"}) == "1||张伟\n");
  CHECK(fault(utf8, {.encoding = "gb18030"}, Errc::bad_data) ==
        "the text is not gb18030 / looks like UTF-8; leave --encoding out\n");
  CHECK(rows("at\n1\n", {.encoding = "gb18030"}) == "1||\n");
}

TEST_CASE("files of spreadsheets and UTF-16 are called what they are") {
  const std::string workbook =
      "this is an Excel workbook: save it as CSV UTF-8 / the spreadsheet's "
      "menu has it below “save as”; then import the .csv file\n";
  CHECK(fault("PK\x03\x04xxxx", {}, Errc::bad_data) == workbook);
  CHECK(fault("\xD0\xCF\x11\xE0\xA1", {.encoding = "gb18030"}, Errc::bad_data) == workbook);
  const std::string utf16 =
      "the text is UTF-16: save it as UTF-8 / spreadsheets call it “CSV UTF-8”\n";
  CHECK(fault("\xFF\xFE" + std::string("a\0t\0", 4), {}, Errc::bad_data) == utf16);
  CHECK(fault(std::string("a\0t\0\n\0", 6), {}, Errc::bad_data) == utf16);
}

TEST_CASE("a separator that would break the rows is refused") {
  for (const char separator : {'"', '\n', '\r'}) {
    CHECK(fault("at\n1\n", {.separator = separator}, Errc::invalid_input) ==
          "neither a quote nor a line break can stand between cells / the separator is a character "
          "such as , or ; or the word tab\n");
  }
}

TEST_CASE("a first row of which nothing is known is one fault") {
  CHECK(fault("2026-01-05,T1,5\n2026-01-05,T2,5\n", {}, Errc::bad_data) ==
        "no column is known: 2026-01-05, T1, 5 / the first row must name the columns; say which is "
        "which with --map FIELD=HEADER\n");
}

TEST_CASE("of fields that are as good as each other one must have a column") {
  const std::vector<SheetField> some{
      {"at", {}, true}, {"amount", {}, false, true}, {"unit_price", {}, false, true}};
  const auto wrong = [&](const std::string& csv, const SheetOptions& options) {
    try {
      Sheet{csv, options, some};
    } catch (const Error& error) {
      return std::string{error.what()} + " / " + error.faults()[0].hint;
    }
    return std::string{};
  };
  CHECK(wrong("at,x\n", {}) ==
        "no column is known for any of the fields amount, unit_price / say which one it is with "
        "--map amount=HEADER; the columns are: at, x");
  CHECK(wrong("at,unit_price\n", {}) == "");
  CHECK(wrong("at\n", {.set = {{"amount", "1"}}}) == "");
}

TEST_CASE("faults of the header are all reported, and its columns listed once") {
  CHECK(fault("x,y\n", {.map = {{"name", "FRIST"}}}, Errc::bad_data) ==
        "no column is called FRIST / \n"
        "no column is known for the field at / say which one it is with --map at=HEADER, or "
        "--set at=VALUE for all rows; the columns are: x, y\n");
  CHECK(fault("at,amount,at\n", {}, Errc::bad_data) ==
        "the header at is there twice: columns 1 and 3 / rename one of them in the file\n");
  CHECK(fault("at,x,x\n1,2,3\n", {}, Errc::bad_data) == "no error");
  CHECK(fault("at\n", {.require = {"name"}}, Errc::bad_data) ==
        "no column is known for the field name / say which one it is with --map name=HEADER, or "
        "--set name=VALUE for all rows; the columns are: at\n");
}

TEST_CASE("faults of the options are all reported") {
  const SheetOptions options{
      .map = {{"nmae", "x"}, {"at", "x"}}, .set = {{"at", "1"}}, .require = {"fee"}};
  CHECK(fault("at,x\n", options, Errc::invalid_input) ==
        "no field is called nmae / did you mean name?\n"
        "the field at is given twice / give each field one --map or one --set\n"
        "no field is called fee / the fields are: at, amount, name\n");
}

TEST_CASE("a file that is empty or cut at another separator says so") {
  CHECK(fault("", {}, Errc::bad_data) ==
        "the file is empty / its first row must name the columns\n");
  CHECK(fault("\n\n", {}, Errc::bad_data) ==
        "the file is empty / its first row must name the columns\n");
  CHECK(fault("at;amount\n", {}, Errc::bad_data) ==
        "the first row has one column only / try --separator ';'\n");
  CHECK(fault("at\tamount\n", {}, Errc::bad_data) ==
        "the first row has one column only / try --separator 'tab'\n");
  CHECK(rows("at\tamount\n1\t2\n", {.separator = '\t'}) == "1|2|\n");
}

TEST_CASE("progress is told in bytes and ends with all of them") {
  std::string bytes = "at\n";
  for (int i = 0; i < 400'000; ++i) bytes += "123456\n";
  std::vector<std::int64_t> told;
  Sheet sheet{bytes, {}, fields, [&](std::int64_t done, std::int64_t total) {
                CHECK(total == static_cast<std::int64_t>(bytes.size()));
                told.push_back(done);
              }};
  while (sheet.next()) {
  }
  CHECK(told.size() >= 3);
  CHECK(told.size() <= 6);
  CHECK(told.back() == static_cast<std::int64_t>(bytes.size()));
}
