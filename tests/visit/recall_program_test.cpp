// Recalls as they are typed and printed, for people and for machines.
#include <doctest/doctest.h>

#include "pharmacy/approval.h"
#include "pharmacy/members.h"
#include "pharmacy/text.h"
#include "report/report.h"
#include "support/counter_store.h"
#include "support/run.h"
#include "visit/visit.h"

namespace pharmacy::test {
namespace {

using Words = std::vector<std::string>;

struct RecallDesk : CounterStore {
  RecallDesk() {
    auto tx = begin();
    other = add_member(tx, {.name = "李娜", .phone = "13900139000"});
    NewSale sale;
    sale.member = other;
    sale.items = items_of({"A=3#B1"});
    add_sale(tx, sale);
    sale.member.reset();
    sale.items = items_of({"A=4#Ｂ１"});
    add_sale(tx, sale);
    tx.commit();
    sell({"A=2#B1"});
  }
  Ran visit(const Words& args, Surroundings around = {}) {
    return run(cli::define_visit, *this, args, std::move(around));
  }
  Ran report(const Words& args, Surroundings around = {}) {
    return run(cli::report, *this, args, std::move(around));
  }
  Ran open(const Words& more = {}) {
    Words args{"recall", "open", "--product", "A", "--batch", "B1", "--class", "1"};
    args.insert(args.end(), more.begin(), more.end());
    return visit(args);
  }

