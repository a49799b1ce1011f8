// `visit import` as people and scripts use it.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "support/run.h"
#include "visit/visit.h"

using namespace pharmacy;
using pharmacy::test::Ran;
using pharmacy::test::TestStore;

namespace {

struct Till {
  TestStore t{"2026-03-01"};
  test::TempDir files;

  std::string file(const std::string& name, const std::string& bytes) {
    const auto path = files.path() / name;
    test::put_bytes(path, bytes);
    return path.string();
  }
  [[nodiscard]] bool has(const std::string& name) const {
    return std::filesystem::exists(files.path() / name);
  }
  Ran run(std::vector<std::string> args, test::Surroundings around = {}) {
    return test::run(cli::define_visit, t, args, std::move(around));
  }
  Ran import(std::vector<std::string> args, test::Surroundings around = {}) {
    args.insert(args.begin(), "import");
    args.insert(args.end(), {"--create-members", "--create-products"});
    return run(std::move(args), std::move(around));
  }
  std::size_t receipts() {
    const auto listed = run({"list", "--format", "jsonl"}).out;
    return static_cast<std::size_t>(std::count(listed.begin(), listed.end(), '\n'));
  }
};

const std::string good =
    "at,receipt,card,product,quantity,amount\n"
    "2026-01-05,T1,6001,A,1,28.00\n"
    "2026-01-05,T2,6001,A,-1,-28.00\n"
    "2026-01-06,T3,,B,1,5.00\n";
const std::string one_bad = good + "2026-01-07,T4,6001,A,?,28.00\n";

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string told(const Till& till, std::string text) {
  const std::string folder = till.files.path().string() + '/';
  for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
    text.erase(at, folder.size());
  }
  return text;
}

}  // namespace

TEST_CASE("a script imports without a question and gets the summary as data") {
  Till till;
  const auto file = till.file("sales.csv", good);
  const auto ran = till.import({file, "--format", "json"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("\"schema\":\"pharmacy.import/1\"") != std::string::npos);
  CHECK(ran.out.find("\"net_fen\":500") != std::string::npos);
  CHECK(ran.err ==
        "columns: at=at, receipt=receipt, card=card, product=product, quantity=quantity, "
        "amount=amount\n"
        "3 rows: 3 new, 0 there already, 0 rejected, 0 blank\n"
        "with 1 new member, 2 new products, 1 receipt of non-members\n"
        "imported 3 rows: 2 sales, 1 refund, net 5.00 from sales.csv\n");
  CHECK(till.receipts() == 3);

  const auto again = till.import({till.file("sales.csv", good)});
  CHECK(again.status == 0);
  CHECK(
      again.err.ends_with("3 rows: 0 new, 3 there already, 0 rejected, 0 blank\n"
                          "imported nothing: all rows are there already\n"));
  CHECK(till.receipts() == 3);
}

TEST_CASE("on a terminal a person is asked after the summary, and no is no") {
  Till till;
  const auto file = till.file("sales.csv", good);
  auto ran = till.import({file}, {.in = "n\n", .terminal = true});
  CHECK(ran.status == 1);
  CHECK(ran.err.find("3 rows: 3 new, 0 there already, 0 rejected, 0 blank\n"
                     "with 1 new member, 2 new products, 1 receipt of non-members\n"
                     "import 3 rows: 2 sales, 1 refund, net 5.00? [y/N] nothing was changed\n") !=
        std::string::npos);
  CHECK(till.receipts() == 0);
  ran = till.import({file}, {.in = "", .terminal = true});
  CHECK(ran.status == 1);
  ran = till.import({file}, {.in = "y\n", .terminal = true});
  CHECK(ran.status == 0);
  CHECK(till.receipts() == 3);
  CHECK(count_of(ran.err, "3 rows: 3 new") == 1);
}

TEST_CASE(
    "on a terminal no line is wider than it, and rejected rows are shown before the question") {
  Till till;
  std::string csv = "at,receipt,product,quantity,amount,a column that nobody needs,another one\n";
  for (int i = 0; i < 25; ++i) csv += "2026-01-07,T" + std::to_string(i) + ",A,?,1,,\n";
  csv += "2026-01-07,T99,A,1,1,,\n";
  const auto ran = till.import({till.file("sales.csv", csv), "--keep-good"},
                               {.in = "y\n", .terminal = true, .columns = 60});
  CHECK(ran.status == 1);
  std::istringstream lines{ran.err};
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    const bool is_path = line.find('/') != std::string::npos;  // has no space to break at
    CHECK((line.size() <= 60 || is_path));
  }
  CHECK(ran.err.find("not taken: a column that nobody needs, another one\n") != std::string::npos);
  CHECK(ran.err.find("line 2, quantity: ? is not a quantity") != std::string::npos);
  CHECK(ran.err.find("and 5 more rows\n") != std::string::npos);
}

