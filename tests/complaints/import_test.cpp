// Cases of another system: what of a file is taken, and what is refused.
#include <doctest/doctest.h>

#include "complain/complain.h"
#include "complaints/case_store.h"
#include "complaints/import/words.h"
#include "pharmacy/imports.h"
#include "pharmacy/members.h"
#include "pharmacy/rights.h"
#include "pharmacy/staff.h"
#include "pharmacy/text.h"
#include "support/errors.h"
#include "support/run.h"

namespace pharmacy::test {
namespace {

using Lines = std::vector<std::string>;

struct CaseImportStore : CaseStore {
  CaseImportStore() : CaseStore("2026-03-01") {}

  ImportPlan plan(const std::string& csv) {
    auto reading = this->reading();
    return plan_complaint_import(reading, csv, options);
  }
  ImportSummary import(const std::string& csv) {
    ImportPlan made = plan(csv);
    auto tx = begin();
    const ImportSummary summary = run_import(tx, made);
    tx.commit();
    return summary;
  }
  // "ack 2026-01-05 10:00 acknowledged, …" of each step.
  std::string life(ComplaintId id) {
    std::string text;
    const Zone zone = reading().zone();
    for (const auto& event : events(id)) {
      if (!text.empty()) text += ", ";
      text += std::string{to_word(event.step)} + ' ' + to_minute_string(event.at, zone) + ' ' +
              to_word(event.state);
    }
    return text;
  }

