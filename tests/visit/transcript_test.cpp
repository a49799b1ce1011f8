// What `visit` prints, whole: commands and their output as in visit.golden.txt beside this file.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "pharmacy/members.h"
#include "support/run.h"
#include "visit/visit.h"
#include "support/counter_store.h"

using namespace pharmacy;
using namespace pharmacy::test;

namespace {

using Words = std::vector<std::string>;

// A command, with what is typed where it asks; without `columns` no terminal is there.
struct Command {
  Words words;
  int columns = 0;
  std::string typed = {};
};

const std::vector<Command>& catalog() {
  static const std::vector<Command> commands{
      {{"product", "add", "6901234567890", "阿莫西林胶囊", "--price", "12.50", "--unit", "盒",
        "--strength", "0.25g×24", "--maker", "某药厂"},
       80},
      {{"product", "add", "６９０１２３４５６７８９０", "阿莫西林胶囊"}},
      {{"product", "add", "Q1", "--price", "-1", "--unit", "一二三四五六七八"}},
      {{"product", "add", "Q1", "--price", "1.23456"}},
      {{"product", "add"}},
      {{"product", "show", "6901234567890"}, 80},
      {{"product", "show", "6901234567890", "--format", "json"}},
      {{"product", "show", "690123456789"}},
      {{"product", "list"}, 80},
      {{"product", "list", "--limit", "2"}, 60},
      {{"product", "list", "--limit", "2", "--after", "A", "--format", "csv"}},
      {{"product", "list", "zz"}, 80},
      {{"product", "list", "--limit", "0"}}};
  return commands;
}

const std::vector<Command>& sales() {
  static const std::vector<Command> commands{
      {{"buy", "6001", "A=2@28.00#B1", "H=12.5", "--pay", "wechat=20", "--pay", "现金"}, 80},
      {{"buy", "6001", "A", "--pay", "points=0.50", "--pay", "cash", "--dry-run"}, 80},
      {{"buy", "6001", "A", "--pay", "points=0.50", "--pay", "cash", "--format", "table"}, 80},
      {{"buy", "-", "--item", "B", "--qty", "3", "--expiry", "2027-05", "--discount", "1",
        "--channel", "phone", "--format", "json"}},
      {{"buy", "M1", "N", "--on", "yesterday", "--pay", "card", "--format", "csv"}},
      {{"buy", "6001", "B", "--pay", "cash=10", "--pay", "wechat"}, 80},
      {{"buy", "6001"}, 80, "A\nnothing\n－\nB=2\n\n"},
      {{"buy", "6001"}, 80, "A\n"},
      {{"buy", "6001"}}};
  return commands;
}

// One for each kind of value that cannot be taken.
const std::vector<Command>& bad_sales() {
  static const std::vector<Command> commands{
      {{"buy", "M1", "N", "--channel", "z", "--discount", "6", "--on", "2027-01-01"}},
      {{"buy", "M99", "nosuch", "nosuch2"}},
      {{"buy", "M99", "A", "--channel", "phnoe"}},
      {{"buy", "6001", "A=01", "A=1.2345", "--pay", "wehcat", "--pay", "cash=0.355", "--pay",
        "cash=0"}},
      {{"buy", "6001", "A", "--pay", "gold"}},
      {{"buy", "6001", "A", "--pay", "cash=1"}},
      {{"buy", "6001", "A", "--pay", "cash", "--pay", "card"}},
      {{"buy", "6001", "A", "--pay", "points=9", "--pay", "cash"}},
      {{"buy", "-", "A", "--pay", "points"}},
      {{"buy", "6001", "F"}},
      {{"buy", "6001", "--qty", "2"}},
      {{"buy", "6001", "--item", "A", "--qty", "9999999999999"}},
      {{"buy", "6001", "--item", "A", "--qty", "1", "--qty", "2"}},
      {{"buy", "6001", "--item", "A", "--qty", "0", "--price", "-1", "--batch", "", "--days-supply",
        "4000"}},
      {{"buy", "6001", "--item", "A", "--expiry", "2027-13", "--price", "x"}},
      {{"buy", "6001", "A@999999999999"}},
      {{"buy", "6001", "A", "--on", "tomorrow"}},
      {{"buy", "6001", "A", "--on", "1899-12-31"}},
      {{"buy", "6001", "A", "--on", "2026-01-01"}},
      {{"buy", "6001", "A", "--on", "yesterday 18:05", "--pay", "points=0.01", "--pay", "cash"}},
      {{"buy", "6001", "A", "--today", "2026-02-01"}},
      {{"buy", "6001", "A", "--colour"}},
      {{"sell", "6001", "A"}}};
  return commands;
}

const std::vector<Command>& refunds_and_lists() {
  static const std::vector<Command> commands{
      {{"refund", "1"}, 80},
      {{"refund", "1"}},
      {{"refund", "1", "1", "--all"}},
      {{"refund", "1", "1=3", "--reason", "quality"}},
      {{"refund", "1", "9", "--reason", "quality"}},
      {{"refund", "1", "x", "1=0", "--reason", "quality"}},
      {{"refund", "99", "--all", "--reason", "quality"}},
      {{"refund", "1", "1=1", "--dry-run"}, 80, "quality\n"},
      {{"refund", "1", "1=1", "--reason", "quality"}, 80},
      {{"refund", "1", "2", "--reason", "typing", "--format", "json"}},
      {{"refund", "1", "2", "--reason", "typing"}},
      {{"refund", "7", "--all", "--reason", "typing"}},
      {{"show", "1"}, 80},
      {{"show", "1"}, 60},
      {{"show", "7"}, 80},
      {{"show", "1", "--format", "json"}},
      {{"show", "99"}},
      {{"show", "M1"}},
      {{"list"}, 80},
      {{"list"}, 60},
      {{"list", "--limit", "2"}, 80},
      {{"list", "--limit", "2", "--before", "6", "--format", "csv"}},
      {{"list", "6001", "--period", "yesterday", "--format", "jsonl"}},
      {{"list", "--period", "2025"}, 80},
      {{"list", "--columns", "id,paid_by"}, 80},
      {{"list", "--limit", "0"}},
      {{"list", "M9", "--period", "someday"}},
      {{"list", "M9"}},
      {{"list", "--before", "99"}}};
  return commands;
}

std::string run_all(TestStore& store, const std::vector<Command>& commands) {
  std::string text;
  for (const auto& [words, columns, typed] : commands) {
    text += "$ visit";
    for (const auto& word : words) text += ' ' + (word.empty() ? "''" : word);
    Surroundings around;
    around.in = typed;
    around.terminal = columns > 0;
    around.columns = columns;
    around.rows = 500;
    around.env = {{"NO_COLOR", "1"}};
    if (around.terminal) text += "  # on a terminal of " + std::to_string(columns);
    const auto ran = run(cli::define_visit, store, words, around);
    text += '\n' + ran.out + ran.err;
    if (!text.ends_with('\n')) text += '\n';
    if (ran.status != 0) text += "[" + std::to_string(ran.status) + "]\n";
    text += '\n';
  }
  return text;
}

// The commands with their output, as a person would see them one after the other.
std::string transcript() {
  CounterStore store{"2026-03-10"};
  std::string text;
  for (const auto* part : {&catalog(), &sales(), &bad_sales(), &refunds_and_lists()}) {
    text += run_all(store, *part);
  }
  return text;
}

}  // namespace

TEST_CASE("visit prints what its transcript says") {
  const std::string path = PHARMACY_GOLDEN_DIR "/visit.golden.txt";
  const auto actual = transcript();
  if (std::getenv("PHARMACY_UPDATE_GOLDEN") != nullptr) std::ofstream{path} << actual;
  std::ostringstream expected;
  expected << std::ifstream{path}.rdbuf();
  CHECK(actual == expected.str());
}
