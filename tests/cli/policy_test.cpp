// store policy and store retention, as they are typed.
#include <doctest/doctest.h>

#include "cli/policy_support.h"
#include "pharmacy/audit.h"

namespace pharmacy::test {

TEST_CASE("a policy is printed as it is, so that it can be set again") {
  TestStore t{"2026-03-01"};
  const std::string document = "# 规则\n\n[points]\nper_yuan = \"2\" # 二";
  CHECK(
      store(t, {"policy", "set", "-", "--effective", "today", "--yes"}, {.in = document}).status ==
      0);
  CHECK(store(t, {"policy", "show"}).out == document);
  CHECK(store(t, {"policy", "show"}, terminal()).out == document + '\n');
  CHECK(store(t, {"policy", "show", "1"}).out.starts_with("# The rules of this pharmacy"));
  CHECK(store(t, {"policy", "show", "--on", "2026-02-28"}).out ==
        store(t, {"policy", "show", "1"}).out);
  CHECK(store(t, {"policy", "show", "--today", "2026-02-28"}).out ==
        store(t, {"policy", "show", "1"}).out);
  CHECK(store(t, {"policy", "show", "3"}).status == 1);
  CHECK(store(t, {"policy", "show", "1", "--on", "today"}).status == 2);
}

TEST_CASE("a machine format has the values of a policy, the defaults too") {
  TestStore t{"2026-03-01"};
  store(t, {"policy", "set", "-", "--effective", "today", "--yes"}, {.in = two});
  const auto json = store(t, {"policy", "show", "--format", "json"});
  CHECK(json.out.starts_with(
      "{\"schema\":\"pharmacy.store.policy/1\",\"version\":2,\"effective_on\":\"2026-03-01\","
      "\"status\":\"in_force\",\"recorded_at\":\"2026-03-01T10:00:00+08:00\","
      "\"recorded_by\":\"wangli\",\"because\":null,\n"
      "\"points\":{\"per_yuan\":\"2\",\"per_yuan_value\":100,\"expiry_years\":1,\"grace_days\":30,"
      "\"no_earning\":\"insurance_personal,insurance_pooled,points\"},\n"));
  CHECK(has(json.out, "\n\"approvals\":{\"by\":null},\n"));
  CHECK(has(json.out, "\n\"shop\":{\"opens\":\"08:00\",\"closes\":\"21:00\"},\n"));
  const auto csv = store(t, {"policy", "show", "--format", "csv"});
  CHECK(csv.out.starts_with("section,key,sub,value\nreport,version,,2\n"));
  CHECK(has(csv.out, "\npoints,per_yuan,,2\n"));
  CHECK(has(store(t, {"policy", "show", "--excel"}).out, "\r\nPoints,points for each yuan,,2\r\n"));
}

TEST_CASE("the history lists all policies") {
  TestStore t{"2026-03-01"};
  store(t, {"policy", "set", file(t, two), "--effective", "2026-04-01", "--yes"});
  CHECK(store(t, {"policy", "history", "--format", "csv"}).out ==
        "version,effective_on,status,recorded_at,recorded_by,because\n"
        "2,2026-04-01,coming,2026-03-01T10:00:00+08:00,wangli,\n"
        "1,0001-01-01,in_force,2026-03-01T10:00:00+08:00,wangli,\n");
  CHECK(has(store(t, {"policy", "history"}, terminal()).out, "in force"));
}

TEST_CASE("the difference of two policies is told in words") {
  TestStore t{"2026-03-01"};
  store(t, {"policy", "set", file(t, two), "--effective", "2026-03-01", "--yes"});
  // The one before, and the one in force.
  const auto seen = store(t, {"policy", "diff"}, terminal());
  CHECK(seen.out.ends_with("\npoints for each yuan: 1 -> 2\n"));
  CHECK(store(t, {"policy", "diff", "--format", "csv"}).out ==
        "key,before,after\npoints.per_yuan,1,2\n");
  // The one in force, and a file or a version.
  const std::string other = three + "no_earning = []\n[approvals]\nby = \"one\"\n";
  CHECK(store(t, {"policy", "diff", file(t, other), "--format", "csv"}).out ==
        "key,before,after\npoints.per_yuan,2,3\n"
        "points.no_earning,\"insurance_personal,insurance_pooled,points\",\n"
        "approvals.by,,one\n");
  const auto words = store(t, {"policy", "diff", file(t, other)}, terminal()).out;
  CHECK(has(words, "insurance, personal account"));
  CHECK(has(words, "none"));
  CHECK(has(words, "one person"));
  CHECK(store(t, {"policy", "diff", "1", "--format", "csv"}).out ==
        "key,before,after\npoints.per_yuan,2,1\n");
  CHECK(store(t, {"policy", "diff", "1", file(t, three), "--format", "csv"}).out ==
        "key,before,after\npoints.per_yuan,1,3\n");
  CHECK(store(t, {"policy", "diff", "-", "--format", "csv"}, {.in = two}).out ==
        "key,before,after\n");
}

TEST_CASE("policies that cannot be compared are refused, and those that agree are an empty list") {
  TestStore t{"2026-03-01"};
  const auto same = store(t, {"policy", "diff"}, terminal());
  CHECK(same.status == 0);
  CHECK(same.err == "policy 1 and policy 1 say the same\n");
  CHECK(store(t, {"policy", "diff", "--fail-if-empty"}).status == 1);
  CHECK(store(t, {"policy", "diff", "2"}).status == 1);
  CHECK(store(t, {"policy", "diff", "1", "1", "1"}).status == 2);
  CHECK(store(t, {"policy", "diff", "/nonexistent.toml"}).status == 66);
  const auto bad = store(t, {"policy", "diff", file(t, "[points]\nper_yuan = 2\n")});
  CHECK(bad.status == 65);
  CHECK(has(bad.err, "/new.toml:2:12: per_yuan is a number in quotes"));
}

TEST_CASE("setting a policy tells what it changes, asks, and says how to take it back") {
  TestStore t{"2026-03-01"};
  const auto refused =
      store(t, {"policy", "set", file(t, two), "--effective", "2026-04-01"}, terminal("n\n"));
  CHECK(refused.status == 1);
  CHECK(refused.err ==
        "points for each yuan: 1 -> 2\n"
        "set this policy from 2026-04-01 on? [y/N] nothing was changed\n");
  CHECK(newest(t) == 1);
  const auto done =
      store(t, {"policy", "set", file(t, two), "--effective", "2026-04-01"}, terminal("y\n"));
  CHECK(done.status == 0);
  CHECK(done.out == "");
  CHECK(done.err ==
        "points for each yuan: 1 -> 2\n"
        "set this policy from 2026-04-01 on? [y/N] "
        "policy 2 holds from 2026-04-01 (undo: store policy set 1 --effective 2026-04-01)\n");
  // The undo does what it says.
  CHECK(store(t, {"policy", "set", "1", "--effective", "2026-04-01", "--yes"}).status == 0);
  CHECK(store(t, {"policy", "show", "--on", "2026-04-01"}).out ==
        store(t, {"policy", "show", "1"}).out);
  CHECK(newest(t) == 3);
}

TEST_CASE("without a terminal a policy is set with --yes only") {
  TestStore t{"2026-03-01"};
  const std::vector<std::string> args{"policy", "set", file(t, two), "--effective", "today"};
  const auto asked = store(t, args);
  CHECK(asked.status == 2);
  CHECK(has(asked.err, "use --yes to answer yes\n"));
  CHECK(newest(t) == 1);
  auto sure = args;
  sure.insert(sure.end(), {"--yes", "--format", "json"});
  const auto done = store(t, sure);
  CHECK(done.status == 0);
  CHECK(has(done.out, "\"version\":2,"));
  CHECK(newest(t) == 2);
}

TEST_CASE("a dry run of setting a policy tells all and sets nothing") {
  TestStore t{"2026-03-01"};
  const auto dry = store(t, {"policy", "set", file(t, two), "--effective", "today", "-n"});
  CHECK(dry.status == 0);
  CHECK(dry.err ==
        "points for each yuan: 1 -> 2\n"
        "would have: policy 2 holds from 2026-03-01 "
        "(undo: store policy set 1 --effective 2026-03-01)\n");
  CHECK(newest(t) == 1);
  CHECK(store(t, {"policy", "set", file(t, "x = 1\n"), "--effective", "today", "-n"}).status == 65);
}

TEST_CASE("a repeated operation sets a policy once, and the same text is set once") {
  TestStore t{"2026-03-01"};
  const std::vector<std::string> args{"policy", "set",   file(t, two), "--effective",
                                      "today",  "--yes", "--op",       "p-1"};
  const auto first = store(t, args);
  CHECK(first.status == 0);
  const auto again = store(t, args);
  CHECK(again.out == first.out);
  CHECK(again.status == 0);
  CHECK(newest(t) == 2);
  file(t, three);
  CHECK(store(t, args).status == 4);
  const auto same = store(t, {"policy", "set", file(t, two), "--effective", "2026-09-01"});
  CHECK(same.status == 0);
  CHECK(same.err == "policy 2 says this already, so nothing was set\n");
  CHECK(newest(t) == 2);
}

TEST_CASE("what is wrong with a policy is told with its place, and a past day is refused") {
  TestStore t{"2026-03-01"};
  const auto bad =
      store(t, {"policy", "set", file(t, "[points]\nper_yuna = \"2\"\n[shop]\nopens = 8\n"),
                "--effective", "today", "--yes"});
  CHECK(bad.status == 65);
  CHECK(has(bad.err, "/new.toml:2:1: unknown key per_yuna\ndid you mean per_yuan?\n"));
  CHECK(has(bad.err, "/new.toml:4:9: opens is a time of day"));
  const auto piped =
      store(t, {"policy", "set", "-", "--effective", "today", "--yes"}, {.in = "x = 1\n"});
  CHECK(has(piped.err, "standard input:1:1: unknown key x\n"));
  const auto past = store(t, {"policy", "set", file(t, two), "--effective", "yesterday", "--yes"});
  CHECK(past.status == 2);
  CHECK(has(past.err, "a policy cannot begin on a day that is past: 2026-02-28\n"));
  CHECK(newest(t) == 1);
}

TEST_CASE("a policy that another one follows says until when it holds") {
  TestStore t{"2026-03-01"};
  store(t, {"policy", "set", file(t, three), "--effective", "2026-09-01", "--yes"});
  const auto set = store(t, {"policy", "set", file(t, two), "--effective", "2026-04-01", "--yes"});
  CHECK(has(set.err, "it holds until 2026-08-31: then policy 2 follows\n"));
  const auto words = store(
      t, {"policy", "set", file(t, "# other words\n" + two), "--effective", "2026-04-01", "--yes"});
  CHECK(words.err.starts_with("only the wording differs, no rule does\n"));
}

TEST_CASE("a policy is listed as due until it was reviewed") {
  TestStore t{"2026-03-01"};
  CHECK(store(t, {"policy", "review", "--due", "--fail-if-empty"}).status == 1);
  CHECK(store(t, {"policy", "review", "--due"}, terminal()).err == "no policy is due for review\n");
  CHECK(has(store(t, {"policy", "review", "--format", "csv"}).out,
            "1,in_force,wangli,2026-03-01T10:00:00+08:00,,,,2027-03-01,false\n"));
  CHECK(has(store(t, {"policy", "review", "--due", "--today", "2027-03-01"}).out, "2027-03-01"));
  t.set_day("2027-03-02");
  const auto due = store(t, {"policy", "review", "--due", "--fail-if-empty", "--format", "csv"});
  CHECK(due.status == 0);
  CHECK(has(due.out, "1,in_force,wangli,2026-03-01T10:00:00+08:00,,,,2027-03-01,true\n"));
  const auto done = store(t, {"policy", "review", "--done", "--note", "规则照旧"});
  CHECK(done.status == 0);
  CHECK(done.err == "policy 1 was reviewed; again on 2028-03-02\n");
  CHECK(store(t, {"policy", "review", "--due", "--fail-if-empty"}).status == 1);
  CHECK(has(store(t, {"policy", "review", "--format", "csv"}).out,
            ",2027-03-02T10:00:00+08:00,wangli,规则照旧,2028-03-02,false\n"));
}

TEST_CASE("a review is recorded with a note, once, and on its own day") {
  TestStore t{"2026-03-01"};
  const auto none = store(t, {"policy", "review", "--done"});
  CHECK(none.status == 2);
  CHECK(has(none.err, "--done needs a note of what came of it\nwrite it with --note TEXT\n"));
  CHECK(store(t, {"policy", "review", "--note", "x"}).status == 2);
  CHECK(store(t, {"policy", "review", "1"}).status == 2);
  CHECK(store(t, {"policy", "review", "--due", "--done", "--note", "x"}).status == 2);
  CHECK(store(t, {"policy", "review", "--done", "--note", "x", "--today", "2027-01-01"}).status ==
        2);
  CHECK(store(t, {"policy", "review", "7", "--done", "--note", "x"}).status == 1);
  CHECK(store(t, {"policy", "review", "1", "--done", "--note", "x", "-n"}).status == 0);
  CHECK(has(store(t, {"policy", "review", "--format", "csv"}).out, ",,,,2027-03-01,"));
  const std::vector<std::string> args{"policy", "review", "--done", "--note", "x", "--op", "r-1"};
  CHECK(store(t, args).status == 0);
  CHECK(store(t, args).status == 0);
  auto reading = t.reading();
  CHECK(list_accesses(reading, {.kind = AccessKind::change}).size() == 2);
}

TEST_CASE("how long records are kept is listed without anybody being shown") {
  TestStore t{"2026-03-01"};
  const auto csv = store(t, {"retention", "--format", "csv"});
  CHECK(csv.status == 0);
  CHECK(
      csv.out.starts_with("kind,rule,months,before,held,oldest,past\n"
                          "members,policy,60,2021-03-01,0,,0\n"));
  CHECK(has(csv.out, "\naccess_log,processing_law,36,2023-03-01,1,2026-03-01,0\n"));
  CHECK(has(csv.out, "\nstaff,unlimited,,,1,,\n"));
  const auto seen = store(t, {"retention"}, terminal());
  CHECK(has(seen.out, "by law"));
  CHECK(has(seen.out, "access log"));
  CHECK(has(store(t, {"retention", "--format", "csv", "--today", "2031-03-02"}).out,
            "\naccess_log,processing_law,36,2028-03-02,1,2026-03-01,1\n"));
  // No view: nothing of it is logged.
  auto reading = t.reading();
  CHECK(list_accesses(reading, {}).size() == 1);
}

}  // namespace pharmacy::test
