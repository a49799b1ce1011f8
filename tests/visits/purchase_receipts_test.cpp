#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pharmacy/error.h"
#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

namespace {

const std::string receipts_header = "at,receipt,card,product,quantity,amount\n";

}  // namespace

TEST_CASE("a refund line takes back the newest earlier line with enough left") {
  Importer i;
  const auto summary = i.run(receipts_header +
                             "2026-01-01,T1,6001,A,5,50\n"
                             "2026-01-02,T2,6001,A,2,20\n"
                             "2026-01-03,T3,6001,A,-1,-10\n"  // of T2
                             "2026-01-04,T4,6001,A,-2,-20\n"  // T2 has 1 left: of T1
                             "2026-01-05,T5,6001,A,-1,-10\n"  // of T2
                             "2026-01-06,T6,6001,A,-4,-40\n"  // T1 has 3 left: untied
                             "2026-01-07,T7,6002,A,-1,-10\n"  // another's: untied
                             "2026-01-08,T8,,A,-1,-10\n"      // a stranger's: untied
                             "2026-01-09,T9,6001,A,9,90\n");  // later
  CHECK(i.rows("SELECT r.reference, (SELECT s.reference FROM receipt s WHERE s.id = r.refund_of)"
               " FROM receipt r WHERE r.kind = 'refund' ORDER BY r.id") ==
        Lines{"T3 T2", "T4 T1", "T5 T2", "T6 -", "T7 -", "T8 -"});
  CHECK(summary.refunds == 6);
  CHECK(summary.untied_refunds == 3);
  CHECK(summary.anonymous == 1);
  CHECK(summary.net == Money{16'000 - 10'000});
}

TEST_CASE("a refund line takes back what an earlier import or the till sold") {
  Importer i;
  i.run(receipts_header + "2026-01-01,T1,6001,A,2,20\n2026-01-02,T2,6001,A,1,10\n");
  const auto summary = i.run(receipts_header +
                             "2026-01-03,T3,6001,A,-2,-20\n"
                             "2026-01-03,T4,6001,A,-1,-10\n"
                             "2026-01-03,T5,6001,A,-1,-10\n");
  CHECK(i.receipts()[2] == "refund 6001 2026-01-03T00:00:00 2000 / A 2000 2000>1.1");
  CHECK(i.receipts()[3] == "refund 6001 2026-01-03T00:00:00 1000 / A 1000 1000>2.1");
  CHECK(i.receipts()[4] == "refund 6001 2026-01-03T00:00:00 1000 / A 1000 1000");
  CHECK(summary.untied_refunds == 1);
}

TEST_CASE("more money than a line took goes back without more than it having come back") {
  Importer i;
  i.run(receipts_header + "2026-01-01,T1,6001,A,2,20\n2026-01-02,T2,6001,A,-1,-25\n");
  CHECK(i.receipts()[1] == "refund 6001 2026-01-02T00:00:00 2500 / A 1000 2500>1.1");
  CHECK(i.rows("SELECT amount FROM line_return") == Lines{"2000"});
  CHECK(i.t.store().check().empty());
}

TEST_CASE("positive and negative rows of one receipt become one sale and one refund") {
  Importer i;
  const auto summary = i.run(receipts_header +
                             "2026-01-01,T1,6001,A,2,20\n"
                             "2026-01-05,T2,6001,B,1,5\n"
                             "2026-01-05,T2,6001,A,-1,-10\n"
                             "2026-01-05,T2,6001,B,-1,-5\n"  // what this receipt itself sold
                             "2026-01-05,T2,6001,C,1,7\n");
  CHECK(i.receipts() == Lines{"sale 6001 2026-01-01T00:00:00 2000 / A 2000 2000",
                              "sale 6001 2026-01-05T00:00:00 1200 / B 1000 500 / C 1000 700",
                              "refund 6001 2026-01-05T00:00:00 1500 / A 1000 1000>1.1 / "
                              "B 1000 500>2.1"});
  // It takes back two sales, so it is of neither.
  CHECK(i.rows("SELECT refund_of FROM receipt WHERE kind = 'refund'") == Lines{"-"});
  CHECK(summary.sales == 2);
  CHECK(summary.refunds == 1);
}

