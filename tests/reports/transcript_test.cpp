// What `report` prints, whole: commands and their output as in report.golden.txt beside this file.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "report/report.h"
#include "reports/ledger.h"
#include "support/run.h"

using namespace pharmacy;
using namespace pharmacy::test;

namespace {

const Date last{std::chrono::year{2026} / 10 / 31};

Ledger small_month() {
  Ledger ledger{.products = 3};
  ledger.members = {{.id = 1, .joined = last - std::chrono::days{400}},
                    {.id = 2, .joined = last - std::chrono::days{5}}};
  ledger.facts = {{.member = 1, .fact = "region", .value = "310115"},
                  {.member = 1, .fact = "city_size", .value = "super_large"}};
  ledger.receipts = {
      {.id = 1,
       .member = 1,
       .day = last - std::chrono::days{40},
       .lines = {{.product = 1, .quantity = 1000, .amount = 2800}}},
      {.id = 2,
       .member = 1,
       .day = last,
       .lines = {{.product = 1, .quantity = 2000, .amount = 5600},
                 {.product = 2, .quantity = 500, .amount = 1235}},
       .payments = {{PaymentKind::wechat, 6835}}},
      {.id = 3,
       .member = 2,
       .day = last,
       .lines = {{.product = 3, .quantity = 1000, .amount = 123456}},
       .payments = {{PaymentKind::insurance_personal, 120000}, {PaymentKind::cash, 3456}},
       .staff_name = "李娜"},
      {.id = 4,
       .kind = ReceiptKind::refund,
       .member = 1,
       .day = last,
       .lines = {{.product = 1, .quantity = 1000, .amount = 2800}},
       .payments = {{PaymentKind::wechat, 2800}},
       .reason = "quality"},
      {.id = 5, .day = last, .lines = {{.product = 2, .quantity = 1000, .amount = 2470}}}};
  const Date start = last - std::chrono::days{40};
  ledger.lots = {{.member = 1,
                  .kind = "earn",
                  .earned_on = start,
                  .expires_on = start + std::chrono::days{20},
                  .points = 28},
                 {.member = 1,
                  .kind = "earn",
                  .earned_on = last,
                  .expires_on = last + std::chrono::days{426},
                  .points = 68}};
  ledger.debits = {{.member = 1, .kind = "revoke", .day = last, .points = 28, .of_lot = 1}};
  ledger.allocations = {{.debit = 0, .lot = 1, .points = 28, .day = last}};
  return ledger;
}

// The commands with their output, as a person would see them one after the other.
std::string transcript() {
  TestStore store{"2026-10-31"};
  put(store, small_month());
  const auto on_terminal = [](int columns) {
    Surroundings around;
    around.terminal = true;
    around.columns = columns;
    around.rows = 500;
    return around;
  };
  const std::vector<std::pair<std::vector<std::string>, Surroundings>> commands{
      {{"monthly", "this-month"}, on_terminal(80)},
      {{"monthly", "this-month"}, on_terminal(60)},
      {{"daily"}, on_terminal(80)},
      {{"daily"}, on_terminal(60)},
      {{"monthly", "2026-10-30..2026-10-31", "--format", "json"}, {}},
      {{"monthly", "2026-10-30..2026-10-31", "--format", "csv"}, {}},
      {{"monthly", "2026-10-30..2026-10-31"}, {}},
      {{"daily", "--format", "json"}, {}},
      {{"daily", "--format", "csv"}, {}},
      {{"daily", "2026-10-30", "--format", "csv"}, {}},
      {{"quality"}, on_terminal(80)},
      {{"quality"}, on_terminal(60)},
      {{"quality", "--format", "json"}, {}},
      {{"quality", "2026-09", "--format", "csv"}, {}},
      {{"quality", "someday"}, {}},
      {{"region"}, on_terminal(80)},
      {{"region", "--by", "city_size"}, on_terminal(60)},
      {{"region", "--by", "province", "--format", "json"}, {}},
      {{"monthly", "October"}, {}},
      {{"monthly"}, {}},
      {{"daily", "2026-13-01"}, {}},
      {{"monthly", "2000..2026"}, {}}};
  std::string text;
  for (const auto& [args, around] : commands) {
    text += "$ report";
    for (const auto& arg : args) text += ' ' + arg;
    if (around.terminal) text += "  # on a terminal of " + std::to_string(around.columns);
    const auto ran = run(cli::report, store, args, around);
    text += '\n' + ran.out + ran.err;
    if (ran.status != 0) text += "[" + std::to_string(ran.status) + "]\n";
    text += '\n';
  }
  // The MAC of the access log is another each time.
  return std::regex_replace(text, std::regex{"[0-9]+:[0-9a-f]{32}"}, "N:MAC");
}

}  // namespace

TEST_CASE("report prints what its transcript says") {
  const std::string path = PHARMACY_GOLDEN_DIR "/report.golden.txt";
  const auto actual = transcript();
  if (std::getenv("PHARMACY_UPDATE_GOLDEN") != nullptr) std::ofstream{path} << actual;
  std::ostringstream expected;
  expected << std::ifstream{path}.rdbuf();
  CHECK(actual == expected.str());
}
