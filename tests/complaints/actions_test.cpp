// Corrective actions, and whether they helped.
#include <doctest/doctest.h>

#include "complaints/case_store.h"
#include "pharmacy/complaint_actions.h"
#include "pharmacy/policy.h"
#include "support/errors.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

Date action_day(std::string_view text) { return parse_date(text).value(); }

NewComplaintAction double_check(std::string_view due = "2026-06-30") {
  return {.text = "晚班发药由两人复核",
          .cause = ComplaintCause::procedure,
          .owner = "wangli",
          .due = action_day(due)};
}

struct ActionStore : CaseStore {
  using CaseStore::CaseStore;

  template <class Act>
  auto change(Act act) {
    auto tx = begin();
    auto result = act(tx);
    tx.commit();
    return result;
  }

  ComplaintActionId plan(const NewComplaintAction& action = double_check()) {
    return change([&](Transaction& tx) { return add_complaint_action(tx, action); });
  }
  ComplaintAction done(ComplaintActionId id, std::optional<std::string> note = {}) {
    return change([&](Transaction& tx) { return end_complaint_action(tx, id, note); });
  }
  void drop(ComplaintActionId id, const std::string& why) {
    change([&](Transaction& tx) { return drop_complaint_action(tx, id, why), 0; });
  }
  ComplaintAction check(ComplaintActionId id) {
    return change([&](Transaction& tx) { return check_complaint_action(tx, id); });
  }
  std::vector<ComplaintAction> actions(ActionScope scope = ActionScope::all) {
    auto reading = this->reading();
    return list_complaint_actions(reading, scope);
  }
  // "1 open, 2 too_early"
  std::string states(ActionScope scope = ActionScope::all) {
    std::string states;
    for (const ComplaintAction& one : actions(scope)) {
      if (!states.empty()) states += ", ";
      states += to_string(one.id) + ' ' + to_word(one.state);
    }
    return states;
  }
  // Received on that day, and found to be of that cause.
  ComplaintId complain(std::string_view day, ComplaintCause cause = ComplaintCause::procedure,
                       ComplaintKind kind = ComplaintKind::complaint) {
    set_day(day);
    NewComplaint complaint = lina();
    complaint.kind = kind;
    const ComplaintId id = add(complaint).id;
    take(id, Acknowledge{});
    take(id, NameCause{.cause = cause, .root = "无人复核"});
    return id;
  }
  void sell_on(std::string_view day, int receipts) {
    set_day(day);
    for (int i = 0; i < receipts; ++i) sell({"A=1"});
  }
};

}  // namespace

TEST_CASE("an action is planned, done and checked, and each once") {
  ActionStore t{"2026-06-01"};
  const ComplaintId complaint = t.complain("2026-06-01");
  NewComplaintAction input = double_check();
  input.complaint = complaint;
  input.cause.reset();
  const ComplaintActionId id = t.plan(input);
  const ComplaintAction planned = t.actions().at(0);
  CHECK(planned.state == ActionState::open);
  CHECK(planned.cause == ComplaintCause::procedure);
  CHECK(planned.complaint == complaint);
  CHECK(planned.owner == "wangli");
  CHECK(planned.due == action_day("2026-06-30"));
  CHECK(code_of([&] { return t.check(id); }) == Errc::refused);
  t.set_day("2026-06-10");
  const ComplaintAction done = t.done(id, "已排班");
  CHECK(done.state == ActionState::too_early);
  CHECK(done.note == "已排班");
  CHECK(done.check_from == action_day("2026-09-09"));
  CHECK(code_of([&] { return t.done(id); }) == Errc::refused);
  CHECK(code_of([&] { t.drop(id, "误录"); }) == Errc::refused);
  t.set_day("2026-09-09");
  CHECK(t.check(id).state == ActionState::effective);
  CHECK(code_of([&] { return t.check(id); }) == Errc::refused);
  CHECK(code_of([&] { return t.done(id); }) == Errc::refused);
}

