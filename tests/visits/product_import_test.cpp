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
  CHECK(i.run_products("code,unit\nA,盒\n").products_created == 0);
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
                        "D,\"a\nb\",,\n") ==
        Lines{"2 code: code is empty",
              "3 price: 28元 is not a price: a number with at most 4 "
              "decimals",
              "4 price: -1 is not a price: a number with at most 4 decimals",
              "5 earns_points: perhaps is neither yes nor no",
              "6 name: a\uFFFDb is too long, or not a text that can be kept"});
  CHECK_THROWS_AS(i.run_products("code,price\nA,1\nB,x\n"), Error);
  CHECK(i.rows("SELECT count(*) FROM product") == Lines{"0"});
  i.options.keep_good = true;
  CHECK(i.run_products("code,price\nA,1\nB,x\n").added == 1);
}
