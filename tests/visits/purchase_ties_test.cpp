// Which sale an imported refund takes back, in whatever order the file has them.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

namespace {

const std::string ties_header = "at,receipt,card,product,quantity,amount\n";

}  // namespace

TEST_CASE("an export with the newest rows first ties its refunds") {
  Importer i;
  const auto summary = i.run(ties_header +
                             "2026-01-05 15:00,T3,6001,A,-1,-10\n"
                             "2026-01-05 09:00,T2,6001,A,1,10\n"
                             "2026-01-04 09:00,T1,6001,A,1,10\n");
  CHECK(summary.untied_refunds == 0);
  CHECK(i.receipts() == Lines{"sale 6001 2026-01-04T09:00:00 1000 / A 1000 1000",
                              "sale 6001 2026-01-05T09:00:00 1000 / A 1000 1000",
                              "refund 6001 2026-01-05T15:00:00 1000 / A 1000 1000>2.1"});
}

TEST_CASE("where the rows have days only, every sale of the day is earlier, wherever it stands") {
  Importer i;
  const auto summary = i.run(ties_header +
                             "2026-01-05,T3,6001,A,-1,-10\n"
                             "2026-01-05,T2,6001,A,1,10\n"
                             "2026-01-06,T4,6001,A,1,10\n");
  CHECK(summary.untied_refunds == 0);
  CHECK(i.receipts()[1] == "refund 6001 2026-01-05T00:00:00 1000 / A 1000 1000>1.1");
  CHECK(i.rows("SELECT r.reference, s.reference FROM receipt r JOIN receipt s"
               " ON s.id = r.refund_of") == Lines{"T3 T2"});
  CHECK(i.t.store().check().empty());
}

TEST_CASE("a refund of a day takes back what the till sold at a time of that day") {
  Importer i;
  i.run(ties_header + "2026-01-05 09:00,T1,6001,A,1,10\n");
  CHECK(i.run(ties_header + "2026-01-05,T2,6001,A,-1,-10\n").untied_refunds == 0);
}

TEST_CASE("a sale of a later time is not earlier, wherever it stands") {
  Importer i;
  CHECK(i.run(ties_header + "2026-01-05 15:00,T2,6001,A,1,10\n"
                            "2026-01-05 09:00,T3,6001,A,-1,-10\n")
            .untied_refunds == 1);
}

TEST_CASE("two receipts of one time may each take back what the other sold") {
  Importer i;
  i.options.earn = true;
  const auto summary = i.run(ties_header +
                             "2026-01-05,T1,6001,A,1,10\n2026-01-05,T1,6001,B,-1,-20\n"
                             "2026-01-05,T2,6001,B,1,20\n2026-01-05,T2,6001,A,-1,-10\n");
  CHECK(summary.untied_refunds == 0);
  CHECK(i.receipts() == Lines{"sale 6001 2026-01-05T00:00:00 1000 / A 1000 1000",
                              "sale 6001 2026-01-05T00:00:00 2000 / B 1000 2000",
                              "refund 6001 2026-01-05T00:00:00 2000 / B 1000 2000>2.1",
                              "refund 6001 2026-01-05T00:00:00 1000 / A 1000 1000>1.1"});
  CHECK(summary.points == Points{30});
  CHECK(i.t.store().check().empty());
}

TEST_CASE("without numbers, a purchase and its refund above it on one day are tied") {
  Importer i;
  const auto summary = i.run(
      "at,card,product,quantity,amount\n"
      "2026-01-05 15:00,6001,A,-1,-10\n2026-01-05 09:00,6001,A,1,10\n");
  CHECK(summary.untied_refunds == 0);
  CHECK(i.receipts() == Lines{"sale 6001 2026-01-05T15:00:00 1000 / A 1000 1000",
                              "refund 6001 2026-01-05T15:00:00 1000 / A 1000 1000>1.1"});
}
