// The catalog and its reference tables as a person at a terminal works with them.
#include <doctest/doctest.h>

#include <fstream>

#include "pharmacy/catalog.h"
#include "support/counter_store.h"
#include "support/run.h"
#include "support/temp_dir.h"
#include "visit/visit.h"

using namespace pharmacy;
using namespace pharmacy::test;

namespace {

struct Office {
  CounterStore store;
  TempDir dir;

  Ran run(const std::vector<std::string>& words) {
    return test::run(cli::define_visit, store, words,
                     {.terminal = true, .env = {{"NO_COLOR", "1"}}});
  }
  Ran pipe(const std::vector<std::string>& words) {
    return test::run(cli::define_visit, store, words);
  }
  std::string file(const char* name, const std::string& content) {
    const auto path = dir.file(name);
    std::ofstream{path} << content;
    return path;
  }
  Product product(const char* code) {
    auto reading = store.reading();
    return get_product(reading, code);
  }
};

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The words of the command after "undo: visit ", of which only quotes around '' are known.
std::vector<std::string> undo_in(const std::string& err) {
  const std::string mark = "undo: visit ";
  const auto from = err.find(mark) + mark.size();
  std::istringstream in{err.substr(from, err.find(')', from) - from)};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word == "''" ? "" : word);
  return words;
}

}  // namespace

