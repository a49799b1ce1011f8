// How a command line is taken apart, and what is said of one that cannot be taken.
#include <doctest/doctest.h>

#include "cli/probe.h"
#include "support/run.h"

namespace pharmacy::test {

static Ran take(std::vector<std::string> args) {
  args.insert(args.begin(), {"take", "--format", "jsonl"});
  return run(probe, args, nowhere);
}

TEST_CASE("every kind of value is taken") {
  const auto ran =
      take({"张伟", "--kind", "sale", "-b", "1980-02-03", "--period", "2026-Q4", "--money", "28.5",
            "--limit", "10", "--tag", "a", "--tag", "b", "--loud", "更多", "[x,y]"});
  CHECK(ran.err == "");
  CHECK(ran.out ==
        "{\"name\":\"张伟\",\"kind\":\"sale\",\"birth\":\"1980-02-03\","
        "\"period\":\"2026-10-01..2026-12-31\",\"money_fen\":2850,\"limit\":10,\"tags\":\"a|b\","
        "\"words\":\"更多|[x,y]\",\"loud\":true}\n");
  CHECK(ran.status == 0);
}

TEST_CASE("values that are not given stay as they were") {
  CHECK(take({"张伟"}).out ==
        "{\"name\":\"张伟\",\"kind\":null,\"birth\":null,\"period\":null,\"money_fen\":null,"
        "\"limit\":null,\"tags\":\"\",\"words\":\"\",\"loud\":false}\n");
}

TEST_CASE("all faults are reported at once, each with its forms") {
  const auto ran = take({"--kind", "sael", "--birth", "1980-02-30", "--limit", "010", "--money",
                         "28.505", "--nam=x"});
  CHECK(ran.status == 2);
  CHECK(ran.out == "");
  for (const char* part :
       {"probe take: --kind: not a known word: sael\ndid you mean sale?\n",
        "probe take: --birth: not a day: 1980-02-30\n", "probe take: --limit: not a number: 010\n",
        "probe take: --money: not an amount of money: 28.505\n",
        "probe take: unknown option: --nam\n",
        "probe take: NAME is missing\nNAME: who it is; a long text, so that it must be wrapped "
        "where the terminal is narrow\n"}) {
    CAPTURE(part);
    CHECK(ran.err.find(part) != std::string::npos);
  }
}

TEST_CASE("counts are decimal, without signs and leading zeros") {
  for (const char* bad : {"010", "0x10", "+1", "-1", "1.0", "", "1 000", "99999999999999999999"}) {
    CAPTURE(bad);
    CHECK(take({"x", "--limit", bad}).status == 2);
  }
  CHECK(take({"x", "--limit", "１２"}).out.find("\"limit\":12") != std::string::npos);
}

TEST_CASE("an empty value is a value, and never takes the next word for it") {
  CHECK(take({"x", "--tag=", "--loud"}).out.find("\"tags\":\"\"") != std::string::npos);
  CHECK(take({"x", "--tag=", "--loud"}).out.find("\"loud\":true") != std::string::npos);
}

TEST_CASE("an option takes its value after a = although it is a flag of another verb") {
  CHECK(take({"x", "--tag=常客"}).out.find("\"tags\":\"常客\"") != std::string::npos);
  const auto shown = run(probe, {"rows", "show", "--tag=常客"}, nowhere);
  CHECK(shown.err == "probe rows show: --tag takes no value: --tag=常客\n");
}

TEST_CASE("an option without its value is blamed") {
  CHECK(take({"x", "--tag"}).err == "probe take: --tag needs a value\n");
  CHECK(take({"x", "--tag", "--loud"}).err == "probe take: --tag needs a value\n");
  CHECK(take({"x", "--loud=false"}).err == "probe take: --loud takes no value: --loud=false\n");
}

TEST_CASE("a word of short options that is longer than any can be is no option") {
  const std::string many(200'000, 'y');
  const auto ran = take({"x", '-' + many});
  CHECK(ran.status == 2);
  CHECK(ran.err == "probe take: unknown option: -y...\n--help lists the options\n");
  CHECK(take({"-5" + many}).status == 0);  // begins with a number
}

TEST_CASE("a value that is joined to its option may look like one") {
  const auto taken = [](const std::string& word) { return take({"x", word}).out; };
  CHECK(taken("--tag=--loud").find("\"tags\":\"--loud\"") != std::string::npos);
  CHECK(taken("--tag=--loud").find("\"loud\":false") != std::string::npos);
  CHECK(taken("--tag=--").find("\"tags\":\"--\"") != std::string::npos);
  CHECK(taken("--tag=-b").find("\"tags\":\"-b\"") != std::string::npos);
  CHECK(take({"x", "--tag=--loud", "--tag", "--loud"}).status == 2);
}

TEST_CASE("a limit is 1 to 100000") {
  TestStore t{"2026-03-01"};
  for (const char* bad : {"0", "100001", "-1", "all"}) {
    const auto ran = run(probe, t, {"sold", "--limit", bad});
    CHECK(ran.status == 2);
    CHECK(ran.err ==
          std::string{"probe sold: --limit: not a number: "} + bad + "\ngive 1 to 100000\n");
  }
  for (const char* good : {"1", "100000"}) {
    CHECK(run(probe, t, {"sold", "--limit", good}).status == 0);
  }
}

TEST_CASE("an option that takes one value cannot be given twice") {
  const auto ran = take({"x", "--limit", "1", "--limit", "2"});
  CHECK(ran.status == 2);
  CHECK(ran.err == "probe take: --limit is given more than once\n");
}

TEST_CASE("text must be UTF-8 without control characters, and is trimmed and composed") {
  CHECK(take({"\xFF"}).status == 2);
  CHECK(take({"a\tb"}).status == 2);
  CHECK(take({"\u3000张伟 "}).out.starts_with("{\"name\":\"张伟\","));
  CHECK(take({"e\u0301"}).out.starts_with("{\"name\":\"\u00e9\","));
}

TEST_CASE("two dashes end the options, and a lone dash or a negative number is a word") {
  CHECK(take({"x", "--", "--loud", "-b"}).out.find("\"words\":\"--loud|-b\"") != std::string::npos);
  CHECK(take({"-5度", "-"}).out.starts_with("{\"name\":\"-5度\","));
}

TEST_CASE("a word that is also a verb is a word after the verb") {
  CHECK(take({"take", "fail"}).out.find("\"words\":\"fail\"") != std::string::npos);
}

TEST_CASE("global options work before and after the verb") {
  CHECK(run(probe, {"--format", "jsonl", "take", "x"}, nowhere).out ==
        run(probe, {"take", "x", "--format", "jsonl"}, nowhere).out);
  CHECK(run(probe, {"rows", "--format", "csv", "show"}, nowhere).status == 0);
}

TEST_CASE("an unknown verb is never run, but the nearest is named") {
  const auto ran = run(probe, {"tkae", "--name", "x"}, nowhere);
  CHECK(ran.status == 2);
  CHECK(ran.err == "probe: unknown verb: tkae\ndid you mean take?\n");
  CHECK(run(probe, {"tak"}, nowhere).status == 2);
  CHECK(run(probe, {"rows", "lsit"}, nowhere).err ==
        "probe rows: unknown verb: lsit\ndid you mean list?\n");
  CHECK(run(probe, {"zzzzzz"}, nowhere).err ==
        "probe: unknown verb: zzzzzz\none of: take, fail, rows, report, sell, sold, keep, help, "
        "completion\n");
}

TEST_CASE("there is no default verb") {
  CHECK(run(probe, {}, nowhere).status == 2);
  CHECK(run(probe, {}, nowhere).err.starts_with("probe: a verb is missing\n"));
  CHECK(run(probe, {"rows"}, nowhere).err == "probe rows: a verb is missing\none of: list, show\n");
}

TEST_CASE("options are not abbreviated, and near ones are named") {
  CHECK(take({"x", "--lou"}).err == "probe take: unknown option: --lou\ndid you mean --loud?\n");
  CHECK(take({"x", "--fromat", "csv"}).err ==
        "probe take: unknown option: --fromat\ndid you mean --format?\n");
}

TEST_CASE("more words than a verb takes are blamed") {
  CHECK(run(probe, {"report", "now"}, nowhere).err == "probe report: unexpected word: now\n");
}

TEST_CASE("a required value is asked for on a terminal, and only there") {
  auto there = nowhere;
  there.terminal = true;
  there.in = "张伟\n";
  const auto ran = run(probe, {"take", "--format", "jsonl"}, there);
  CHECK(ran.out.starts_with("{\"name\":\"张伟\","));
  there.in = "x\n";
  CHECK(run(probe, {"fail"}, there).err.starts_with("the way: "));
  there.in = "";
  CHECK(run(probe, {"fail"}, there).err == "the way: \nprobe fail: HOW is missing\nHOW: the way\n");
  there.in = "张伟\n";
  CHECK(run(probe, {"take", "--no-input"}, there).err ==
        "probe take: NAME is missing\nNAME: who it is; a long text, so that it must be wrapped "
        "where the terminal is narrow\n");
}

TEST_CASE("words that cannot be shown are made safe in messages") {
  const auto ran = run(probe, {"\x1b[31mred"}, nowhere);
  CHECK(ran.err.find('\x1b') == std::string::npos);
}

}  // namespace pharmacy::test
