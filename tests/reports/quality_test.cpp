// How well what staff enter is kept.
#include <doctest/doctest.h>

#include <string>

#include "pharmacy/imports.h"
#include "pharmacy/members.h"
#include "pharmacy/merge.h"
#include "pharmacy/reports.h"
#include "pharmacy/rights.h"
#include "report/report.h"
#include "reports/quality_desk.h"
#include "support/errors.h"
#include "support/plans.h"
#include "support/run.h"
#include "vault/access.h"

using namespace pharmacy;
using namespace pharmacy::test;

TEST_CASE("what was entered counts for whoever did so, and what became of it too") {
  Desk desk;
  CHECK(desk.report("2026-03-01", "2026-03-31") == Texts{"all: 0/0 - 0/0 - 0/0 - 0"});
  const MemberId first = desk.add(1, {.name = "张伟",
                                      .card = "6001",
                                      .phone = "13800138000",
                                      .sex = Sex::male,
                                      .birth = on_day("1980-01-01"),
                                      .address = "解放路 1 号"});
  desk.add(2, {.name = "王丽", .phone = "13800138001", .source = FactSource::web});
  CHECK(desk.report("2026-03-01", "2026-03-01") == Texts{"chenjing: 1/1 100% 2/0 0% 5/0 0% 0",
                                                         "liuyang: 1/1 45% 1/1 100% 2/0 0% 0",
                                                         "all: 2/2 72% 3/1 33% 7/0 0% 0"});
  // A day later one puts right what the other wrote; cards are no facts.
  desk.t.set_day("2026-03-02");
  desk.edit(2, first, {.name = "张炜", .add_card = "6002", .birth = ""});
  CHECK(desk.report("2026-03-01", "2026-03-01") == Texts{"chenjing: 1/1 80% 2/0 0% 5/2 40% 0",
                                                         "liuyang: 1/1 45% 1/1 100% 2/0 0% 0",
                                                         "all: 2/2 62% 3/1 33% 7/2 28% 0"});
  CHECK(desk.report("2026-03-02", "2026-03-02") ==
        Texts{"liuyang: 0/0 - 0/0 - 1/0 0% 0", "all: 0/0 - 0/0 - 1/0 0% 0"});
  // Of a fact that is told later the first value is no correction, the second is.
  desk.edit(1, first, {.region = "310101"});
  desk.edit(1, first, {.region = "310102"});
  CHECK(desk.report("2026-03-02", "2026-03-02").front() == "chenjing: 0/0 - 0/0 - 2/1 50% 0");
  // What was verified a year ago is stale.
  desk.t.set_day("2027-03-01");
  CHECK(desk.report("2026-03-01", "2026-03-01").front() == "chenjing: 1/1 65% 2/2 100% 5/2 40% 0");
}

TEST_CASE("a second file counts for whoever opened it, and histories that are one for nobody") {
  Desk desk;
  const MemberId first = desk.add(1, {.name = "张伟"});
  const MemberId second = desk.add(2, {.name = "张炜"});
  const MemberId third = desk.add(2, {.name = "章伟"});
  // Whichever of them stays, the first one is no duplicate; all others are.
  const auto merge = [&](MemberId from, MemberId into) {
    return desk.as(
        0, [&](Transaction& tx) { return merge_members(tx, {.from = from, .into = into}); });
  };
  merge(first, third);
  const MergeId last = merge(second, third);
  CHECK(desk.report("2026-03-01", "2026-03-01") == Texts{"chenjing: 1/0 - 0/0 - 0/0 - 0",
                                                         "liuyang: 2/1 20% 0/0 - 0/0 - 2",
                                                         "all: 3/1 20% 0/0 - 0/0 - 2"});
  desk.as(0, [&](Transaction& tx) { return unmerge_members(tx, last); });
  CHECK(desk.report("2026-03-01", "2026-03-01").back() == "all: 3/2 20% 0/0 - 1/0 0% 1");
}

TEST_CASE("imported files are nobody's, and whoever is restricted is not looked into") {
  Desk desk;
  {
    auto plan = [&] {
      auto reading = desk.t.reading();
      return plan_member_import(reading, "name,card\n李娜,7001\n", {});
    }();
    auto tx = desk.t.begin();
    REQUIRE(run_import(tx, plan).added == 1);
    tx.commit();
  }
  CHECK(desk.report("2026-03-01", "2026-03-01") == Texts{"all: 0/0 - 0/0 - 0/0 - 0"});
  const MemberId id = desk.add(1, {.name = "张伟", .phone = "13800138000"});
  desk.as(0, [&](Transaction& tx) {
    restrict_member(tx, id, "本人要求");
    return 0;
  });
  CHECK(desk.report("2026-03-01", "2026-03-01").front() == "chenjing: 1/0 - 0/0 - 2/0 0% 0");
}

TEST_CASE("the report on quality goes by the days of the period, and by one member's history") {
  Desk desk;
  const MemberId id = desk.add(1, {.name = "张伟"});
  desk.edit(2, id, {.name = "张炜"});
  quality_report(desk.t.store(), {on_day("2026-03-01"), on_day("2026-03-31")});
  auto reading = desk.t.reading();
  auto& db = vault::database(reading);
  int seen = 0;
  for (const std::string& sql : test::statements_of(db)) {
    if (sql.find("member_change c") == std::string::npos &&
        sql.find("FROM member m") == std::string::npos)
      continue;
    CAPTURE(sql);
    CHECK(test::walks_of(db, sql) == "");
    auto plan = db.prepare("EXPLAIN QUERY PLAN " + sql);
    // All that was ever changed of a field is as much as a whole table.
    while (plan.step())
      CHECK(plan.get<std::string>(3).find("member_change_entered (field=?)") == std::string::npos);
    ++seen;
  }
  CHECK(seen == 3);
  // The control: by the field alone it would be found out.
  auto plan = db.prepare("EXPLAIN QUERY PLAN SELECT count(*) FROM member_change WHERE field = ?1");
  REQUIRE(plan.step());
  CHECK(plan.get<std::string>(3).find("member_change_entered (field=?)") != std::string::npos);
}

TEST_CASE("report quality is for managers and auditors, and takes this month where none is given") {
  Desk desk;
  desk.add(1, {.name = "张伟", .phone = "13800138000"});
  CHECK(code_of([&] {
          quality_report(desk.of(1), {on_day("2026-03-01"), on_day("2026-03-31")});
        }) == Errc::not_permitted);
  const auto json = test::run(cli::report, desk.t, {"quality", "--format", "json"});
  CHECK(json.status == 0);
  CHECK(json.out.find("\"schema\":\"pharmacy.report.quality/1\"") != std::string::npos);
  CHECK(json.out.find("\"from\":\"2026-03-01\",\"to\":\"2026-03-31\"") != std::string::npos);
  CHECK(json.out.find("{\"staff\":\"chenjing\",\"files\":1,\"files_in_use\":1,"
                      "\"completeness_percent\":60,\"contacts_held\":1,\"contacts_stale\":0,"
                      "\"stale_percent\":0,\"facts_entered\":2,\"facts_corrected\":0,"
                      "\"corrected_percent\":0,\"duplicate_files\":0}") != std::string::npos);
  const auto before = test::run(cli::report, desk.t, {"quality", "2026-02", "--format", "csv"});
  CHECK(before.out.find("in_all,completeness_percent,,\n") != std::string::npos);
  CHECK(before.out.find("in_all,facts_entered,,0\n") != std::string::npos);
}
