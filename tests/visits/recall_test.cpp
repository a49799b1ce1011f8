// Recalls: who bought of a batch, who was told in time, and what came back.
#include "pharmacy/recall.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "pharmacy/approval.h"
#include "pharmacy/complaint_erasure.h"
#include "pharmacy/merge.h"
#include "pharmacy/points.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "pharmacy/staff.h"
#include "support/counter_store.h"
#include "support/errors.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

constexpr std::int64_t hour = 3600;

// Two members bought of B1, one of them by another spelling, and somebody who is no member did.
struct RecallStore : CounterStore {
  RecallStore() {
    auto tx = begin();
    second = add_member(tx, {.name = "李娜", .phone = "13900139000"});
    third = add_member(tx, {.name = "王芳"});
    tx.commit();
    first_sale = sell({"A=2#B1", "B=1#B1"});
    second_sale = sell_to(second, {"A=3#Ｂ１"});
    sell_to(third, {"A=5#B2"});
    sell_to(std::nullopt, {"A=4#B1"});
  }

  ReceiptId sell_to(std::optional<MemberId> who, const std::vector<std::string>& items) {
    NewSale sale;
    sale.member = who;
    sale.items = items_of(items);
    return sell(sale);
  }
  RecallId open(RecallClass recall_class = RecallClass::one,
                std::vector<std::string> batches = {"B1"}) {
    auto tx = begin();
    const RecallId id = open_recall(tx, {.what = {.product = "A", .batches = std::move(batches)},
                                         .recall_class = recall_class});
    tx.commit();
    return id;
  }
  std::int64_t call(RecallId id, MemberId who, CallOutcome outcome) {
    auto tx = begin();
    const auto tries =
        record_recall_call(tx, {.recall = id, .member = who, .outcome = outcome, .note = "留言"});
    tx.commit();
    return tries;
  }
  std::vector<MemberId> close(RecallId id) {
    auto tx = begin();
    auto unreached = close_recall(tx, id, "已处理");
    tx.commit();
    return unreached;
  }
  RecallReport report(RecallId id) {
    auto reading = this->reading();
    return recall_report(reading, id);
  }
  RecallMember member_of(RecallId id, MemberId who) {
    const auto found = report(id).members;
    const auto at = std::ranges::find(found, who, &RecallMember::member);
    REQUIRE(at != found.end());
    return *at;
  }
  void set_seconds_after(RecallId id, std::int64_t seconds) {
    set_time({report(id).recall.started->seconds + seconds});
  }
  Store let_in(Role role) {
    auto tx = begin();
    auto key = add_staff(
        tx, {.login = std::string{"r-"} + to_word(role), .name = "员工", .roles = {role}});
    tx.commit();
    return Store::open(path(), KeyFile{std::move(key.key_file.value())}, {.clock = clock()});
  }

  MemberId second;
  MemberId third;
  ReceiptId first_sale;
  ReceiptId second_sale;
};

std::vector<MemberId> numbers_of(const RecallReport& report) {
  std::vector<MemberId> numbers;
  for (const RecallMember& one : report.members) numbers.push_back(one.member);
  return numbers;
}

}  // namespace

TEST_CASE("a recall finds what was sold of its batch, in any spelling, and of nothing else") {
  RecallStore t;
  const RecallReport found = t.report(t.open());
  CHECK(found.recall.code == "A");
  CHECK(found.recall.batches == "B1");
  CHECK(numbers_of(found) == std::vector{t.member, t.second});
  REQUIRE(found.lines.size() == 3);  // not B1 of the product B, nor B2 of A
  CHECK(found.lines[0].receipt == t.first_sale);
  CHECK(found.lines[0].quantity == Quantity{2000});
  CHECK(found.lines[1].receipt == t.second_sale);
  CHECK(found.figures.sold == Quantity{9000});
  CHECK(found.figures.out == Quantity{9000});
  CHECK(found.figures.anonymous_receipts == 1);
  CHECK(found.figures.anonymous == Quantity{4000});
  CHECK_FALSE(found.lines[2].member.has_value());
}