  ImportOptions options;
};

Lines rejected_lines(const ImportPlan& plan) {
  Lines all;
  for (const auto& row : plan.rejected())
    all.push_back(std::to_string(row.line) + ' ' + row.column + ": " + row.error);
  return all;
}

const std::string head =
    "编号,受理时间,内容,类型,渠道,优先级,分类,姓名,电话,首次响应时间,答复时间,办结时间,满意度\n";

ComplaintId number(const char* text) { return parse_complaint_id(text).value(); }

// What becomes of one row with these cells, by the names of their fields.
std::string fate(const std::vector<std::pair<std::string, std::string>>& given) {
  CaseImportStore t;
  std::string header = "reference,received_at,text";
  std::string row = "T1,2026-01-05 09:00,药盒少一板";
  for (const auto& [field, cell] : given) {
    header += ',' + field;
    row += ',' + cell;
  }
  const auto plan = t.plan(header + '\n' + row + '\n');
  if (!plan.rejected().empty()) return plan.rejected()[0].column + ": " + plan.rejected()[0].error;
  t.import(header + '\n' + row + '\n');
  return t.life(number("C2026-1"));
}

}  // namespace

TEST_CASE("a case comes with its steps at their times, and its number goes by its receipt") {
  CaseImportStore t;
  const auto summary = t.import(
      head +
      "T2,2026-01-05 09:00,\"药盒少一板,\n请补发\",投诉,热线,重要,发药,李娜,139-0013-9000,"
      "2026-01-05 10:00,2026-01-06 11:30,2026-01-08,满意\n"
      "T1,2025-12-31 20:00,建议晚上加一名收银,建议,微信,,,王芳,,,2026-01-02,2026-01-02,采纳\n"
      "T3,2026-01-04,店员热心,表扬,门店,,,,,,,2026-01-04,\n");
  CHECK(summary.added == 3);
  const Complaint one = t.get(number("C2026-2"));
  CHECK(one.text == "药盒少一板,\n请补发");
  CHECK(one.kind == ComplaintKind::complaint);
  CHECK(one.channel == ComplaintChannel::phone);
  CHECK(one.severity == ComplaintSeverity::major);
  CHECK(one.category == ComplaintCategory::dispensing);
  CHECK(one.state == ComplaintState::closed);
  CHECK(one.contact == "*******9000");
  CHECK(one.staff == "wangli");
  CHECK_FALSE(one.promised);
  CHECK(t.life(one.id) ==
        "ack 2026-01-05 10:00 acknowledged, reply 2026-01-06 11:30 replied,"
        " satisfied 2026-01-08 00:00 satisfied, close_satisfied 2026-01-08 00:00 closed");
  // 12 hours of the shop on the first day, 3.5 on the second: more than the 13 of a major one.
  CHECK(t.clocks(one.id).answer == ClockState::missed);
  CHECK(t.clocks(one.id).answer_seconds_spent == 15 * 3'600 + 1'800);
  CHECK(t.life(number("C2025-1")) ==
        "ack 2026-01-02 00:00 acknowledged, adopt 2026-01-02 00:00 adopted,"
        " inform 2026-01-02 00:00 closed");
  CHECK(t.life(number("C2026-1")) ==
        "ack 2026-01-04 00:00 acknowledged, close_done 2026-01-04 00:00 closed");
}

TEST_CASE("the same file twice adds nothing, and what changed since is told") {
  CaseImportStore t;
  const std::string open = head + "T1,2026-01-05 09:00,药盒少一板,投诉,,,,李娜,,,,,\n";
  CHECK(t.import(open).added == 1);
  CHECK(t.import(open).added == 0);
  CHECK(t.import(open).already == 1);
  CHECK(t.plan(open).notices().empty());
  const auto later =
      t.plan(head + "T1,2026-01-05 09:00,药盒少一板,投诉,,,,李娜,,,2026-01-06,2026-01-06,满意\n");
  REQUIRE(later.notices().size() == 1);
  CHECK(later.notices()[0].kind == "case_differs");
  CHECK(later.notices()[0].text == "T1 is here as C2026-000001, with other facts; they stay");
  // Another system numbers alike.
  t.options.source = "hotline";
  CHECK(t.import(open).added == 1);
  // Within a file, a row that is there twice counts once; one that says other things is none.
  t.options.source = "third";
  const auto twice = t.plan(open + "T1,2026-01-05 09:00,药盒少一板,投诉,,,,李娜,,,,,\n" +
                            "T1,2026-01-05 09:00,别的事,投诉,,,,李娜,,,,,\n");
  CHECK(twice.summary().duplicates == 1);
  CHECK(rejected_lines(twice) == Lines{"4 编号: T1 is on line 2 with other facts"});
}

TEST_CASE("what a row says of its times is checked") {
  CHECK(fate({{"closed_at", "2026-01-05 08:59"}, {"outcome", "满意"}}) ==
        "closed_at: 2026-01-05 08:59 lies before received_at: 2026-01-05 09:00");
  CHECK(fate({{"replied_at", "2026-01-04"}}) ==
        "replied_at: 2026-01-04 lies before received_at: 2026-01-05 09:00");
  CHECK(fate({{"acknowledged_at", "2026-01-06 10:00"}, {"replied_at", "2026-01-06 09:00"}}) ==
        "replied_at: 2026-01-06 09:00 lies before acknowledged_at: 2026-01-06 10:00");
  CHECK(fate({{"replied_at", "2026-03-01 10:01"}}) ==
        "replied_at: 2026-03-01 10:01 lies in the future");
  CHECK(fate({{"replied_at", "2026/01/06 9:30"}}) ==
        "replied_at: 2026/01/06 9:30 is not a date or time such as 2026-10-31 or 2026-10-31 09:30;"
        " try --at-format '%Y/%m/%d %H:%M'");
  // A day alone, that of the receipt, is not before it.
  CHECK(fate({{"replied_at", "2026-01-05"}}) ==
        "ack 2026-01-05 09:00 acknowledged, reply 2026-01-05 09:00 replied");
}

TEST_CASE("what a row says of its end is checked") {
  CHECK(fate({{"closed_at", "2026-01-06"}, {"outcome", "不满意"}}) ==
        "ack 2026-01-06 00:00 acknowledged, reply 2026-01-06 00:00 replied,"
        " unsatisfied 2026-01-06 00:00 investigating, close_exhausted 2026-01-06 00:00 closed");
  CHECK(fate({{"replied_at", "2026-01-06"}, {"outcome", "不满意"}}) ==
        "ack 2026-01-06 00:00 acknowledged, reply 2026-01-06 00:00 replied,"
        " unsatisfied 2026-01-06 00:00 investigating");
  CHECK(fate({{"closed_at", "2026-01-06"}, {"outcome", "撤诉"}}) ==
        "close_withdrawn 2026-01-06 00:00 closed");
  CHECK(fate({{"closed_at", "2026-01-06"}}) ==
        "outcome: it ended, but not how: outcome is empty; say it for all rows with"
        " --set outcome=satisfied");
  CHECK(fate({{"outcome", "撤诉"}}) == "outcome: 撤诉, but not when: closed_at is empty");
  CHECK(fate({{"closed_at", "2026-01-06"}, {"outcome", "采纳"}}) ==
        "outcome: 采纳 is no end of this kind: complaint");
  CHECK(fate({{"kind", "建议"}, {"closed_at", "2026-01-06"}, {"outcome", "满意"}}) ==
        "outcome: 满意 is no end of this kind: suggestion");
  CHECK(fate({{"reply", "已补发"}}) == "reply: an answer, but not when: replied_at is empty");
  CHECK(fate({{"kind", "建议"}, {"reply", "已采纳"}}) ==
        "reply: an answer, but not when: replied_at is empty");
  CHECK(fate({{"kind", "建议"},
              {"reply", "会考虑"},
              {"closed_at", "2026-01-06"},
              {"outcome", "撤诉"}}) == "reply: an answer, but not when: replied_at is empty");
  CHECK(fate({{"kind", "表扬"}, {"reply", "谢谢"}, {"replied_at", "2026-01-06"}}) ==
        "reply: an answer that belongs to no step: say how it ended");
  CHECK(fate({{"cause", "发药差错"}}) ==
        "cause: 发药差错 does not go with complaint that is received");
  CHECK(fate({{"acknowledged_at", "2026-01-05 09:30"}, {"cause", "发药差错"}}) ==
        "ack 2026-01-05 09:30 acknowledged, cause 2026-01-05 09:30 acknowledged");
}

TEST_CASE("each kind of cell has its own fault") {
  CHECK(fate({{"kind", "complant"}}).starts_with("kind: not a known word: complant; known are"));
  CHECK(fate({{"channel", "传真"}}).starts_with("channel: not a known word: 传真"));
  CHECK(fate({{"member", "9999"}}) == "member: no member has this number, card or phone: 9999");
  CHECK(fate({{"product", "Z"}}) == "product: no product has the code Z");
  CHECK(fate({{"batch", "B1"}}) == "batch: a batch of no product");
  CHECK(fate({{"contact", "1.39E+10"}}) ==
        "contact: 1.39E+10 is a number that a spreadsheet cut short: export the column as text");
  CHECK(fate({{"reply", std::string(4'001, 'x')}, {"replied_at", "2026-01-06"}}) ==
        "reply: the text has 4001 bytes: at most 4000 can be kept");
  CaseImportStore t;
  const std::string row = "T1,2026-01-05 09:00,";
  const std::string three = "reference,received_at,text\n" + row;
  CHECK(rejected_lines(t.plan(three + std::string(16'001, 'x') + '\n')) ==
        Lines{"2 text: the text has 16001 bytes: at most 16000 can be kept"});
  CHECK(t.plan(three + std::string(16'000, 'x') + '\n').summary().added == 1);
  CHECK(rejected_lines(t.plan(three + "\n")) == Lines{"2 text: text is empty"});
}

TEST_CASE("a member, a product and a handler of ours are known again, others stay as text") {
  CaseImportStore t;
  t.import(
      "reference,received_at,text,member,product,batch,owner,department\n"
      "T1,2026-01-05,少一板,M1,A,Ｂ１,wangli,采购部\n"
      "T2,2026-01-06,少一板,,,,张三,\n");
  const Complaint one = t.get(number("C2026-1"));
  CHECK(one.member == t.member);
  CHECK(one.code == "A");
  CHECK(one.batch == "B1");
  CHECK(one.owner == "wangli");
  CHECK(one.department == "采购部");
  const Complaint other = t.get(number("C2026-2"));
  CHECK_FALSE(other.owner);
  CHECK(t.events(other.id)[0].text == "张三");
  {
    auto tx = t.begin();
    restrict_member(tx, t.member, "资料有争议");
    tx.commit();
  }
  CHECK(rejected_lines(t.plan("reference,received_at,text,member\nT3,2026-01-07,少一板,M1\n")) ==
        Lines{"2 member: M1 is restricted: nothing more is kept of her"});
}

TEST_CASE("a case is handed to nobody who may not handle it, or is let in no more") {
  CaseImportStore t;
  static_cast<void>(t.let_in(Role::clerk));
  static_cast<void>(t.let_in(Role::service));
  const auto owner_of = [&](const std::string& reference, const std::string& login) {
    t.import("reference,received_at,text,owner\n" + reference + ",2026-01-05,少一板," + login +
             "\n");
    return t.get(t.list({.limit = 1}).front()).owner;
  };
  CHECK(owner_of("T1", "service") == "service");
  CHECK_FALSE(owner_of("T2", "clerk"));
  {
    auto tx = t.begin();
    disable_staff(tx, "service");
    tx.commit();
  }
  CHECK_FALSE(owner_of("T3", "service"));
}

TEST_CASE("what a file tells of a reaction is sealed") {
  CaseImportStore t;
  t.import("reference,received_at,text,kind\nT1,2026-01-05,服药后全身皮疹,不良反应\n");
  const ComplaintId id = number("C2026-1");
  CHECK_FALSE(t.get(id).text);
  CHECK(t.get(id).is_about_health);
  auto reading = t.reading();
  CHECK(complaint_health(reading, id) == "服药后全身皮疹");
}

TEST_CASE("what a file tells of how a reaction was answered is sealed with it") {
  CaseImportStore t;
  const std::string columns = "reference,received_at,text,kind,reply,replied_at\n";
  t.import(columns + "T1,2026-01-05,服药后全身皮疹,不良反应,过敏性休克已抢救,2026-01-06\n");
  const ComplaintId id = number("C2026-1");
  {
    auto reading = t.reading();
    CHECK(complaint_health(reading, id) == "服药后全身皮疹\n\n过敏性休克已抢救");
  }
  for (const ComplaintEvent& event : t.events(id)) CHECK_FALSE(event.text);
  CHECK(t.events(id).back().step == ComplaintStepKind::reply);
  CHECK(rejected_lines(t.plan(columns + "T2,2026-01-05," + std::string(15'990, 'x') +
                              ",不良反应,已对症处理,2026-01-06\n")) ==
        Lines{"2 reply: the text has 16007 bytes: at most 16000 can be kept"});
}

TEST_CASE("all or nothing, unless the good rows are asked for, and only managers import") {
  CaseImportStore t;
  const std::string csv = head + "T1,2026-01-05,少一板,投诉,,,,,,,,,\n" +
                          "T2,2026-01-05 09:00,少一板,投诉,,,,,,,,2026-01-04,满意\n";
  CHECK(code_of([&] { return t.import(csv).added; }) == Errc::bad_data);
  CHECK(t.list({.all = true}).empty());
  t.options.keep_good = true;
  CHECK(t.import(csv).added == 1);
  Store service = t.let_in(Role::service);
  service.view([&](Reading& reading) {
    CHECK(code_of([&] { return plan_complaint_import(reading, csv, {}).summary().added; }) ==
          Errc::not_permitted);
  });
}

TEST_CASE("complain import reads GB18030, tells what it takes, and writes the rejects") {
  CaseImportStore t;
  TempDir dir;
  const auto file = dir.path() / "台账.csv";
  put_bytes(file, to_gb18030(head + "T1,2026-01-05,少一板,投诉,,,,李娜,,,,,\n" +
                             "T2,2026-01-05,少一板,投诉,,,,李娜,,,,2026-01-04,满意\n"));
  const auto complain = [&](std::vector<std::string> more) {
    std::vector<std::string> args{"import", file.string()};
    args.insert(args.end(), more.begin(), more.end());
    return run(cli::complain, t, args);
  };
  CHECK(complain({}).status == 65);
  CHECK(complain({"--encoding", "gb18030"}).status == 65);
  const Ran dry = complain({"--encoding", "gb18030", "--keep-good", "--dry-run"});
  CHECK(dry.status == 1);
  INFO(dry.err);
  CHECK(dry.err.find("imported 1 case from 台账.csv") != std::string::npos);
  CHECK(t.list({.all = true}).empty());
  const Ran done = complain({"--encoding", "gb18030", "--keep-good"});
  CHECK(done.status == 1);
  CHECK(t.list({.all = true}).size() == 1);
  const std::string rejects = bytes_of(file.string() + ".rejected.csv");
  CHECK(rejects.find("T2,2026-01-05,少一板,投诉,,,,李娜,,,,2026-01-04,满意,3,办结时间,"
                     "2026-01-04 lies before 受理时间: 2026-01-05\n") != std::string::npos);
}

TEST_CASE("no header is known for two fields of cases") {
  std::vector<std::string> all;
  for (const auto& field : complaint_import_fields()) {
    all.push_back(field.name);
    all.insert(all.end(), field.headers.begin(), field.headers.end());
  }
  std::ranges::sort(all);
  CHECK(std::ranges::adjacent_find(all) == all.end());
}

}  // namespace pharmacy::test
