// What a check at the counter compares: the substances of products, their classes, their pairs.
#include "visits/catalog/substances.h"

#include <doctest/doctest.h>
#include <sqlite3.h>

#include <deque>
#include <string>
#include <vector>

#include "base/substance_keys.h"
#include "pharmacy/reference.h"
#include "support/counter_store.h"
#include "vault/access.h"
#include "visits/importer.h"
#include "visits/stock.h"

using namespace pharmacy;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

namespace {

struct Shelf : Importer {
  Shelf() {
    run_products(
        "code,atc,ingredients\n"
        "AMX,J01CA04,阿莫西林\nCEF,J01DB01,\nWAR,,华法林钠\nASP,N02BA01,阿司匹林\nNIX,,\n"
        "MIX,,阿司匹林；对乙酰氨基酚\nGRP,J01C,\n");
    options.file = "table.csv";
  }
  void load(ReferenceKind kind, const std::string& csv) {
    options.edition = "1";
    auto plan = [&] {
      auto reading = t.reading();
      return plan_reference_import(reading, kind, csv, options);
    }();
    auto tx = t.begin();
    run_import(tx, plan);
    tx.commit();
  }
  visits::Substances of(const char* code) {
    auto reading = t.reading();
    auto& database = vault::database(reading);
    return visits::substances_of(database, visits::find_stocked(database, code).value().id);
  }
  // "severity a b: text" of each; "unknown" where nobody looked.
  Lines between(const char* one, const char* other) {
    const auto these = of(one);
    const auto those = of(other);
    auto reading = t.reading();
    const auto found = visits::find_interactions(vault::database(reading), these, those);
    if (!found) return {"unknown"};
    Lines all;
    for (const auto& [a, b, severity, text] : *found) {
      all.push_back(std::string{to_word(severity)} + ' ' + a + ' ' + b + ": " + text.value_or("-"));
    }
    return all;
  }
};

}  // namespace

TEST_CASE("a product's keys are its ingredients and every level of its code") {
  Shelf s;
  CHECK(s.of("AMX").keys == Lines{"a:J", "a:J01", "a:J01C", "a:J01CA", "a:J01CA04", "i:阿莫西林"});
  CHECK(s.of("GRP").keys == Lines{"a:J", "a:J01", "a:J01C"});
  CHECK(s.of("MIX").keys == Lines{"i:对乙酰氨基酚", "i:阿司匹林"});
  CHECK(!s.of("AMX").is_unknown());
  CHECK(s.of("NIX").is_unknown());
  CHECK(s.of("NIX").keys.empty());
}

TEST_CASE("a product is of the classes that have its code, a level above it, or its ingredient") {
  Shelf s;
  CHECK(!s.of("AMX").classes_are_known);
  s.load(ReferenceKind::allergens,
         "class,member,note\nPenicillins,J01C,头孢菌素类\nCephalosporins,J01D,\nNSAIDs,M01A,\n"
         "NSAIDs,N02BA,\nNSAIDs,阿司匹林,\nBeta-lactams,J01C;J01D,\n");
  const auto amoxicillin = s.of("AMX");
  CHECK(amoxicillin.classes_are_known);
  REQUIRE(amoxicillin.classes.size() == 2);
  CHECK(amoxicillin.classes[0].key == "c:beta-lactams");
  CHECK(amoxicillin.classes[1].name == "Penicillins");
  CHECK(amoxicillin.classes[1].note == "头孢菌素类");
  CHECK(amoxicillin.keys == Lines{"a:J", "a:J01", "a:J01C", "a:J01CA", "a:J01CA04",
                                  "c:beta-lactams", "c:penicillins", "i:阿莫西林"});
  // By its code and by its ingredient, but once.
  CHECK(s.of("ASP").classes.size() == 1);
  CHECK(s.of("MIX").classes.size() == 1);
  CHECK(s.of("CEF").classes.size() == 2);
  CHECK(s.of("WAR").classes.empty());
  CHECK(s.of("NIX").is_unknown());
}

TEST_CASE("two products meet by any of their keys, the worst first, in either order") {
  Shelf s;
  CHECK(s.between("WAR", "ASP") == Lines{"unknown"});
  s.load(ReferenceKind::interactions,
         "a,b,severity,text\n阿司匹林,华法林钠,major,出血\n华法林钠,N02B,minor,\n"
         "N02BA01,华法林钠,contraindicated,\nJ01C,J01C,moderate,同类\n华法林,阿司匹林,major,\n");
  const Lines expected{"contraindicated a:N02BA01 i:华法林钠: -",
                       "major i:华法林钠 i:阿司匹林: 出血", "minor a:N02B i:华法林钠: -"};
  CHECK(s.between("WAR", "ASP") == expected);
  CHECK(s.between("ASP", "WAR") == expected);
  CHECK(s.between("MIX", "WAR") == Lines{"major i:华法林钠 i:阿司匹林: 出血"});
  CHECK(s.between("AMX", "GRP") == Lines{"moderate a:J01C a:J01C: 同类"});
  CHECK(s.between("AMX", "CEF").empty());
  CHECK(s.between("NIX", "WAR").empty());
}

TEST_CASE("text names a code where it has the form of one, else an ingredient") {
  CHECK(visits::substance_key("j01c") == "a:J01C");
  CHECK(visits::substance_key(" Ａspirin ") == "i:aspirin");
  CHECK(visits::substance_key("维生素B12") == "i:维生素b12");
  CHECK(!visits::substance_key("").has_value());
  CHECK(!visits::substance_key("a\x01").has_value());
  CHECK(allergen_class_key("Penicillins") == "c:penicillins");
}

TEST_CASE("no look-up of substances walks a table") {
  Shelf s;
  s.load(ReferenceKind::allergens, "class,member\nPenicillins,J01C\n");
  s.load(ReferenceKind::interactions, "a,b,severity\nx,y,major\n");
  auto reading = s.t.reading();
  auto& database = vault::database(reading);
  const auto id = visits::find_stocked(database, "AMX").value().id;
  const auto found = visits::substances_of(database, id);
  visits::find_interactions(database, found, found);
  std::deque<std::string> plans;
  int seen = 0;
  for (auto* one = sqlite3_next_stmt(database.handle(), nullptr); one != nullptr;
       one = sqlite3_next_stmt(database.handle(), one)) {
    const std::string sql = sqlite3_sql(one);
    if (!sql.starts_with("SELECT")) continue;
    const bool is_ours = sql.find("reference_") != std::string::npos ||
                         sql.find("product_ingredient") != std::string::npos;
    if (is_ours) plans.push_back("EXPLAIN QUERY PLAN " + sql);
  }
  for (const auto& sql : plans) {
    CAPTURE(sql);
    ++seen;
    auto plan = database.prepare(sql);
    while (plan.step()) {
      const auto step = plan.get<std::string>(3);
      CAPTURE(step);
      CHECK(!step.starts_with("SCAN"));
      CHECK(step.find("USE TEMP") == std::string::npos);
    }
  }
  CHECK(seen >= 4);
}