  MemberId other;
};

// JSON is broken into lines between its parts.
std::string joined(const Ran& ran) {
  std::string text = ran.out;
  std::erase(text, '\n');
  return text;
}

bool tells_part(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("visit recall open tells what it found, and until when") {
  RecallDesk t;
  const Ran opened = t.open({"--format", "json"});
  CHECK(opened.status == 0);
  CHECK(opened.err ==
        "opened recall 1 of A: lines sold 3, members to tell 2, receipts of nobody known 1 "
        "(undo: visit recall close 1 --reason typing)\n"
        "everybody is to be told by 2026-03-02 10:00; whom to call: report recall 1\n");
  CHECK(joined(opened) ==
        "{\"schema\":\"pharmacy.visit.recall/1\",\"id\":\"1\",\"product\":\"A\","
        "\"product_name\":\"苯磺酸氨氯地平片\",\"batches\":\"B1\",\"recall_class\":\"1\","
        "\"reason\":null,\"started_at\":\"2026-03-01T10:00:00+08:00\","
        "\"due_at\":\"2026-03-02T10:00:00+08:00\",\"state\":\"open\",\"hours_left\":24,"
        "\"to_tell\":2,\"told\":0,\"told_percent\":0,\"staff\":\"wangli\",\"closed_at\":null,"
        "\"closed_reason\":null,\"quantities\":{\"lines\":3,\"sold_milli\":9000,"
        "\"returned_milli\":0,\"out_milli\":9000,\"anonymous_receipts\":1,"
        "\"anonymous_milli\":4000,\"untied_milli\":0,\"households\":0,"
        "\"household_members\":0}}");
}

TEST_CASE("a dry run and a refused recall store nothing") {
  RecallDesk t;
  CHECK(t.open({"--dry-run"}).status == 0);
  CHECK(t.visit({"recall", "list"}).out.find('A') == std::string::npos);
  CHECK(t.visit({"recall", "open", "--product", "A", "--class", "4"}).status == 2);
  CHECK(t.visit({"recall", "open", "--product", "AX", "--batch", "B1", "--class", "1"}).status ==
        1);
  CHECK(t.open().status == 0);
  const Ran again = t.open();
  CHECK(again.status == 4);
  CHECK(again.err ==
        "visit recall open: recall 1 has batch B1 already\nsee it with: report recall 1\n");
}

TEST_CASE("tries are recorded, and the report lists whom to call") {
  RecallDesk t;
  t.open();
  CHECK(
      t.visit({"recall", "call", "1", "6001", "--outcome", "reached", "--note", "明天送回"}).err ==
      "recall 1, M1, try 1: told\n");
  CHECK(t.visit({"recall", "call", "1", "M2", "--outcome", "no_answer"}).status == 0);
  const Ran called = t.visit(
      {"recall", "call", "1", "13900139000", "--outcome", "wrong_number", "--format", "json"});
  CHECK(called.out ==
        "{\"schema\":\"pharmacy.visit.recall.call/1\",\"recall\":\"1\",\"member\":\"M2\","
        "\"outcome\":\"wrong_number\",\"tries\":2}\n");
  const Ran shown = t.report({"recall", "1", "--format", "json"});
  CHECK(shown.status == 0);
  CHECK(tells_part(shown.out, "\"schema\":\"pharmacy.report.recall/1\""));
  CHECK(tells_part(shown.out, "\"told_percent\":50"));
  CHECK(tells_part(joined(shown),
                   "\"calls\":[{\"member\":\"M2\",\"name\":\"李娜\",\"phone\":\"*******9000\","
                   "\"restricted\":false,\"quantity_milli\":3000,\"returned_milli\":0,\"tries\":2,"
                   "\"outcome\":\"wrong_number\",\"tried\":\"2026-03-01T10:00:00+08:00\","
                   "\"hours_left\":24,\"household\":null,\"reached_by\":null},"
                   "{\"member\":\"M1\""));
  CHECK_FALSE(tells_part(shown.out, "13900139000"));
  const Ran revealed =
      t.report({"recall", "1", "--reveal", "phone", "--reason", "call", "--format", "json"});
  CHECK(tells_part(revealed.out, "\"phone\":\"+8613900139000\""));
  CHECK(t.report({"recall", "1", "--reveal", "phone"}).status == 2);
  CHECK(tells_part(t.report({"recall", "1", "--format", "csv"}).out, "section,key,sub,value\n"));
}

TEST_CASE("a batch that nobody recalled is traced, and what cannot be asked is refused") {
  RecallDesk t;
  const Ran traced = t.report({"recall", "--product", "A", "--batch", "Ｂ１", "--format", "json"});
  CHECK(traced.status == 0);
  CHECK(tells_part(traced.out, "\"id\":null"));
  CHECK(tells_part(traced.out, "\"hours_left\":null"));
  CHECK(tells_part(traced.out, "\"sold_milli\":9000"));
  for (const Words& args :
       {Words{"recall"}, Words{"recall", "--product", "A"},
        Words{"recall", "1", "--product", "A", "--batch", "B1"}, Words{"recall", "--batch", "B1"}})
    CHECK(t.report(args).status == 2);
  CHECK(t.report({"recall", "1"}).status == 1);
}

TEST_CASE("a list of more people than one may see takes an approval") {
  RecallDesk t;
  t.open();
  {
    auto tx = t.begin();
    for (std::size_t i = 1; i < people_shown_max; ++i) {
      NewSale sale;
      sale.member = add_member(tx, {.name = "会员"});
      sale.items = items_of({"A#B1"});
      add_sale(tx, sale);
    }
    tx.commit();
  }
  const Ran asked = t.report({"recall", "1", "--no-input"});
  CHECK(asked.out == "");
  CHECK(asked.status == 2);  // the only person of the store: she says what for
  CHECK(tells_part(asked.err, "this takes a reason\n"));
  const Ran alone = t.report({"recall", "1", "--reason", "召回", "--format", "json"});
  CHECK(alone.status == 0);
  CHECK(tells_part(alone.out, "\"member\":\"M201\""));
  CHECK(t.visit({"recall", "list"}).status == 0);
}

TEST_CASE("closing names who was not told") {
  RecallDesk t;
  t.open();
  t.visit({"recall", "call", "1", "M1", "--outcome", "reached"});
  const Ran closed =
      t.visit({"recall", "close", "1", "--reason", "已召回完毕", "--format", "json"});
  CHECK(closed.status == 0);
  CHECK(closed.err == "closed recall 1\nnot told of it: M2\n");
  CHECK(tells_part(closed.out, "\"state\":\"closed\""));
  CHECK(tells_part(joined(closed), "\"unreached\":[{\"member\":\"M2\"}]"));
  CHECK(t.visit({"recall", "call", "1", "M2", "--outcome", "reached"}).status == 3);
  CHECK(tells_part(t.visit({"recall", "list", "--format", "csv"}).out, ",closed,,2,1,50,wangli,"));
}

TEST_CASE("people see whom to call on a terminal of 80 columns") {
  RecallDesk t;
  t.open();
  t.set_day("2026-03-03");
  Surroundings terminal;
  terminal.terminal = true;
  terminal.rows = 200;
  const Ran shown = t.report({"recall", "1"}, terminal);
  CHECK(tells_part(shown.out, "Whom to call"));
  CHECK(tells_part(shown.out, "overdue"));
  CHECK(tells_part(shown.out, "M2      李娜  *******9000"));
  CHECK(tells_part(shown.out, "-24"));
  const Ran listed = t.visit({"recall", "list"}, terminal);
  CHECK(tells_part(listed.out, "overdue"));
  for (const Ran* ran : {&shown, &listed}) {
    std::size_t from = 0;
    for (std::size_t to = 0; (to = ran->out.find('\n', from)) != std::string::npos; from = to + 1)
      CHECK(display_width(ran->out.substr(from, to - from)) <= 80);
  }
}

}  // namespace pharmacy::test