TEST_CASE("one bad row stops the import with 65, names line and column, and writes nothing") {
  Till till;
  const auto ran = till.import({till.file("sales.csv", one_bad)});
  CHECK(ran.status == 65);
  CHECK(ran.out == "");
  CHECK(ran.err ==
        "visit import: line 5, quantity: ? is not a quantity: a number with at most 3 decimals\n"
        "nothing was imported; mend the rows, or take the others with --keep-good\n");
  CHECK(till.receipts() == 0);
  CHECK_FALSE(till.has("sales.csv.rejected.csv"));
}

TEST_CASE("many bad rows are counted, and the first ones shown") {
  Till till;
  std::string csv = "at,product,quantity,amount\n";
  for (int i = 0; i < 1'500; ++i) csv += "2026-01-07,A,?,1\n";
  const auto ran = till.import({till.file("sales.csv", csv)});
  CHECK(ran.status == 65);
  CHECK(ran.err.find("and 1480 more rows\n") != std::string::npos);
  CHECK(std::count(ran.err.begin(), ran.err.end(), '\n') == 22);
}

TEST_CASE("the good rows are taken where that is asked, and the bad ones put beside the file") {
  Till till;
  const auto file = till.file("sales.csv", one_bad);
  auto ran = till.import({file, "--keep-good"});
  CHECK(ran.status == 1);
  CHECK(told(till, ran.err).find("the rejected rows are in sales.csv.rejected.csv\n") !=
        std::string::npos);
  CHECK(ran.err.find("line 5, quantity") == std::string::npos);  // they are in the file
  CHECK(till.receipts() == 3);
  const auto rejects = till.files.path() / "sales.csv.rejected.csv";
  CHECK(test::bytes_of(rejects) ==
        "at,receipt,card,product,quantity,amount,line,column,error\n"
        "2026-01-07,T4,6001,A,?,28.00,5,quantity,? is not a quantity: a number with at most 3 "
        "decimals\n");
  struct stat status {};
  REQUIRE(stat(rejects.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);

  // A file that is there stays, and then nothing happens.
  for (const auto* dry : {"--no-input", "--dry-run"}) {
    ran = till.import({file, "--keep-good", "--source", "another till", dry});
    CHECK(ran.status == 73);
    CHECK(told(till, ran.err)
              .ends_with("visit import: sales.csv.rejected.csv exists already\n"
                         "name another file with --rejects, or replace this one with --force\n"));
  }
  CHECK(till.receipts() == 3);
  ran = till.import({file, "--keep-good", "--source", "another till", "--force"});
  CHECK(ran.status == 1);
  CHECK(till.receipts() == 6);
}

TEST_CASE("the file that is imported cannot take its rejected rows") {
  Till till;
  const auto file = till.file("sales.csv", one_bad);
  std::filesystem::create_symlink(file, till.files.path() / "link.csv");
  for (const auto& rejects : {file, (till.files.path() / "link.csv").string()}) {
    const auto ran = till.import({file, "--keep-good", "--rejects", rejects, "--force"});
    CHECK(ran.status == 2);
    CHECK(ran.err ==
          "visit import: --rejects names the file that is imported\n"
          "the rejected rows need a file of their own\n");
  }
  CHECK(test::bytes_of(file) == one_bad);
}

TEST_CASE("a repetition of an import tells what the first one told, and nothing else") {
  Till till;
  const auto file = till.file("sales.csv", one_bad);
  const std::vector<std::string> args{file, "--keep-good", "--op", "import-1"};
  const auto first = till.import(args);
  CHECK(first.status == 1);
  const auto again = till.import(args);
  CHECK(again.status == 1);
  CHECK(again.err == first.err);
  CHECK(again.out == first.out);
  CHECK(till.receipts() == 3);
}

TEST_CASE("an import of nothing says why") {
  Till till;
  const auto end_of = [&](const std::string& csv, std::vector<std::string> more = {}) {
    more.insert(more.begin(), till.file("sales.csv", csv));
    more.insert(more.end(), {"--rejects", "-"});
    const auto err = till.import(more).err;
    const auto last = err.rfind('\n', err.size() - 2) + 1;
    return err.substr(last, err.size() - last - 1);
  };
  const std::string header = "at,receipt,product,quantity,amount\n";
  CHECK(end_of(header) == "imported nothing: the file has no rows below its header");
  CHECK(end_of(header + ",,,,\n\n") == "imported nothing: all rows are blank");
  CHECK(end_of(header + "2026-01-07,T1,A,?,1\n", {"--keep-good"}) ==
        "imported nothing: all rows were rejected");
  till.import({till.file("first.csv", header + "2026-01-07,T1,A,1,1\n")});
  CHECK(end_of(header + "2026-01-07,T1,A,1,1\n") == "imported nothing: all rows are there already");
  CHECK(end_of(header + "2026-01-07,T1,A,1,1\n2026-01-07,T2,A,?,1\n", {"--keep-good"}) ==
        "imported nothing: the rows that were not rejected are there already");
}

TEST_CASE("the file of rejects is imported with the options of the first, mended or not") {
  Till till;
  const auto file = till.file("sales.csv",
                              "at,receipt,product,product_name,quantity,amount\n"
                              "2026-01-07,T1,A,\xD2\xBB,?,1\n2026-01-07,T2,A\n");
  CHECK(till.import({file, "--keep-good", "--encoding", "gb18030"}).status == 1);
  const auto rejects = file + ".rejected.csv";
  auto ran = till.import({rejects, "--encoding", "gb18030"});
  CHECK(ran.status == 65);
  CHECK(ran.err.find("line 3: the row has 3 cells, the header 6\n") != std::string::npos);
  auto text = test::bytes_of(rejects);
  text.replace(text.find('?'), 1, "1");
  text.replace(text.find("T2,A,"), 5, "T2,A,,1,1,");
  ran = till.import({till.file("mended.csv", text), "--encoding", "gb18030"});
  CHECK(ran.status == 0);
  CHECK(ran.err.find("not taken") == std::string::npos);
  CHECK(till.receipts() == 2);
}

TEST_CASE("sales that earned nothing, so long ago, are told") {
  Till till;
  const auto ran = till.import({till.file("sales.csv",
                                          "at,receipt,card,product,quantity,amount\n"
                                          "2020-01-05,T1,6001,A,1,28.00\n"
                                          "2020-01-06,T2,6001,A,1,28.00\n"
                                          "2026-01-05,T3,6001,A,1,28.00\n"),
                                "--earn", "--format", "json"});
  CHECK(ran.out.find("\"points\":28") != std::string::npos);
  CHECK(ran.err.find("line 2 and others, 2 in all: the points of the sale would have ended by now: "
                     "it earned none\n") != std::string::npos);
}

TEST_CASE("remarks of a kind are told up to twenty, and the others counted") {
  Till till;
  std::string csv = "at,receipt,product,product_name,quantity,amount\n";
  for (int i = 0; i < 200; ++i) {
    csv += fmt::format("2026-01-07,T{0},A{1},name{2},1,1\n", i, i / 2, i % 2);
  }
  const auto ran = till.import({till.file("sales.csv", csv)});
  CHECK(ran.err.find("A0 is name0, and name1 in 1 row\n") != std::string::npos);
  CHECK(count_of(ran.err, " is name0, and ") == 20);
  CHECK(ran.err.find("and 80 more: rows with another name for a code\n") != std::string::npos);
}

TEST_CASE("through pipes the rows come in and the rejected ones go out") {
  Till till;
  auto ran = till.import({"-", "--keep-good"}, {.in = one_bad});
  CHECK(ran.status == 2);
  CHECK(ran.err ==
        "visit import: --keep-good needs a place for the rows it leaves out\n"
        "name it with --rejects FILE, or --rejects - for standard output\n");
  ran = till.import({"-", "--keep-good", "--rejects", "-"}, {.in = one_bad});
  CHECK(ran.status == 1);
  CHECK(ran.out ==
        "at,receipt,card,product,quantity,amount,line,column,error\n"
        "2026-01-07,T4,6001,A,?,28.00,5,quantity,? is not a quantity: a number with at most 3 "
        "decimals\n");
  CHECK(till.receipts() == 3);
}

TEST_CASE("a dry run says what would happen, ends as the real one, and changes nothing") {
  Till till;
  const auto file = till.file("sales.csv", good);
  auto ran = till.import({file, "--dry-run", "--format", "json"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("\"added\":3") != std::string::npos);
  CHECK(ran.err.ends_with(
      "would have: imported 3 rows: 2 sales, 1 refund, net 5.00 from sales.csv\n"));
  ran = till.import({till.file("bad.csv", one_bad), "--dry-run", "--keep-good"});
  CHECK(ran.status == 1);
  CHECK(ran.err.find("line 5, quantity: ? is not a quantity: a number with at most 3 decimals\n") !=
        std::string::npos);
  CHECK_FALSE(till.has("bad.csv.rejected.csv"));
  ran = till.import({till.file("earn.csv", good), "--dry-run", "--earn", "--format", "json"});
  CHECK(ran.out.find("\"points\":28") != std::string::npos);
  CHECK(till.receipts() == 0);
}

TEST_CASE("what is wrong with the command or the file has its own status") {
  Till till;
  const auto file = till.file("sales.csv", good);
  CHECK(till.import({"/nonexistent/sales.csv"}).status == 66);
  CHECK(till.import({}).status == 2);
  auto ran = till.import({file, "--map", "amuont=amount"});
  CHECK(ran.status == 2);
  CHECK(ran.err == "visit import: no field is called amuont\ndid you mean amount?\n");
  CHECK(till.import({file, "--map", "amount"}).status == 2);
  ran = till.import({file, "--map", "batch=LOT"});
  CHECK(ran.status == 65);
  CHECK(ran.err.starts_with("visit import: no column is called LOT\n"));
  ran = till.import({till.file("gb.csv", "at,\xD0\xD5\xC3\xFB\n")});
  CHECK(ran.status == 65);
  CHECK(ran.err ==
        "visit import: line 1: the text is not utf-8\n"
        "looks like GB18030, try --encoding gb18030\n");
  CHECK(till.import({file, "--encoding", "latin-1"}).status == 2);
  CHECK(till.import({file, "--separator", "\""}).status == 2);
  CHECK(till.import({file, "--at-format", "%Q"}).status == 2);
  CHECK(till.import({file, "--at-format", ""}).status == 2);
  CHECK(till.import({"/dev/zero"}).status == 66);
  CHECK(till.import({file, "--require", "staff"}).status == 65);
  CHECK(till.receipts() == 0);
}

TEST_CASE("columns can be named, set, required, cut and dated on the command line") {
  Till till;
  const auto ran = till.import(
      {till.file("sales.tsv", "WANN\tWAS\tWIEVIEL\tPREIS\n05/01/2026 Mo\tA\t2\t28.00\n"),
       "--separator", "tab", "--map", "at=WANN", "--map", "product=WAS", "--map",
       "quantity=WIEVIEL", "--map", "unit_price=PREIS", "--set", "payment=wechat", "--set",
       "card=6001", "--at-format", "%d/%m/%Y *", "--require", "card"});
  CHECK(ran.status == 0);
  CHECK(ran.err.find("columns: at=WANN, product=WAS, quantity=WIEVIEL, unit_price=PREIS\n") !=
        std::string::npos);
  const auto shown = till.run({"show", "1", "--format", "json"}).out;
  CHECK(shown.find("wechat") != std::string::npos);
  CHECK(shown.find("5600") != std::string::npos);
}

TEST_CASE("a catalog is imported by the same rules") {
  Till till;
  auto ran = till.run({"product", "import",
                       till.file("products.csv", "code,name,price\nA,阿司匹林,28\nB,黄芪,0.35\n")});
  CHECK(ran.status == 0);
  CHECK(told(till, ran.err).ends_with("imported 2 products from products.csv\n"));
  ran = till.run({"product", "import", till.file("more.csv", "code,price\nA,29\n")});
  CHECK(ran.status == 65);
  ran = till.run({"product", "import", till.file("unit.csv", "code,unit\nA,盒\nC,瓶\n")});
  CHECK(told(till, ran.err)
            .ends_with("2 rows: 1 new, 1 completed, 0 there already, 0 rejected, "
                       "0 blank\n"
                       "imported 1 new and 1 completed products from unit.csv\n"));
}

TEST_CASE("a catalog that the programs wrote is taken as it was") {
  for (const auto* form : {"--format=csv", "--excel"}) {
    CAPTURE(form);
    Till till;
    till.run({"product",
              "add",
              "A",
              "阿司匹林",
              "--price",
              "28.005",
              "--unit",
              "盒",
              "--approval-number",
              "国药准字H20020022",
              "--no-points",
              "--generic-name",
              "阿司匹林",
              "--ingredient",
              "阿司匹林;氧化镁",
              "--atc",
              "n02ba",
              "--class",
              "otc_b",
              "--special",
              "ephedrine",
              "--days-supply",
              "10",
              "--long-term"});
    const auto written = till.run({"product", "list", form}).out;
    const auto ran = till.run({"product", "import", till.file("products.csv", written)});
    CHECK(ran.status == 0);
    CHECK(ran.err.find("1 row: 0 new, 1 there already") != std::string::npos);
    CHECK(ran.err.find("not taken") == std::string::npos);
  }
}
