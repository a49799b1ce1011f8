// What products are called that purchases bring along.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

namespace {

const std::string names_header = "at,receipt,product,product_name,quantity,amount\n";
const char* const names = "SELECT code, name FROM product ORDER BY id";

}  // namespace

TEST_CASE("a product that is made has its first name, or its code where it has none") {
  Importer i;
  const auto plan = i.plan(
      "at,product,product_name,quantity,amount\n"
      "2026-01-05,A 1/2,,1,1\n2026-01-05,A 1/2,阿司匹林,1,1\n2026-01-05,A 1/2,阿斯匹林,1,1\n"
      "2026-01-05,B,,1,1\n2026-01-06,A 1/2,阿斯匹林,1,1\n");
  CHECK(test::notices(plan) == Lines{"several_names A 1/2 2"});
  CHECK(plan.notices()[0].text == "A 1/2 is 阿司匹林, and 阿斯匹林 in 2 rows");
  i.run(
      "at,product,product_name,quantity,amount\n"
      "2026-01-05,A 1/2,,1,1\n2026-01-05,A 1/2,阿司匹林,1,1\n2026-01-05,B,,1,1\n");
  CHECK(i.rows("SELECT code, name FROM product ORDER BY id") == Lines{"A 1/2 阿司匹林", "B B"});
}

TEST_CASE("a product that was made without a name gets it from a later import") {
  Importer i;
  i.run(names_header + "2026-01-05,T1,A,,1,1\n2026-01-05,T2,B,黄芪,1,1\n");
  CHECK(i.rows(names) == Lines{"A A", "B 黄芪"});
  const auto plan =
      i.plan(names_header + "2026-01-06,T3,A,阿司匹林,1,1\n2026-01-06,T4,B,党参,1,1\n");
  CHECK(test::notices(plan) == Lines{"several_names B 1"});
  i.run(names_header + "2026-01-06,T3,A,阿司匹林,1,1\n2026-01-06,T4,B,党参,1,1\n");
  CHECK(i.rows(names) == Lines{"A 阿司匹林", "B 黄芪"});
}

TEST_CASE("a name of a row that is rejected is not taken") {
  Importer i;
  i.options.keep_good = true;
  i.run(names_header + "2026-01-05,T1,A,wrong,?,1\n2026-01-05,T2,A,阿司匹林,1,1\n");
  CHECK(i.rows(names) == Lines{"A 阿司匹林"});
}

TEST_CASE("of a code with many names three are told, and how many there are besides") {
  Importer i;
  std::string csv = names_header;
  for (int n = 1; n <= 30; ++n) {
    csv += "2026-01-05,T" + std::to_string(n) + ",A,name" + std::to_string(n) + ",1,1\n";
  }
  const auto plan = i.plan(csv);
  REQUIRE(plan.notices().size() == 1);
  CHECK(plan.notices()[0].text == "A is name1, and name2, name3 and 27 more in 29 rows");
}

TEST_CASE("line breaks and unseen characters in a name are no other name") {
  Importer i;
  const auto plan = i.plan(names_header +
                           "2026-01-05,T1,A,强力 银翘片,1,1\n"
                           "2026-01-05,T2,A,\"强力\n银翘片\",1,1\n"
                           "2026-01-05,T3,A,\uFEFF强力 银\u200B翘片,1,1\n");
  CHECK(plan.notices().empty());
}