TEST_CASE("a batch is found however it is typed, and however a line has it") {
  RecallStore t;
  // As an import may have stored it, whose texts are kept as they were.
  {
    auto tx = t.begin();
    vault::database(tx).run(
        "INSERT INTO line (receipt, line, product, quantity, amount, batch)"
        " VALUES (?1, 9, (SELECT id FROM product WHERE code = 'A'), 1000, 0, 'ｂ１')",
        t.second_sale);
    tx.commit();
  }
  for (const char* typed : {"B1", "Ｂ１", "b1", " B1　"}) {
    CAPTURE(typed);
    auto reading = t.reading();
    const auto found = trace_batches(reading, {.product = "Ａ", .batches = {typed}});
    CHECK(found.figures.lines == 4);
    CHECK(found.figures.sold == Quantity{10000});
    CHECK(found.recall.members == 2);
  }
  auto reading = t.reading();
  CHECK(trace_batches(reading, {.product = "A", .batches = {"B1", "B2"}}).figures.lines == 5);
  CHECK(trace_batches(reading, {.product = "A", .batches = {"B"}}).figures.lines == 0);
  const auto traced = trace_batches(reading, {.product = "A", .batches = {"B9"}});
  CHECK_FALSE(traced.recall.id.has_value());
  CHECK_FALSE(traced.recall.state.has_value());
  CHECK_FALSE(traced.recall.told_percent.has_value());
}

TEST_CASE("each class has its hours, and they end at the second") {
  const std::pair<RecallClass, std::int64_t> classes[] = {
      {RecallClass::one, 24}, {RecallClass::two, 48}, {RecallClass::three, 72}};
  for (const auto& one : classes) {
    const std::int64_t hours = one.second;
    CAPTURE(hours);
    RecallStore t;
    const RecallId id = t.open(one.first);
    CHECK(t.report(id).recall.hours_left == hours);
    CHECK(t.report(id).recall.due->seconds - t.report(id).recall.started->seconds == hours * hour);
    t.set_seconds_after(id, 1);
    CHECK(t.report(id).recall.hours_left == hours - 1);
    t.set_seconds_after(id, hours * hour);
    CHECK(t.report(id).recall.state == RecallState::open);
    CHECK(t.report(id).recall.hours_left == 0);
    CHECK(t.member_of(id, t.second).hours_left == 0);
    t.set_seconds_after(id, hours * hour + 1);
    CHECK(t.report(id).recall.state == RecallState::overdue);
    CHECK(t.report(id).recall.hours_left == -1);
    CHECK(t.member_of(id, t.second).hours_left == -1);
    t.set_seconds_after(id, (hours + 1) * hour + 1);
    CHECK(t.report(id).recall.hours_left == -2);
  }
}

TEST_CASE("the hours go on at night, on a holiday and at the end of a month") {
  RecallStore t;
  t.set_time(t.store().zone().at_local(*parse_date("2026-09-30"), std::chrono::hours{20}));
  const RecallId id = t.open(RecallClass::two);
  CHECK(to_string(*t.report(id).recall.due, t.store().zone()) == "2026-10-02T20:00:00+08:00");
}

TEST_CASE("every try stays, and the newest one counts") {
  RecallStore t;
  const RecallId id = t.open();
  CHECK(t.report(id).recall.told_percent == 0);
  CHECK(t.call(id, t.second, CallOutcome::no_answer) == 1);
  CHECK(t.call(id, t.second, CallOutcome::reached) == 2);
  CHECK(t.member_of(id, t.second).tries == 2);
  CHECK(t.member_of(id, t.second).outcome == CallOutcome::reached);
  CHECK_FALSE(t.member_of(id, t.second).hours_left.has_value());
  CHECK(t.report(id).recall.told == 1);
  CHECK(t.report(id).recall.told_percent == 50);
  CHECK(numbers_of(t.report(id)) == std::vector{t.member, t.second});
  t.call(id, t.member, CallOutcome::reached);
  t.call(id, t.second, CallOutcome::no_answer);
  CHECK(numbers_of(t.report(id)) == std::vector{t.second, t.member});  // whom to call first
  t.call(id, t.second, CallOutcome::reached);
  t.call(id, t.member, CallOutcome::wrong_number);
  CHECK(t.report(id).recall.told == 1);
  t.call(id, t.member, CallOutcome::returned);
  CHECK(t.report(id).recall.state == RecallState::done);
  CHECK(t.report(id).recall.told_percent == 100);
  t.call(id, t.member, CallOutcome::refused);
  CHECK(t.report(id).recall.state == RecallState::open);
  auto tx = t.begin();
  CHECK(vault::database(tx).value<std::int64_t>("SELECT count(*) FROM recall_call") == 8);
  CHECK_THROWS(vault::database(tx).run("UPDATE recall_call SET outcome = 'reached'"));
  CHECK_THROWS(vault::database(tx).run("UPDATE recall SET class = '3'"));
  CHECK_THROWS(vault::database(tx).run("DELETE FROM recall_batch"));
}