TEST_CASE("the same rows again add nothing, in other columns, order, encoding and files") {
  Importer i;
  const std::string csv =
      "at,receipt,card,product,product_name,quantity,amount\n"
      "2026-01-05 10:00,T1,6001,A,阿司匹林,1,28.00\n"
      "2026-01-05 10:01,T1,6001,B,黄芪,1,5\n"
      "2026-01-05,,6002,A,,1,28.00\n"
      "2026-01-05,,,A,,1,28.00\n"
      "2026-01-05,,,A,,1,28.00\n";
  CHECK(i.run(csv).added == 5);
  const auto before = i.receipts();
  auto again = i.run(csv);
  CHECK(again.added == 0);
  CHECK(again.already == 5);

  again = i.run(
      "数量,金额,商品名称,商品编码,会员卡号,小票号,时间\r\n"
      "1,28,,A,,,2026-01-05T00:00:00\r\n"
      "1.000,5.00,黄芪,B,6001,T1,2026-01-05 10:01:00\r\n"
      "1,28,,A,,,2026-01-05\r\n"
      "1,28,,A,6002,,2026-01-05\r\n"
      "1,\"28.0\",阿司匹林,A,6001,T1,2026-01-05T02:00:00Z\r\n");
  CHECK(again.added == 0);
  CHECK(again.already == 5);

  i.options.sheet.encoding = "gb18030";
  again = i.run(
      "at,receipt,card,product,product_name,quantity,amount\n"
      "2026-01-05 10:00,T1,6001,A,\xB0\xA2\xCB\xBE\xC6\xA5\xC1\xD6,1,28.00\n"
      "2026-01-05 10:01,T1,6001,B,\xBB\xC6\xDC\xCE,1,5\n");
  CHECK(again.already == 2);
  i.options.sheet.encoding = "utf-8";

  // A third equal row of a stranger is one more sale; another source is another till.
  again = i.run(
      "at,product,quantity,amount\n2026-01-05,A,1,28\n2026-01-05,A,1,28\n"
      "2026-01-05,A,1,28\n");
  CHECK(again.already == 2);
  CHECK(again.added == 1);
  CHECK(i.receipts().size() == before.size() + 1);
  i.options.source = "till-2";
  CHECK(i.run(csv).added == 5);
}

TEST_CASE("a receipt that is there already with other rows is bad") {
  Importer i;
  i.run(receipts_header + "2026-01-05,T1,6001,A,1,28\n2026-01-05,,6002,A,1,28\n");
  const auto plan = i.plan(receipts_header +
                           "2026-01-05,T1,6001,A,1,28\n"
                           "2026-01-05,T1,6001,B,1,5\n"
                           "2026-01-05,,6002,A,2,56\n"
                           "2026-01-06,T2,6002,A,2,56\n");
  CHECK(test::rejects(plan) ==
        Lines{"2 : the receipt T1 is there already, with other rows",
              "3 : the receipt T1 is there already, with other rows",
              "4 : the purchases of card 6002 on 2026-01-05 are there already, with other rows"});
  CHECK(plan.summary().added == 1);
}

TEST_CASE("a bad row rejects its whole receipt, and the good receipts are taken if asked") {
  Importer i;
  const std::string csv = receipts_header +
                          "2026-01-05,T1,6001,A,1,28\n"
                          "2026-01-05,T2,6001,A,one,28\n"
                          "2026-01-05,T1,6001,B,1,x\n"
                          "2026-01-05,T3,6002,A,1,28\n"
                          "2026-01-05,T1,6001,C,1,3\n";
  const Lines expected{"2 : line 4 of the same receipt cannot be taken",
                       "3 quantity: one is not a quantity: a number with at most 3 decimals",
                       "4 amount: x is not an amount",
                       "6 : line 4 of the same receipt cannot be taken"};
  CHECK(test::rejects(i.plan(csv)) == expected);
  CHECK_THROWS_AS(i.run(csv), Error);
  CHECK(i.receipts().empty());
  CHECK(i.rows("SELECT count(*) FROM member") == Lines{"0"});

  i.options.keep_good = true;
  const auto summary = i.run(csv);
  CHECK(summary.added == 1);
  CHECK(summary.rejected == 4);
  CHECK(i.receipts() == Lines{"sale 6002 2026-01-05T00:00:00 2800 / A 1000 2800"});
  CHECK(i.rows("SELECT code FROM product") == Lines{"A"});
}

