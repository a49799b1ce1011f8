// visit counsel and visit advice, as pharmacists use them.
#include <doctest/doctest.h>

#include "cli/command.h"
#include "pharmacy/text.h"
#include "slip_till.h"
#include "visit/printer.h"

namespace pharmacy::test {

namespace {

struct CounselTill : SlipTill {
  CounselTill() {
    REQUIRE(visit({"advice", "set", "A", "--dose", "每次1片（5mg），一日1次", "--times",
                   "早餐后，每天同一时间", "--avoid", "勿与西柚汁同服；妊娠期、低血压者禁用",
                   "--note", "漏服不可加倍"})
                .status == 0);
    REQUIRE(visit({"buy", "6001", "A=2@28.00#B2291", "H=12.5"}).status == 0);
  }
};

}  // namespace

TEST_CASE("the slip of what was told is text of 48 columns or of 32") {
  CounselTill t;
  const Ran told = t.visit({"counsel", "add", "--receipt", "1", "--format", "table"});
  CHECK(told.status == 0);
  CHECK(told.err.find("nothing is kept to be told of H: say it with --product H") !=
        std::string::npos);
  CHECK(told.err.find("undo: visit counsel void 1 --reason typing") != std::string::npos);
  REQUIRE(t.visit({"counsel", "add", "6001", "--receipt", "1", "--product", "H", "--dose", "每次9g",
                   "--note", "先煎"})
              .status == 0);
  std::string all;
  for (const char* width : {"48", "32"}) {
    const Ran shown = t.visit({"counsel", "slip", "--receipt", "1", "--width", width});
    CHECK(shown.status == 0);
    CHECK(widest(shown.out, display_width) <= static_cast<std::size_t>(std::atoi(width)));
    all += shown.out + '\n';
  }
  check_golden("counsel_slips.golden.txt", all);
  CHECK(t.visit({"counsel", "slip", "1", "2"}).out ==
        t.visit({"counsel", "slip", "--receipt", "1"}).out);
  CHECK(t.visit({"counsel", "slip", "1", "--width", "40"}).status == 2);
  CHECK(t.visit({"counsel", "slip"}).status == 2);
  CHECK(t.visit({"counsel", "slip", "9"}).status == 1);
}

TEST_CASE("a mistake is on no slip") {
  CounselTill t;
  REQUIRE(t.visit({"counsel", "add", "--receipt", "1"}).status == 0);
  REQUIRE(t.visit({"counsel", "void", "1", "--reason", "录错"}).status == 0);
  CHECK(t.visit({"counsel", "slip", "1"}).status == 1);
  CHECK(t.visit({"counsel", "void", "1", "--reason", "录错"}).status == 3);
  CHECK(t.visit({"counsel", "show", "1"}).out.find("录错") != std::string::npos);
}

TEST_CASE("what was told to several people is on no slip together") {
  CounselTill t;
  REQUIRE(t.visit({"counsel", "add", "--receipt", "1"}).status == 0);
  REQUIRE(t.visit({"counsel", "add", "-", "--note", "多喝水"}).status == 0);
  CHECK(t.visit({"counsel", "slip", "1", "2"}).status == 2);
  CHECK(t.visit({"counsel", "slip", "2"}).out.find("No member") != std::string::npos);
}

TEST_CASE("a slip is printed once it is recorded, and what is recorded stands without a printer") {
  CounselTill t;
  CHECK(t.visit({"counsel", "add", "--receipt", "1", "--print"}).status == 78);
  CHECK(t.visit({"counsel", "list", "--format", "csv"}).out.find('\n') + 1 ==
        t.visit({"counsel", "list", "--format", "csv"}).out.size());
  t.print_to_paper(32);
  REQUIRE(t.visit({"counsel", "add", "--receipt", "1", "--print"}).status == 0);
  const std::string slip = t.visit({"counsel", "slip", "1", "--width", "32"}).out;
  CHECK(bytes_of(t.paper()) == cli::printer_bytes(slip));
  t.put_printer("printer = \"false\"\n");
  const Ran stands = t.visit({"counsel", "add", "--receipt", "1", "--print"});
  CHECK(stands.status == 0);
  CHECK(stands.err.find("print it with: visit counsel slip 2 --print") != std::string::npos);
}

TEST_CASE("a dry run tells nobody, and whom it is told has to be said") {
  CounselTill t;
  CHECK(t.visit({"counsel", "add", "--receipt", "1", "--dry-run"}).status == 0);
  CHECK(t.visit({"counsel", "show", "1"}).status == 1);
  CHECK(t.visit({"counsel", "add", "--product", "A"}).status == 2);
  CHECK(t.visit({"advice", "set", "A"}).status == 2);
}

TEST_CASE("advice is listed, and set once") {
  CounselTill t;
  CHECK(t.visit({"advice", "list", "--format", "tsv"}).out.find("每次1片（5mg）") !=
        std::string::npos);
  CHECK(t.visit({"advice", "set", "A", "--note", "漏服不可加倍"}).err.find("nothing changed") !=
        std::string::npos);
  CHECK(t.visit({"advice", "list", "missing"}).status == 1);
}

}  // namespace pharmacy::test