TEST_CASE("what comes back for a recall counts by itself, and all of it for another reason too") {
  RecallStore t;
  const RecallId id = t.open();
  t.call(id, t.member, CallOutcome::no_answer);
  t.take_back({.receipt = t.first_sale,
               .items = {{.line = 1, .quantity = Quantity{1000}}},
               .reason = "quality"});
  CHECK(t.member_of(id, t.member).outcome == CallOutcome::no_answer);
  CHECK(t.report(id).figures.returned == Quantity{1000});
  SUBCASE("the rest for another reason") {
    t.take_back({.receipt = t.first_sale, .items = {{.line = 1}}, .reason = "quality"});
    CHECK(t.member_of(id, t.member).outcome == CallOutcome::returned);
    CHECK(t.report(id).figures.out == Quantity{7000});
  }
  SUBCASE("a part for the recall") {
    t.take_back({.receipt = t.second_sale,
                 .items = {{.line = 1, .quantity = Quantity{1000}}},
                 .reason = "recall"});
    CHECK(t.member_of(id, t.second).outcome == CallOutcome::returned);
    CHECK(t.member_of(id, t.second).returned == Quantity{1000});
    CHECK(t.report(id).recall.told == 1);
    CHECK(t.report(id).figures.out == Quantity{7000});
    CHECK(t.report(id).figures.untied == Quantity{0});
  }
}

TEST_CASE("restricted members are called, and erased ones are nobody") {
  RecallStore t;
  const RecallId id = t.open();
  {
    auto tx = t.begin();
    restrict_member(tx, t.second, "本人要求");
    tx.commit();
  }
  CHECK(t.member_of(id, t.second).restricted);
  CHECK(t.member_of(id, t.second).phone == "*******9000");
  CHECK_FALSE(t.member_of(id, t.member).restricted);
  t.call(id, t.second, CallOutcome::reached);
  CHECK(t.report(id).recall.told == 1);
  {
    auto reading = t.reading();
    const auto whole = recall_report(reading, id, {.field = Revealed::phone, .reason = "call"});
    CHECK(whole.members.back().phone == "+8613900139000");
    CHECK(code_of([&] { recall_report(reading, id, {.field = Revealed::phone}); }) ==
          Errc::invalid_input);
  }
  {
    auto tx = t.begin();
    set_policy(
        tx, {.document = "[approvals]\nby = \"one\"\n", .name = "p", .effective_on = tx.today()});
    tx.commit();
  }
  {
    auto tx = t.begin();
    approve_alone(tx, Approvable::erase_person, KeyFile{Secret{bytes_of(t.key_file_path())}},
                  "本人要求");
    erase_member(tx, {.member = t.second,
                      .reason = "本人要求",
                      .empty_purse = forfeit_points,
                      .erase_complaints = erase_complaints_of});
    tx.commit();
  }
  const auto after = t.report(id);
  CHECK(numbers_of(after) == std::vector{t.member});
  CHECK(after.recall.told == 0);
  CHECK(after.figures.anonymous_receipts == 2);
  CHECK(after.figures.sold == Quantity{9000});
}

TEST_CASE("two numbers that become one are one person to call, and her tries go with her") {
  RecallStore t;
  const RecallId id = t.open();
  t.call(id, t.member, CallOutcome::reached);
  {
    auto tx = t.begin();
    merge_members(tx, {.from = t.member, .into = t.second});
    tx.commit();
  }
  CHECK(numbers_of(t.report(id)) == std::vector{t.second});
  CHECK(t.member_of(id, t.second).quantity == Quantity{5000});
  CHECK(t.member_of(id, t.second).tries == 1);
  CHECK(t.report(id).recall.told_percent == 100);
}

TEST_CASE("a closed recall names who was not told, and takes no more calls") {
  RecallStore t;
  const RecallId id = t.open();
  t.call(id, t.member, CallOutcome::reached);
  CHECK(t.close(id) == std::vector{t.second});
  const Recall closed = t.report(id).recall;
  CHECK(closed.state == RecallState::closed);
  CHECK(closed.closed_reason == "已处理");
  CHECK_FALSE(closed.hours_left.has_value());
  CHECK(code_of([&] { t.call(id, t.second, CallOutcome::reached); }) == Errc::refused);
  CHECK(code_of([&] { t.close(id); }) == Errc::refused);
  t.open();  // the batch may be recalled again
}