TEST_CASE("complaints and objections of the cause are counted on the days before and after it") {
  ActionStore t{"2026-03-01"};
  // 90 days before 2026-06-01 begin on 2026-03-03, and 90 after it end on 2026-08-30.
  t.complain("2026-03-02");
  t.complain("2026-03-03");
  t.complain("2026-04-10", ComplaintCause::procedure, ComplaintKind::objection);
  t.complain("2026-04-10", ComplaintCause::procedure, ComplaintKind::adverse_reaction);
  t.complain("2026-04-11", ComplaintCause::stock);
  t.complain("2026-05-31");
  t.sell_on("2026-03-02", 1);
  t.sell_on("2026-05-31", 4);
  const ComplaintActionId id = t.plan();
  t.complain("2026-06-01");
  t.sell_on("2026-06-01", 1);
  t.done(id);
  t.complain("2026-06-02");
  t.take(t.complain("2026-06-03"), CloseComplaint{.as = ComplaintEnd::mistake, .reason = "误录"});
  const ComplaintId again = t.complain("2026-06-04");
  t.take(again, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"});
  t.sell_on("2026-06-05", 3);
  t.complain("2026-08-30");
  t.complain("2026-08-31");
  const ComplaintAction checked = t.check(id);
  CHECK(checked.before == 3);
  CHECK(checked.before_receipts == 4);
  CHECK(checked.after == 3);
  CHECK(checked.after_receipts == 3);
  CHECK(checked.before_rate == Quantity{750'000});
  CHECK(checked.after_rate == Quantity{1'000'000});
  CHECK(checked.state == ActionState::not_effective);
  CHECK(checked.checked_by == "wangli");
}

TEST_CASE("a mistake that was opened again counts again") {
  ActionStore t{"2026-06-01"};
  const ComplaintActionId id = t.plan();
  t.done(id);
  const ComplaintId mistake = t.complain("2026-06-02");
  t.take(mistake, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "误录"});
  t.take(mistake, ReopenComplaint{.reason = "确有其事"});
  t.set_day("2026-08-31");
  CHECK(t.check(id).after == 1);
}

TEST_CASE("it helped where the rate is lower, or the number where one of the spans has no sales") {
  struct Effect {
    int before;
    int receipts_before;
    int after;
    int receipts_after;
    ActionState verdict;
  };
  using enum ActionState;
  for (const Effect& effect : {Effect{2, 2, 2, 3, effective}, Effect{2, 3, 2, 2, not_effective},
                               Effect{1, 1, 2, 2, not_effective}, Effect{2, 0, 1, 5, effective},
                               Effect{1, 5, 2, 0, not_effective}, Effect{1, 0, 1, 0, not_effective},
                               Effect{0, 1, 0, 1, effective}, Effect{0, 1, 1, 9, not_effective}}) {
    CAPTURE(effect.before);
    CAPTURE(effect.after);
    CAPTURE(effect.receipts_after);
    ActionStore t{"2026-05-01"};
    for (int i = 0; i < effect.before; ++i) t.complain("2026-05-02");
    t.sell_on("2026-05-02", effect.receipts_before);
    t.set_day("2026-06-01");
    const ComplaintActionId id = t.plan();
    t.done(id);
    for (int i = 0; i < effect.after; ++i) t.complain("2026-06-02");
    t.sell_on("2026-06-02", effect.receipts_after);
    t.set_day("2026-08-31");
    CHECK(t.check(id).state == effect.verdict);
  }
}

TEST_CASE(
    "before the days after it are over, an effect cannot be counted, and nothing is recorded") {
  ActionStore t{"2026-06-01"};
  const ComplaintActionId id = t.plan();
  t.done(id);
  t.set_day("2026-08-30");
  const Error early = error_of([&] { t.check(id); });
  CHECK(early.code() == Errc::refused);
  CHECK(early.faults().at(0).hint.find("2026-08-31") != std::string::npos);
  CHECK(t.states() == "1 too_early");
  t.set_day("2026-08-31");
  CHECK(t.states() == "1 to_check");
}

TEST_CASE("the days compared are those of the policy on the day on which it was done") {
  ActionStore t{"2026-06-01"};
  const auto compare = [&](const char* days) {
    auto tx = t.begin();
    set_policy(tx, {.document = std::string{"[complaints]\neffect_days = "} + days + "\n",
                    .name = "policy.toml",
                    .effective_on = tx.today()});
    tx.commit();
  };
  compare("10");
  const ComplaintActionId id = t.plan();
  CHECK(t.done(id).check_from == action_day("2026-06-12"));
  t.set_day("2026-06-11");
  compare("30");
  t.complain("2026-05-21");
  t.complain("2026-05-22");
  t.set_day("2026-06-12");
  CHECK(t.check(id).before == 1);
}

TEST_CASE("what is due is what is to be done today, is late, or can be checked") {
  ActionStore t{"2026-03-01"};
  t.done(t.plan(double_check("2026-03-05")));
  t.plan(double_check("2026-06-05"));
  t.plan(double_check("2026-05-31"));
  t.drop(t.plan(double_check("2026-03-02")), "误录");
  t.set_day("2026-05-30");
  CHECK(t.states(ActionScope::due) == "");
  CHECK(t.states(ActionScope::unfinished) == "1 too_early, 3 open, 2 open");
  t.set_day("2026-05-31");
  CHECK(t.states(ActionScope::due) == "1 to_check, 3 open");
  t.set_day("2026-06-01");
  t.check(ComplaintActionId{1});
  CHECK(t.states(ActionScope::due) == "3 overdue");
  CHECK(t.states(ActionScope::unfinished) == "3 overdue, 2 open");
  CHECK(t.states() == "4 given_up, 1 effective, 3 overdue, 2 open");
  // As it was: what came later is not known yet.
  t.set_day("2026-02-28");
  CHECK(t.states() == "");
  t.set_day("2026-03-01");
  CHECK(t.actions().at(1).check_from == action_day("2026-05-31"));
  CHECK(t.actions().at(1).before == std::nullopt);
}

TEST_CASE("what is wrong with an action is told at once, and nothing is recorded") {
  ActionStore t{"2026-06-01"};
  static_cast<void>(t.let_in(Role::clerk));
  NewComplaintAction wrong = double_check("2026-05-31");
  wrong.text = " ";
  wrong.cause.reset();
  const Error error = error_of([&] { t.plan(wrong); });
  CHECK(error.code() == Errc::invalid_input);
  CHECK(error.faults().size() == 3);
  NewComplaintAction nobodys = double_check();
  nobodys.owner = "nobody";
  CHECK(code_of([&] { return t.plan(nobodys); }) == Errc::not_found);
  nobodys.owner = "recovery";
  CHECK(code_of([&] { return t.plan(nobodys); }) == Errc::refused);
  NewComplaintAction of_none = double_check();
  of_none.complaint = ComplaintId{2026000099};
  CHECK(code_of([&] { return t.plan(of_none); }) == Errc::not_found);
  NewComplaintAction too_long = double_check();
  too_long.text = std::string(action_text_max + 1, 'x');
  CHECK(code_of([&] { return t.plan(too_long); }) == Errc::invalid_input);
  CHECK(t.states() == "");
  // Of a complaint that has no cause yet, it has to be said.
  of_none.complaint = t.add().id;
  of_none.cause.reset();
  CHECK(code_of([&] { return t.plan(of_none); }) == Errc::invalid_input);
  const ComplaintActionId id = t.plan();
  CHECK(code_of([&] { return t.done(id, ""); }) == Errc::invalid_input);
  CHECK(code_of([&] { t.drop(id, " "); }) == Errc::invalid_input);
  CHECK(code_of([&] { return t.done(ComplaintActionId{9}); }) == Errc::not_found);
  CHECK(code_of([&] { return t.check(ComplaintActionId{9}); }) == Errc::not_found);
  CHECK(t.states() == "1 open");
}

TEST_CASE("clerks and auditors plan nothing, and auditors and jobs see what is due") {
  ActionStore t{"2026-06-01"};
  const ComplaintActionId id = t.plan();
  for (const Role role : {Role::clerk, Role::auditor, Role::job}) {
    CAPTURE(to_word(role));
    Store store = t.let_in(role);
    const auto refused = [&](auto act) {
      auto tx = store.begin({new_operation_id(), "test"});
      return code_of([&] { act(tx); }) == Errc::not_permitted;
    };
    CHECK(refused([&](Transaction& tx) { add_complaint_action(tx, double_check()); }));
    CHECK(refused([&](Transaction& tx) { end_complaint_action(tx, id); }));
    CHECK(refused([&](Transaction& tx) { drop_complaint_action(tx, id, "误录"); }));
    CHECK(refused([&](Transaction& tx) { check_complaint_action(tx, id); }));
    Reading reading = store.read();
    if (role == Role::clerk) {
      CHECK(code_of([&] { return list_complaint_actions(reading); }) == Errc::not_permitted);
    } else {
      CHECK(list_complaint_actions(reading).size() == 1);
    }
  }
}

TEST_CASE("actions stay as they were told, in the store itself") {
  ActionStore t{"2026-06-01"};
  const ComplaintActionId id = t.plan();
  const auto refused = [&](const char* sql) {
    auto tx = t.begin();
    return code_of([&] { vault::database(tx).run(sql); }).has_value();
  };
  for (const char* sql :
       {"DELETE FROM complaint_action", "UPDATE complaint_action SET text = 'other'",
        "UPDATE complaint_action SET due = due + 1", "UPDATE complaint_action SET cause = 'stock'",
        "UPDATE complaint_action SET added_at = added_at + 1"})
    CHECK_MESSAGE(refused(sql), sql);
  t.done(id);
  CHECK(refused("UPDATE complaint_action SET done_on = done_on - 90"));
  CHECK(refused("UPDATE complaint_action SET effect_days = 1"));
  CHECK(refused("UPDATE complaint_action SET done_at = done_at + 1"));
  t.set_day("2026-08-31");
  t.check(id);
  CHECK(refused("UPDATE complaint_action SET verdict = 'not_effective'"));
  CHECK_FALSE(refused("SELECT 1 FROM complaint_action WHERE id = 99"));
}

}  // namespace pharmacy::test