TEST_CASE("rejected rows can be mended and imported again") {
  Importer i;
  i.options.keep_good = true;
  const std::string csv =
      "at,receipt,product,quantity,amount,备注\n"
      "2026-01-05,T1,A,1,28.00,\" a \"\"b\"\"\"\n"
      "2026-01-05,T2,A,1,28.00,'=x\n"
      "2026-01-05,T1,A,?,28.00,\n"
      "2026-01-05,T4\n"
      "2026-01-05,T5,A,1,28.00,,more\n";
  auto plan = i.plan(csv);
  std::string rejected = rejected_csv(plan);
  CHECK(rejected ==
        "\xEF\xBB\xBF"
        "at,receipt,product,quantity,amount,备注,line,column,error\n"
        "2026-01-05,T1,A,1,28.00,\" a \"\"b\"\"\",2,,line 4 of the same receipt cannot be taken\n"
        "2026-01-05,T1,A,?,28.00,,4,quantity,"
        "? is not a quantity: a number with at most 3 decimals\n"
        "2026-01-05,T4,5,,\"the row has 2 cells, the header 6\"\n"
        "2026-01-05,T5,A,1,28.00,,more,6,,\"the row has 7 cells, the header 6\"\n");
  i.run(csv);
  rejected.replace(rejected.find('?'), 1, "2");
  rejected.replace(rejected.find(",more"), 5, "");
  CHECK(i.run(rejected).added == 3);  // T1 whole, and T5
  CHECK(i.run(csv).already == 1);
}

TEST_CASE("rejected rows of another width that nobody mended are rejected again, as they were") {
  Importer i;
  i.options.keep_good = true;
  const std::string csv =
      "at,receipt,product,quantity,amount,staff,note\n"
      "2026-01-05,T1,A,1,28.00\n"
      "2026-01-05,T2,A,1,28.00,李娜,,more\n";
  const auto first = rejected_csv(i.plan(csv));
  const auto again = i.plan(first);
  CHECK(test::rejects(again) == Lines{"2 : the row has 5 cells, the header 7",
                                      "3 : the row has 8 cells, the header 7"});
  CHECK(rejected_csv(again) == first);
}

TEST_CASE("rejected rows are written for the options that read their file") {
  Importer i;
  i.options.keep_good = true;
  i.options.sheet.separator = ';';
  i.options.sheet.encoding = "gb18030";
  const auto rejected =
      rejected_csv(i.plan("at;product;quantity;amount;x\n2026-01-05;A;\xD2\xBB;28,00;\"a;b\"\n"));
  CHECK(rejected ==
        "\xEF\xBB\xBF"
        "at;product;quantity;amount;x;line;column;error\n"
        "2026-01-05;A;一;\"28,00\";\"a;b\";2;quantity;"
        "一 is not a quantity: a number with at most 3 decimals\n");
  CHECK(test::rejects(i.plan(rejected)) ==
        Lines{"2 quantity: 一 is not a quantity: a number with at most 3 decimals"});
}

TEST_CASE("a receipt has one card") {
  Importer i;
  auto plan = i.plan(receipts_header + "2026-01-05,T1,6001,A,1,28\n2026-01-05,T1,6002,B,1,5\n");
  CHECK(test::rejects(plan) == Lines{"2 : line 3 of the same receipt cannot be taken",
                                     "3 card: the receipt T1 has another card on line 2"});
  // Tills often write it on one of the rows only.
  i.run(receipts_header + "2026-01-05,T1,,A,1,28\n2026-01-05,T1,6002,B,1,5\n");
  CHECK(i.receipts() == Lines{"sale 6002 2026-01-05T00:00:00 3300 / A 1000 2800 / B 1000 500"});
}

TEST_CASE("a receipt whose rows are of several days is remarked on") {
  Importer i;
  const auto plan =
      i.plan(receipts_header + "2026-01-05,T1,6001,A,1,28\n2026-01-06,T1,6001,B,1,5\n");
  CHECK(test::notices(plan) == Lines{"several_days 2 2"});
  CHECK(plan.notices()[0].text.ends_with("join columns: --map receipt=at+receipt)"));
}

TEST_CASE("a receipt whose rows are of several months is bad: its number began anew") {
  Importer i;
  const std::string csv =
      "时间,流水号,商品编码,数量,金额\n2026-01-31,1,A,1,28\n2026-02-01,1,B,1,5\n";
  CHECK(
      test::rejects(i.plan(csv)) ==
      Lines{"2 : line 3 of the same receipt cannot be taken",
            "3 流水号: the receipt 1 is of another month on line 2; where numbers begin anew, join "
            "columns: --map receipt=时间+流水号"});
  i.options.sheet.map = {{"receipt", "时间+流水号"}};
  CHECK(i.run(csv).sales == 2);
}
