// What each format looks like, whole.
#include <doctest/doctest.h>

#include "cli/probe.h"
#include "cli/render.h"
#include "support/run.h"

namespace pharmacy::test {

static Ran show(std::vector<std::string> args, int columns = 80) {
  return run(
      probe, args,
      {.terminal = true, .columns = columns, .env = {{"HOME", "/nonexistent"}, {"NO_COLOR", "1"}}});
}

TEST_CASE("a list in every format") {
  CHECK(show({"rows", "list"}).out ==
        "number  name  joined       amount  note\n"
        "M1      张伟  2026-10-31  2800.00  常客, \"熟人\"\n"
        "M2      =1+1                -0.05\n");
  CHECK(show({"rows", "list", "--format", "json"}).out ==
        "{\"schema\":\"pharmacy.probe.rows/1\",\"rows\":[\n"
        "{\"id\":\"M1\",\"name\":\"张伟\",\"joined\":\"2026-10-31\",\"amount_fen\":280000,"
        "\"note\":\"常客, \\\"熟人\\\"\"},\n"
        "{\"id\":\"M2\",\"name\":\"=1+1\",\"joined\":null,\"amount_fen\":-5,\"note\":null}\n"
        "]}\n");
  CHECK(show({"rows", "list", "--format", "jsonl"}).out ==
        "{\"id\":\"M1\",\"name\":\"张伟\",\"joined\":\"2026-10-31\",\"amount_fen\":280000,"
        "\"note\":\"常客, \\\"熟人\\\"\"}\n"
        "{\"id\":\"M2\",\"name\":\"=1+1\",\"joined\":null,\"amount_fen\":-5,\"note\":null}\n");
  CHECK(show({"rows", "list", "--format", "csv"}).out ==
        "id,name,joined,amount_fen,note\n"
        "M1,张伟,2026-10-31,280000,\"常客, \"\"熟人\"\"\"\n"
        "M2,'=1+1,,-5,\n");
  CHECK(show({"rows", "list", "--format", "tsv"}).out ==
        "id\tname\tjoined\tamount_fen\tnote\n"
        "M1\t张伟\t2026-10-31\t280000\t常客, \"熟人\"\n"
        "M2\t=1+1\t\t-5\t\n");
  CHECK(show({"rows", "list", "--excel"}).out ==
        "\xEF\xBB\xBFnumber,name,joined,amount,note\r\n"
        "M1,张伟,2026-10-31,2800.00,\"常客, \"\"熟人\"\"\"\r\n"
        "M2,'=1+1,,-0.05,\r\n");
}

TEST_CASE("a record in the formats that differ from a list") {
  CHECK(show({"rows", "show"}).out ==
        "number  M1\n"
        "name    张伟\n"
        "joined  2026-10-31\n"
        "amount  2800.00\n"
        "note    常客, \"熟人\"\n");
  CHECK(show({"rows", "show", "--format", "json"}).out ==
        "{\"schema\":\"pharmacy.probe.row/1\",\"id\":\"M1\",\"name\":\"张伟\","
        "\"joined\":\"2026-10-31\",\"amount_fen\":280000,\"note\":\"常客, \\\"熟人\\\"\"}\n");
}

TEST_CASE("a report in every format") {
  CHECK(show({"report"}).out ==
        "period    2026-10\n"
        "currency  CNY\n"
        "\n"
        "Sales\n"
        "receipts   2\n"
        "net sales  2799.95\n"
        "\n"
        "By day\n"
        "day         receipts  net sales\n"
        "2026-10-01         2    2799.95\n"
        "2026-10-02         0       0.00\n"
        "\n"
        "Refunds\n"
        "(none)\n");
  CHECK(show({"report", "--format", "json"}).out ==
        "{\"schema\":\"pharmacy.probe.report/1\",\"period\":\"2026-10\",\"currency\":\"CNY\",\n"
        "\"sales\":{\"receipts\":2,\"net_fen\":279995},\n"
        "\"by_day\":[\n"
        "{\"day\":\"2026-10-01\",\"receipts\":2,\"net_fen\":279995},\n"
        "{\"day\":\"2026-10-02\",\"receipts\":0,\"net_fen\":0}\n"
        "],\n"
        "\"refunds\":[]}\n");
  CHECK(show({"report", "--format", "csv"}).out ==
        "section,key,sub,value\n"
        "report,period,,2026-10\n"
        "report,currency,,CNY\n"
        "sales,receipts,,2\n"
        "sales,net_fen,,279995\n"
        "by_day,2026-10-01,receipts,2\n"
        "by_day,2026-10-01,net_fen,279995\n"
        "by_day,2026-10-02,receipts,0\n"
        "by_day,2026-10-02,net_fen,0\n");
  CHECK(show({"report", "--format", "jsonl"}).out ==
        "{\"section\":\"report\",\"period\":\"2026-10\",\"currency\":\"CNY\"}\n"
        "{\"section\":\"sales\",\"receipts\":2,\"net_fen\":279995}\n"
        "{\"section\":\"by_day\",\"day\":\"2026-10-01\",\"receipts\":2,\"net_fen\":279995}\n"
        "{\"section\":\"by_day\",\"day\":\"2026-10-02\",\"receipts\":0,\"net_fen\":0}\n");
}

TEST_CASE("the last text column wraps before anything else is cut") {
  CHECK(show({"rows", "list"}, 43).out ==
        "number  name  joined       amount  note\n"
        "M1      张伟  2026-10-31  2800.00  常客, \"\n"
        "                                   熟人\"\n"
        "M2      =1+1                -0.05\n");
}

TEST_CASE("where a table cannot fit, records stand one below the other") {
  CHECK(show({"rows", "list"}, 30).out ==
        "number  M1\n"
        "name    张伟\n"
        "joined  2026-10-31\n"
        "amount  2800.00\n"
        "note    常客, \"熟人\"\n"
        "\n"
        "number  M2\n"
        "name    =1+1\n"
        "amount  -0.05\n");
}

TEST_CASE("columns are picked and ordered, and unknown ones are refused with the known ones") {
  CHECK(show({"rows", "list", "--columns", "joined,id", "--format", "csv"}).out ==
        "joined,id\n2026-10-31,M1\n,M2\n");
  const auto ran = show({"rows", "list", "--columns", "id,nmae"});
  CHECK(ran.status == 2);
  CHECK(ran.out == "");
  CHECK(ran.err ==
        "probe rows list: no such column: nmae\n"
        "did you mean name? the columns are: id, name, joined, amount_fen, note\n");
  CHECK(show({"rows", "list", "--columns", "nmae,id,xyzxyz"}).err ==
        "probe rows list: no such column: nmae\ndid you mean name?\n"
        "probe rows list: no such column: xyzxyz\n"
        "the columns are: id, name, joined, amount_fen, note\n");
  const auto parts = show({"report", "--columns", "id"});
  CHECK(parts.status == 2);
  CHECK(parts.err.find("this answer has several parts") != std::string::npos);
}

// As people see it, where `style` is a table's.
static std::string seen(cli::Answer::Kind kind, const char* schema, cli::Table table,
                        cli::Style style = {.format = cli::Format::table}) {
  return cli::render({.kind = kind, .schema = schema, .key = "rows", .table = std::move(table)},
                     style);
}

TEST_CASE("columns of one name are called by what they belong to") {
  using cli::Answer;
  const cli::Table name{{"name"}, {{std::string{"x"}}}};
  CHECK(seen(Answer::Kind::list, "members", name) == "name\nx\n");
  CHECK(seen(Answer::Kind::list, "products", name) == "product name\nx\n");
  CHECK(seen(Answer::Kind::record, "product", name) == "product name  x\n");
  CHECK(seen(Answer::Kind::list, "products", name, {.format = cli::Format::csv, .excel = true}) ==
        "\xEF\xBB\xBFproduct name\r\nx\r\n");
  CHECK(seen(Answer::Kind::list, "products", name, {.format = cli::Format::csv}) == "name\nx\n");
  CHECK(seen(Answer::Kind::record, "member.points", {{"value_fen"}, {{Money{280}}}}) ==
        "worth in yuan  2.80\n");
}

TEST_CASE("texts that are words are told in people's words, to people only") {
  using cli::Answer;
  const auto text = [](const char* word) { return cli::Cell{std::string{word}}; };
  const cli::Table changes{{"field", "old", "new"},
                           {{text("birth"), cli::Cell{}, text("1980-02-03")},
                            {text("sex"), text("male"), text("female")},
                            {text("name"), text("male"), cli::Cell{}}}};
  CHECK(seen(Answer::Kind::list, "member.history", changes) ==
        "field  old value  new value\n"
        "born              1980-02-03\n"
        "sex    male       female\n"
        "name   male\n");
  const cli::Table receipt{{"channel", "reason"},
                           {{text("phone"), text("typing")}, {text("fax"), text("cash")}}};
  CHECK(seen(Answer::Kind::list, "receipts", receipt) ==
        "channel   reason\n"
        "by phone  typing error\n"
        "fax       cash\n");
  CHECK(seen(Answer::Kind::list, "receipts", receipt, {.format = cli::Format::csv}) ==
        "channel,reason\nphone,typing\nfax,cash\n");
}

TEST_CASE("headings are bold on a terminal, unless NO_COLOR or a dumb terminal forbids it") {
  const auto first_line = [](std::map<std::string, std::string> env, std::string when) {
    env["HOME"] = "/nonexistent";
    const auto out =
        run(probe, {"rows", "list", "--color", when}, {.terminal = true, .env = std::move(env)})
            .out;
    return out.substr(0, out.find('\n'));
  };
  const std::string plain = "number  name  joined       amount  note";
  const std::string bold = "\x1b[1m" + plain + "\x1b[0m";
  CHECK(first_line({}, "auto") == bold);
  CHECK(first_line({{"NO_COLOR", ""}}, "auto") == bold);
  CHECK(first_line({{"NO_COLOR", "1"}}, "auto") == plain);
  CHECK(first_line({{"NO_COLOR", "1"}}, "always") == bold);
  CHECK(first_line({{"TERM", "dumb"}}, "auto") == plain);
  CHECK(first_line({}, "never") == plain);
}

TEST_CASE("tab-separated values without escape codes are written where there is no terminal") {
  const auto ran = run(probe, {"rows", "list"}, {.env = {{"HOME", "/nonexistent"}}});
  CHECK(ran.out.starts_with("id\tname\tjoined"));
  CHECK(ran.out.find('\x1b') == std::string::npos);
}

TEST_CASE("only a table that is longer than the terminal is paged") {
  CHECK(show({"rows", "list"}).paged == "");
  const auto longer = show({"rows", "list", "--times", "20"});
  CHECK(longer.out == "");
  CHECK(longer.paged.starts_with("number  name"));
  CHECK(show({"rows", "list", "--times", "20", "--no-pager"}).paged == "");
  CHECK(show({"rows", "list", "--times", "20", "--format", "csv"}).paged == "");
}

TEST_CASE("an empty list says so to people, and fails only on demand") {
  const auto ran = show({"rows", "list", "--times", "0"});
  CHECK(ran.status == 0);
  CHECK(ran.out == "");
  CHECK(ran.err == "nothing to show\n");
  CHECK(show({"rows", "list", "--times", "0", "--fail-if-empty"}).status == 1);
  const auto quiet =
      run(probe, {"rows", "list", "--times", "0"}, {.env = {{"HOME", "/nonexistent"}}});
  CHECK(quiet.err == "");
  CHECK(quiet.out == "");
  const auto asked = run(probe, {"rows", "list", "--times", "0", "--format", "tsv"},
                         {.env = {{"HOME", "/nonexistent"}}});
  CHECK(asked.out == "id\tname\tjoined\tamount_fen\tnote\n");
}

}  // namespace pharmacy::test
