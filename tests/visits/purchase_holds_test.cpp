// A receipt is taken whole or not at all, also where it cannot be told which one a row is of.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

namespace {

const std::string header = "at,receipt,card,product,quantity,amount\n";
const std::string by_day = "at,card,product,quantity,amount\n";

struct Keeper : Importer {
  Keeper() { options.keep_good = true; }
  Lines rejects(const std::string& csv) { return test::rejects(plan(csv)); }
};

}  // namespace

TEST_CASE("a row of another width rejects the receipt whose number it has") {
  Keeper i;
  const std::string csv = header +
                          "2026-01-05,R1,6001,A,1,28\n"
                          "2026-01-05,R1,6001\n"
                          "2026-01-05,R2,6001,A,1,28\n"
                          "2026-01-05,R3,6001,A,1,28,too,much\n"
                          "2026-01-05,R3,6001,B,1,28\n";
  CHECK(i.rejects(csv) == Lines{"2 : line 3 of the same receipt cannot be taken",
                                "3 : the row has 3 cells, the header 6",
                                "5 : the row has 8 cells, the header 6",
                                "6 : line 5 of the same receipt cannot be taken"});
  auto rejected = rejected_csv(i.plan(csv));
  CHECK(i.run(csv).added == 1);
  // Mended, both are whole.
  rejected.replace(rejected.find(",R1,6001,3,,"), 12, ",R1,6001,B,1,5,3,,");
  rejected.replace(rejected.find(",too,much"), 9, "");
  const auto summary = i.run(rejected);
  CHECK(summary.added == 4);
  CHECK(summary.sales == 2);
  CHECK(summary.rejected == 0);
}

TEST_CASE("a number that is moved by cells too much or missing before it counts too") {
  Keeper i;
  CHECK(i.rejects("at,product_name,receipt,product,quantity,amount\n"
                  "2026-01-05,a,R1,A,1,28\n"
                  "2026-01-05,b, with a comma,R1,A,1,28\n"
                  "2026-01-05,c,R2,A,1,28\n") ==
        Lines{"2 : line 3, which cannot be read, may be of the same receipt",
              "3 : the row has 7 cells, the header 6"});
}

TEST_CASE(
    "a row that ends before its number rejects the receipts beside it, or those of its card") {
  Keeper i;
  CHECK(i.rejects("card,at,product,quantity,amount,receipt\n"
                  "6001,2026-01-05,A,1,28,R1\n"
                  "6001,2026-01-07,A,1,28,R4\n"
                  "6001,2026-01-05,A\n"
                  "6002,2026-01-05,A,1,28,R2\n") ==
        Lines{"2 : line 4 of the same card cannot be read",
              "3 : line 4 of the same card cannot be read",
              "4 : the row has 3 cells, the header 6"});
  // A file that was cut short.
  CHECK(i.rejects(header + "2026-01-05,R1,6001,A,1,28\n"
                           "2026-01-05,R2,6001,A,1,28\n"
                           "2026-01-05") ==
        Lines{"3 : line 4, which cannot be read, may be of the same receipt",
              "4 : the row has 1 cell, the header 6"});
}

TEST_CASE("a ragged row neither asks for members and products nor gives its receipt a card") {
  Keeper i;
  i.options.create_members = false;
  i.options.create_products = false;
  CHECK(i.rejects(header + "2026-01-05,R1,6001,A,1\n") ==
        Lines{"2 : the row has 5 cells, the header 6"});
}

TEST_CASE("without numbers, a day that cannot be read holds back all rows of its card") {
  Keeper i;
  const std::string csv = by_day +
                          "2026-01-05,6001,A,1,28\n"
                          "2026-01-0x,6001,B,1,5\n"
                          "2026-01-06,6001,A,1,28\n"
                          "2026-01-05,6002,A,1,28\n"
                          "2026-01-0x,,A,1,28\n"
                          "2026-01-05,,A,1,28\n";
  const auto rejected = i.rejects(csv);
  REQUIRE(rejected.size() == 4);
  CHECK(rejected[0] == "2 : line 3 of the same card cannot be read");
  CHECK(rejected[1].starts_with("3 at: 2026-01-0x is not a date"));
  CHECK(rejected[2] == "4 : line 3 of the same card cannot be read");
  CHECK(rejected[3].starts_with("6 at: 2026-01-0x is not a date"));
  CHECK(i.run(csv).added == 2);
  // With a number the day does not matter.
  CHECK(i.rejects(header + "2026-01-0x,R1,6003,A,1,28\n2026-01-05,R2,6003,A,1,28\n").size() == 1);
}

TEST_CASE("without numbers, a ragged row rejects the purchases of its card on its day") {
  Keeper i;
  CHECK(i.rejects(by_day + "2026-01-05,6001,A,1,28\n"
                           "2026-01-05,6001,B,1\n"
                           "2026-01-06,6001,B,1,5\n") ==
        Lines{"2 : line 3 of the same receipt cannot be taken",
              "3 : the row has 4 cells, the header 5"});
}

TEST_CASE("without numbers, a card that cannot be read holds back what stands beside it that day") {
  Keeper i;
  const auto rejected = i.rejects(by_day +
                                  "2026-01-04,6001,A,1,28\n"
                                  "2026-01-05,60 01,B,1,5\n"
                                  "2026-01-05,6001,A,1,28\n"
                                  "2026-01-05,6002,A,1,28\n");
  REQUIRE(rejected.size() == 2);
  CHECK(rejected[0].starts_with("3 card: 60 01 is not a card's number"));
  CHECK(rejected[1] == "4 : line 3, which cannot be read, may be of the same receipt");
}
