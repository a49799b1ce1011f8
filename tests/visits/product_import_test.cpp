#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pharmacy/catalog.h"
#include "pharmacy/error.h"
#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

namespace {

const char* const products =
    "SELECT code, name, price, unit, strength, earns_points FROM product"
    " ORDER BY code";

Lines product_rejects(Importer& i, const std::string& csv) {
  auto reading = i.t.reading();
  return test::rejects(plan_product_import(reading, csv, i.options));
}

}  // namespace

TEST_CASE("products are listed with the facts that the file has") {
  Importer i;
  const auto summary = i.run_products(
      "商品编码,商品名称,规格,单位,零售价,是否积分\n"
      "6901234567890,苯磺酸氨氯地平片,5mg*7片,盒,28.00,是\n"
      "H 0031/2,黄芪,,g,0.0350,否\n"
      "\n"
      "X1,,,,,\n");
  CHECK(summary.added == 3);
  CHECK(summary.products_created == 3);
  CHECK(summary.blank == 1);
  CHECK(i.rows(products) == Lines{"6901234567890 苯磺酸氨氯地平片 280000 盒 5mg*7片 1",
                                  "H 0031/2 黄芪 350 g - 0", "X1 X1 - - - 1"});
}

TEST_CASE("products again add nothing, and known ones get the facts that they lack") {
  Importer i;
  i.run("at,product,quantity,amount\n2026-01-05,A,1,28\n");
  CHECK(i.run_products("code,name,price\nA,阿司匹林,28\n").added == 1);
  CHECK(i.rows(products) == Lines{"A 阿司匹林 280000 - - 1"});
  const auto summary = i.run_products("code,unit\nA,盒\n");
  CHECK(summary.products_created == 0);
  CHECK(summary.completed == 1);
  CHECK(i.rows(products) == Lines{"A 阿司匹林 280000 盒 - 1"});
  const auto again = i.run_products("price,code,name\n28.00,A,阿司匹林\n,A,\n");
  CHECK(again.added == 0);
  CHECK(again.already == 2);
}

TEST_CASE("a product that is something else already is rejected") {
  Importer i;
  i.run_products("code,name,price\nA,阿司匹林,28\n");
  CHECK(product_rejects(i, "code,name,price\nA,黄芪,28\nA,阿司匹林,29\nB,黄芪,1\nB,黄芪,2\n") ==
        Lines{"2 name: A has another value already: 阿司匹林",
              "3 price: A has another value already: 28.00",
              "5 price: B has another value already: 1.00"});
}

TEST_CASE("cells of products that cannot be read name their column") {
  Importer i;
  CHECK(product_rejects(i,
                        "code,name,price,earns_points\n,x,,\nA,,28元,\nB,,-1,\nC,,,perhaps\n"
                        "D,\"a\x01\",,\nE,,6901234567890,\n6.9E+12,,,\n") ==
        Lines{"2 code: code is empty",
              "3 price: 28元 is not a price: a number with at most 4 "
              "decimals",
              "4 price: -1 is not a price: a number with at most 4 decimals",
              "5 earns_points: perhaps is neither yes nor no",
              "6 name: a\uFFFD is too long, or not a text that can be kept",
              "7 price: 6901234567890 is not a price: a number with at most 4 decimals",
              "8 code: 6.9E+12 is a number that a spreadsheet cut short: export the column as "
              "text"});
  CHECK_THROWS_AS(i.run_products("code,price\nA,1\nB,x\n"), Error);
  CHECK(i.rows("SELECT count(*) FROM product") == Lines{"0"});
  i.options.keep_good = true;
  CHECK(i.run_products("code,price\nA,1\nB,x\n").added == 1);
}

TEST_CASE(
    "a line break in a product's texts is a space, and a mark before its code is none of it") {
  Importer i;
  i.run_products("code,name,maker\n'6901,\"强力VC\r\n银翘片\",\"甲\n乙\"\n");
  CHECK(i.rows("SELECT code, name, maker FROM product") == Lines{"6901 强力VC 银翘片 甲 乙"});
}

TEST_CASE("a catalog as the programs write it comes back as it was") {
  const auto* const rows =
      "SELECT code, name, unit, price, earns_points FROM product ORDER BY code";
  const Lines expected{"A 阿司匹林 盒 280050 1", "B 黄芪 g 350 0"};
  for (const std::string csv :
       {"code,name,unit,price_e4,form,strength,maker,approval,earns_points\n"
        "A,阿司匹林,盒,280050,,,,,true\nB,黄芪,g,350,,,,,false\n",
        "\xEF\xBB\xBF"
        "code,product name,unit,price,form,strength,maker,approval number,earns points\r\n"
        "A,阿司匹林,盒,28.005,,,,,yes\r\nB,黄芪,g,0.035,,,,,no\r\n",
        "\xEF\xBB\xBF"
        "商品编码,商品名称,单位,单价,剂型,规格,生产企业,批准文号,可积分\r\n"
        "A,阿司匹林,盒,28.005,,,,,是\r\nB,黄芪,g,0.035,,,,,否\r\n"}) {
    CAPTURE(csv);
    Importer i;
    i.run_products(csv);
    CHECK(i.rows(rows) == expected);
    CHECK(i.run_products(csv).already == 2);
  }
  Importer i;
  CHECK(product_rejects(i, "code,price_e4\nA,28.00\n").size() == 1);
}
