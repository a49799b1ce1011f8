// store doctor and store train: what people and timers get to see.
#include "pharmacy/doctor.h"

#include <doctest/doctest.h>

#include "cli/policy_support.h"
#include "support/drill.h"
#include "support/vault.h"

namespace pharmacy::test {

TEST_CASE("the doctor ends with 1 while anything is open, and says what") {
  TestStore t{"2026-03-01"};
  const auto ran = store(t, {"doctor", "--format", "json"});
  CHECK(ran.status == 1);
  CHECK(ran.out.starts_with("{\"schema\":\"pharmacy.store.finding/1\",\"findings\":[\n{\"id\":\""));
  CHECK(has(ran.out,
            "\"check\":\"backup\",\"subject\":null,\"problem\":\"no backup that was read "
            "whole is younger than 7 days\",\"advice\":\"make one and read it: "));
  CHECK(has(ran.out, "\"severity\":\"high\",\"status\":\"open\",\"since\":\"2026-03-01\""));
  CHECK(ran.err.starts_with("checkup 1: "));
  CHECK(has(store(t, {"doctor"}, {.terminal = true}).paged, "\nproblem   "));
}

TEST_CASE("a part of the doctor's checks is told alone") {
  TestStore t{"2026-03-01"};
  const auto ran = store(t, {"doctor", "--security", "--columns", "check"});
  CHECK(ran.status == 1);
  CHECK(has(ran.out, "\nkey_file\n"));
  CHECK_FALSE(has(ran.out, "backup"));
}

TEST_CASE("a rehearsed run registers nothing, and ends as the run would") {
  TestStore t{"2026-03-01"};
  CHECK(store(t, {"doctor", "--dry-run"}).status == 1);
  CHECK(store(t, {"checkup", "list"}).out.find('\n') ==
        store(t, {"checkup", "list"}).out.size() - 1);  // the header alone
  CHECK(store(t, {"finding", "list"}).err == "the doctor was never here: run store doctor\n");
}

TEST_CASE("a timer hears nothing while there is nothing to say") {
  TestStore t{"2026-03-01"};
  CHECK(store(t, {"doctor"}).status == 1);
  // As somebody who accepts all of it.
  {
    auto tx = t.begin();
    const auto until = tx.today() + std::chrono::days{100};
    for (const auto& finding : list_findings(tx)) accept_finding(tx, finding.id, {until, "x"});
    tx.commit();
  }
  t.set_day("2026-03-02");
  const auto quiet = store(t, {"doctor", "--format", "table"});
  CHECK(quiet.status == 0);
  CHECK(quiet.out == "");
  CHECK(quiet.err == "");
  CHECK(store(t, {"doctor"}, {.terminal = true}).err == "nothing is found\n");
  t.set_day("2026-07-01");
  CHECK(store(t, {"doctor", "--format", "table"}).status == 1);
}

TEST_CASE("an operation of the doctor that is repeated is no second checkup, and ends alike") {
  TestStore t{"2026-03-01"};
  const auto first = store(t, {"doctor", "--op", "daily-1"});
  const auto again = store(t, {"doctor", "--op", "daily-1"});
  CHECK(again.status == first.status);
  CHECK(again.err == first.err);
  CHECK(has(store(t, {"checkup", "list"}).out, "\n1\t"));
  CHECK_FALSE(has(store(t, {"checkup", "list"}).out, "\n2\t"));
}

TEST_CASE("a finding is assigned, accepted and closed, and shows all of it") {
  TestStore t{"2026-03-01"};
  store(t, {"doctor"});
  const auto assigned =
      store(t, {"finding", "assign", "1", "--owner", "wangli", "--due", "2026-03-10"});
  CHECK(assigned.status == 0);
  CHECK(assigned.err == "wangli sees to finding 1 by 2026-03-10\n");
  CHECK(store(t, {"finding", "assign", "1", "--owner", "wangli", "--due", "2026-03-11"}).err ==
        "wangli sees to finding 1 by 2026-03-11 (undo: store finding assign 1 --owner wangli --due "
        "2026-03-10)\n");
  CHECK(store(t, {"finding", "accept", "1", "--until", "2026-03-20", "--note", "试用期"}).err ==
        "finding 1 may be until 2026-03-20\n");
  CHECK(store(t, {"finding", "close", "1", "--note", "已处理"}).status == 0);
  CHECK(store(t, {"finding", "close", "1", "--note", "已处理"}).status == 3);
  CHECK(store(t, {"finding", "close", "99", "--note", "已处理"}).status == 1);
  CHECK(store(t, {"finding", "close", "01", "--note", "已处理"}).status == 2);
  const auto shown = store(t, {"finding", "show", "1", "--format", "csv"});
  for (const char* part : {"assigned", "accepted", "closed", "2026-03-11", "试用期", "已处理"})
    CHECK_MESSAGE(has(shown.out, part), part);
  CHECK_FALSE(has(store(t, {"finding", "list", "--columns", "id"}).out, "\n1\n"));
  CHECK(has(store(t, {"finding", "list", "--all", "--columns", "id"}).out, "\n1\n"));
}

TEST_CASE("whoever reads the register is told when nobody looked for long") {
  TestStore t{"2026-03-01"};
  store(t, {"doctor"});
  t.set_day("2026-03-30");
  CHECK(store(t, {"finding", "list"}).err == "");
  t.set_day("2026-03-31");
  CHECK(store(t, {"finding", "list"}).err ==
        "the last checkup was on 2026-03-01: run store doctor\n");
}

TEST_CASE("a checkup shows each check with its result, and tells of a bug of SQLite") {
  TestStore t{"2026-03-01"};
  store(t, {"doctor"});
  const auto shown = store(t, {"checkup", "show", "1", "--format", "json"});
  CHECK(shown.status == 0);
  CHECK(has(shown.out, "{\"check\":\"backup\",\"result\":\"bad\",\"found\":1}"));
  CHECK(has(shown.out, "{\"check\":\"rotation\",\"result\":\"good\",\"found\":0}"));
  CHECK(shown.err.starts_with("SQLite 3."));
  CHECK(store(t, {"checkup", "show", "2"}).status == 1);
}

TEST_CASE("an anchor and a backup that is read are known to the doctor") {
  TestStore t{"2026-03-01"};
  const auto checks = [&] { return store(t, {"doctor", "--columns", "check"}).out; };
  CHECK(has(checks(), "\nanchor\n"));
  CHECK(store(t, {"audit", "anchor", "--dry-run"}).status == 0);
  CHECK(has(checks(), "\nanchor\n"));
  CHECK(store(t, {"audit", "anchor"}).status == 0);
  CHECK_FALSE(has(checks(), "\nanchor\n"));

  const auto file = (t.path().parent_path() / "b").string();
  test::drilled(t.path(), file, t.key_file_path(), [&] {
    CHECK(store(t, {"backup", file}).status == 0);
  });
  CHECK(store(t, {"verify", file}).status == 0);
  CHECK(store(t, {"verify", file, "--record", "--dry-run"}).status == 0);
  CHECK(has(checks(), "\nbackup\n"));
  CHECK(store(t, {"verify", file, "--record"}).status == 0);
  CHECK_FALSE(has(checks(), "\nbackup\n"));
}

TEST_CASE("a training is recorded, due no more, and taken back") {
  TestStore t{"2026-03-01"};
  CHECK(store(t, {"train", "due", "--format", "csv"}).out ==
        "staff,name,topic,why,day,policy,score\n"
        "wangli,王丽,privacy,never,,,\nwangli,王丽,policy,never,,,\n");
  const auto added = store(t, {"train", "add", "wangli", "--topic", "privacy", "--score", "95"});
  CHECK(added.status == 0);
  CHECK(added.err ==
        "recorded training 1: wangli, privacy, 95 points on 2026-03-01 (undo: store train annul 1 "
        "--note 'recorded by mistake')\n");
  store(t, {"train", "add", "wangli", "--topic", "policy", "--score", "60", "--on", "yesterday"});
  CHECK(store(t, {"train", "due"}, {.terminal = true}).err == "everybody was taught\n");
  CHECK(store(t, {"train", "due", "--format", "table"}).out == "");
  const auto annulled = store(t, {"train", "annul", "1", "--note", "登记错人"});
  CHECK(annulled.err ==
        "annulled training 1: wangli, privacy, 95 points on 2026-03-01 (undo: store train add "
        "wangli --topic privacy --score 95 --on 2026-03-01 --policy 1)\n");
  CHECK(store(t, {"train", "annul", "1", "--note", "登记错人"}).status == 4);
  CHECK(has(store(t, {"train", "due"}).out, "wangli\t王丽\tprivacy\tnever"));
  CHECK(has(store(t, {"train", "list", "--all"}).out, "登记错人"));
  CHECK_FALSE(has(store(t, {"train", "list"}).out, "privacy"));
  CHECK(store(t, {"train", "add", "wangli", "--topic", "x", "--score", "101"}).status == 2);
}

}  // namespace pharmacy::test
