// `visit import` as people and scripts use it.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
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
  test::TemporaryDirectory files;

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
  const auto ran = till.import({till.file("sales.csv", good), "--format", "json"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("\"schema\": \"pharmacy.import/1\"") != std::string::npos);
  CHECK(ran.out.find("\"net_fen\": 500") != std::string::npos);
  CHECK(ran.err ==
        "columns: at=at, receipt=receipt, card=card, product=product, quantity=quantity, "
        "amount=amount\n"
        "3 rows: 3 new, 0 there already, 0 rejected, 0 blank\n"
        "imported 3 rows: 2 sales, 1 refunds, net 5.00 from sales.csv\n");
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
                     "import 3 rows: 2 sales, 1 refunds, net 5.00? [y/N] ") != std::string::npos);
  CHECK(till.receipts() == 0);
  ran = till.import({file}, {.in = "", .terminal = true});
  CHECK(ran.status == 1);
  ran = till.import({file}, {.in = "y\n", .terminal = true});
  CHECK(ran.status == 0);
  CHECK(till.receipts() == 3);
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
  ran = till.import({file, "--keep-good", "--source", "another till"});
  CHECK(ran.status == 73);
  CHECK(till.receipts() == 3);
  ran = till.import({file, "--keep-good", "--source", "another till", "--force"});
  CHECK(ran.status == 1);
  CHECK(till.receipts() == 6);
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
  auto ran = till.import({till.file("sales.csv", good), "--dry-run", "--format", "json"});
  CHECK(ran.status == 0);
  CHECK(ran.out.find("\"added\": 3") != std::string::npos);
  CHECK(ran.err.ends_with(
      "would have: imported 3 rows: 2 sales, 1 refunds, net 5.00 from sales.csv\n"));
  ran = till.import({till.file("bad.csv", one_bad), "--dry-run", "--keep-good"});
  CHECK(ran.status == 1);
  CHECK_FALSE(till.has("bad.csv.rejected.csv"));
  ran = till.import({till.file("earn.csv", good), "--dry-run", "--earn", "--format", "json"});
  CHECK(ran.out.find("\"points\": 28") != std::string::npos);
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
  CHECK(ran.err.ends_with("imported 2 products from products.csv\n"));
  ran = till.run({"product", "import", till.file("more.csv", "code,price\nA,29\n")});
  CHECK(ran.status == 65);
}