TEST_CASE("an edit prints the command that brings back what was there, and that does") {
  Office office;
  office.run({"product", "edit", "A", "--ingredient", "甲", "--ingredient", "乙", "--unit", "盒"});
  const auto before = office.product("A");
  const auto ran = office.run({"product", "edit", "A", "--ingredient", "丙", "--unit", "", "--atc",
                               "c08ca01", "--price", "29.5", "--no-points", "--class", "rx",
                               "--special", "ephedrine", "--days-supply", "7"});
  CHECK(ran.status == 0);
  CHECK(says(ran.err,
             "changed A 苯磺酸氨氯地平片: unit, price, earns points, ingredients, ATC code, "
             "sold as, special drug, days of supply (undo: visit product edit A"));
  CHECK(office.product("A").days_supply == 7);
  CHECK(office.product("A").ingredients == "丙");
  auto undo = undo_in(ran.err);
  REQUIRE(undo.size() > 10);
  // The quotes of a shell around two ingredients.
  for (std::size_t i = 0; i + 1 < undo.size(); ++i) {
    if (undo[i] != "'甲;") continue;
    undo[i] = "甲; 乙";
    undo.erase(undo.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
  CHECK(office.run(undo).status == 0);
  const auto after = office.product("A");
  CHECK(after.unit == before.unit);
  CHECK(after.price == before.price);
  CHECK(after.earns_points == before.earns_points);
  CHECK(after.ingredients == before.ingredients);
  CHECK(!after.atc.has_value());
  CHECK(!after.product_class.has_value());
  CHECK(!after.special.has_value());
  CHECK(!after.days_supply.has_value());
}

TEST_CASE(
    "an edit of nothing says so, opposites are refused, and a wrong word names the right one") {
  Office office;
  CHECK(says(office.run({"product", "edit", "A", "--price", "28"}).err, "nothing changed: A "));
  auto ran = office.run(
      {"product", "edit", "A", "--points", "--no-points", "--long-term", "--not-long-term"});
  CHECK(ran.status == 2);
  CHECK(says(ran.err, "--points, --no-points are opposites"));
  CHECK(says(ran.err, "--long-term, --not-long-term are opposites"));
  ran = office.run({"product", "edit", "A", "--class", "otc-a", "--days-supply", "x"});
  CHECK(ran.status == 2);
  CHECK(says(ran.err, "did you mean otc_a?"));
  CHECK(says(ran.err, "--days-supply: not a number: x"));
  ran = office.run({"product", "edit", "A", "--ingredient", ""});
  CHECK(says(ran.err, "nothing changed"));
}

TEST_CASE("a person is told which tables are not loaded") {
  Office office;
  auto ran = office.run({"reference", "list"});
  CHECK(ran.status == 0);
  CHECK(says(ran.err,
             "not loaded, so that nothing is found in them: ATC codes, interactions, "
             "contraindications, allergen classes, national list\n"));
  CHECK(says(ran.out, "NOT LOADED"));
  ran = office.pipe({"reference", "list", "--format", "csv"});
  CHECK(says(
      ran.out,
      "kind,state,edition,source,file,rows,loaded_at,loaded_by,digest\natc,not_loaded,,,,,,,\n"));
}

TEST_CASE("a table is loaded, loaded again, and replaced") {
  Office office;
  const auto first = office.file("相互作用.csv",
                                 "\xEF\xBB\xBF"
                                 "a$b$severity$text\n甲$乙$minor$\n乙$甲$major$重\n");
  const std::vector<std::string> load{"reference", "import", "interactions", first,
                                      "--edition", "2026.1", "--separator",  "$"};
  auto ran = office.pipe(load);
  CHECK(ran.status == 0);
  CHECK(says(ran.err, "line 3: 乙 with 甲 is major here, and minor before: major is kept\n"));
  CHECK(says(ran.err, "2 rows: 1 new, 0 there already, 1 said again, 0 rejected, 0 blank\n"));
  CHECK(says(ran.err, "imported 1 row of interactions 2026.1 from 相互作用.csv\n"));
  ran = office.pipe(load);
  CHECK(ran.status == 0);
  CHECK(says(ran.err, "imported nothing: all rows are there already\n"));
  const auto second = office.file("next.csv", "a,b,severity\n甲,丙,minor\n");
  ran = office.pipe({"reference", "import", "interactions", second, "--edition", "2026.1"});
  CHECK(ran.status == 4);
  ran = office.pipe({"reference", "import", "interactions", second, "--edition", "2026.2"});
  CHECK(says(ran.err, "in place of 2026.1, which has 1 row\n"));
  ran = office.pipe({"reference", "list", "--all", "--format", "tsv", "--columns",
                     "kind,state,edition,source,rows"});
  CHECK(says(ran.out,
             "interactions\tloaded\t2026.2\tnext.csv\t1\n"
             "interactions\treplaced\t2026.1\t相互作用.csv\t1\n"));
  ran = office.pipe({"reference", "import", "interactions", second});
  CHECK(ran.status == 2);
  CHECK(says(ran.err, "--edition is missing"));
  ran = office.pipe({"reference", "import", "interaction", second, "--edition", "3"});
  CHECK(says(ran.err, "did you mean interactions?"));
}

TEST_CASE("every code with another name has a line of its own, however many they are") {
  Office office;
  std::string csv = "code,name\n";
  for (int i = 0; i < 30; ++i) {
    csv += "A" + std::to_string(10 + i) + ",one\nA" + std::to_string(10 + i) + ",two\n";
  }
  const auto ran = office.pipe(
      {"reference", "import", "atc", office.file("atc.csv", csv), "--edition", "1", "--dry-run"});
  CHECK(ran.status == 0);
  for (int i = 0; i < 30; ++i) {
    CAPTURE(i);
    CHECK(says(ran.err, ": A" + std::to_string(10 + i) + " is two here; one is kept\n"));
  }
  CHECK(!says(ran.err, "more:"));
}

TEST_CASE("bad rows of a table go to a file, and nothing is loaded") {
  Office office;
  const auto path = office.file("atc.csv", "code,name\nA,a\nC8,x\n");
  auto ran = office.pipe({"reference", "import", "atc", path, "--edition", "1"});
  CHECK(ran.status == 65);
  CHECK(says(ran.err, "line 3, code: C8 is not an ATC code"));
  ran = office.pipe({"reference", "import", "atc", path, "--edition", "1", "--keep-good"});
  CHECK(ran.status == 1);
  std::ifstream rejects{path + ".rejected.csv"};
  std::string line;
  std::getline(rejects, line);
  std::getline(rejects, line);
  CHECK(line == "C8,x,3,code,C8 is not an ATC code");
}

TEST_CASE("products are completed, tried first, and what stays open is told") {
  Office office;
  office.run({"product", "edit", "A", "--approval-number", "国药准字H20020022"});
  CHECK(office.run({"product", "complete"}).status == 1);
  const auto list =
      office.file("national.csv",
                  "approval,generic_name,strength,atc\n国药准字H20020022,氨氯地平片,5mg,C08CA01\n"
                  "国药准字H20020022,氨氯地平片,10mg,C08CA01\n");
  CHECK(office.pipe({"reference", "import", "national", list, "--edition", "1"}).status == 0);
  auto ran = office.run({"product", "complete", "--dry-run"});
  CHECK(says(ran.err, "would have: filled 2 facts from the national list"));
  CHECK(!office.product("A").atc.has_value());
  ran = office.pipe({"product", "complete", "--format", "csv"});
  CHECK(ran.out ==
        "code,name,field,value\nA,苯磺酸氨氯地平片,generic_name,氨氯地平片\n"
        "A,苯磺酸氨氯地平片,strength,\nA,苯磺酸氨氯地平片,atc,C08CA01\n");
  CHECK(says(ran.err, "A 苯磺酸氨氯地平片 stays without its strength: the list has several\n"));
  CHECK(office.product("A").atc == "C08CA01");
  ran = office.run({"product", "complete"});
  CHECK(ran.status == 0);
  CHECK(says(ran.err, "nothing was filled"));
}