TEST_CASE("what cannot be is refused, all faults at once") {
  RecallStore t;
  auto tx = t.begin();
  const auto faults = [&](const BatchesOf& what) {
    return error_of([&] { open_recall(tx, {.what = what, .reason = ""}); }).faults().size();
  };
  CHECK(faults({.product = "A", .batches = {}}) == 2);
  CHECK(faults({.product = "A", .batches = {"B1", "ｂ1", ""}}) == 3);
  CHECK(code_of([&] { open_recall(tx, {.what = {"AA", {"B1"}}}); }) == Errc::not_found);
  const RecallId id = open_recall(tx, {.what = {"A", {"B1", "B2"}}});
  CHECK(code_of([&] { open_recall(tx, {.what = {"A", {"b2"}}}); }) == Errc::conflict);
  CHECK_FALSE(code_of([&] { open_recall(tx, {.what = {"B", {"B1"}}}); }));
  CHECK(code_of([&] { record_recall_call(tx, {.recall = RecallId{9}, .member = t.member}); }) ==
        Errc::not_found);
  const MemberId stranger = add_member(tx, {.name = "陈静"});
  CHECK(code_of([&] { record_recall_call(tx, {.recall = id, .member = stranger}); }) ==
        Errc::refused);
  CHECK(code_of([&] { close_recall(tx, id, ""); }) == Errc::invalid_input);
}

TEST_CASE("pharmacists and managers recall, managers close, auditors look at masked names") {
  for (const Role role :
       {Role::clerk, Role::service, Role::pharmacist, Role::manager, Role::auditor, Role::job}) {
    CAPTURE(to_word(role));
    RecallStore t;
    const RecallId id = t.open();
    Store store = t.let_in(role);
    const bool recalls = role == Role::pharmacist || role == Role::manager;
    const auto in_change = [&](const auto& verb) {
      return code_of([&] {
        auto tx = store.begin({.id = new_operation_id(), .request = "r"});
        verb(tx);
        tx.commit();
      });
    };
    CHECK(in_change([&](Transaction& tx) {
            open_recall(tx, {.what = {"A", {"B2"}}});
          }) == (recalls ? std::nullopt : std::optional{Errc::not_permitted}));
    CHECK(in_change([&](Transaction& tx) {
            record_recall_call(tx, {.recall = id, .member = t.member});
          }) == (recalls ? std::nullopt : std::optional{Errc::not_permitted}));
    CHECK(in_change([&](Transaction& tx) { close_recall(tx, id, "完"); }) ==
          (role == Role::manager ? std::nullopt : std::optional{Errc::not_permitted}));
    RecallReport seen;
    const auto looked =
        code_of([&] { store.view([&](Reading& reading) { seen = recall_report(reading, id); }); });
    if (!recalls && role != Role::auditor) {
      CHECK(looked == Errc::not_permitted);
      continue;
    }
    CHECK_FALSE(looked);
    CHECK(seen.members.front().name == (role == Role::auditor ? "张**" : "张伟"));
  }
}

TEST_CASE("more people than one may see take an approval, and whoever is shown is logged") {
  RecallStore t;
  const RecallId id = t.open();
  t.store().view([&](Reading& reading) { recall_report(reading, id); });
  {
    auto reading = t.reading();
    CHECK(vault::database(reading).value<std::int64_t>(
              "SELECT count(*) FROM log_subject WHERE seq = (SELECT max(seq) FROM log_entry)"
              " AND first <= 2 AND last >= 1") == 1);
  }
  auto tx = t.begin();
  for (std::size_t i = 2; i < people_shown_max; ++i) {
    NewSale sale;
    sale.member = add_member(tx, {.name = "会员"});
    sale.items = items_of({"A#B1"});
    add_sale(tx, sale);
  }
  CHECK(recall_report(tx, id).members.size() == people_shown_max);
  NewSale sale;
  sale.member = t.third;
  sale.items = items_of({"A#B1"});
  add_sale(tx, sale);
  CHECK_THROWS_AS(recall_report(tx, id), ApprovalNeeded);
  CHECK(get_recall(tx, id).recall.members == static_cast<std::int64_t>(people_shown_max) + 1);
}

}  // namespace pharmacy::test
