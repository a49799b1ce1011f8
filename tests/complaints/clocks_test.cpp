// What is due of complaints, and when.
#include <doctest/doctest.h>

#include "complaints/case_store.h"
#include "pharmacy/policy.h"
#include "support/errors.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

// The shop is open from 8 to 21: a minor complaint takes 13 hours of that to the first word, and 26
// to the answer.
struct ClockStore : CaseStore {
  ClockStore() : CaseStore("2026-03-02") {}
};

}  // namespace

TEST_CASE("what was received while the shop is closed begins when it opens") {
  ClockStore t;
  t.set_local("2026-03-02 22:15");
  const TakenComplaint taken = t.add();
  CHECK(taken.promised == t.local("2026-03-04 21:00"));
  t.set_local("2026-03-03 08:00");
  CHECK(t.clocks(taken.id).answer_seconds_spent == 0);
  CHECK(t.clocks(taken.id).ack == ClockState::running);
  t.set_local("2026-03-03 09:30");
  CHECK(t.clocks(taken.id).answer_seconds_spent == 5'400);
}

TEST_CASE("a pause counts only where the shop is open") {
  ClockStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.add().id;
  t.take(id, Acknowledge{});
  CHECK(t.clocks(id).answer_due == t.local("2026-03-04 10:00"));
  // Two hours of the evening, the night, and one of the morning: three hours of the shop.
  t.set_local("2026-03-02 19:00");
  t.take(id, PauseComplaint{.reason = "等检验报告"});
  CHECK(t.clocks(id).answer == ClockState::waiting);
  CHECK_FALSE(t.clocks(id).answer_due);
  t.set_local("2026-03-03 09:00");
  t.take(id, ResumeComplaint{});
  CHECK(t.clocks(id).answer_due == t.local("2026-03-04 13:00"));
  CHECK(t.clocks(id).answer_seconds_spent == 9 * 3'600);
}

TEST_CASE("another severity counts from the receipt on, and keeps the pauses") {
  ClockStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.add().id;
  t.take(id, Acknowledge{});
  t.set_local("2026-03-02 12:00");
  t.take(id, PauseComplaint{.reason = "等检验报告"});
  t.set_local("2026-03-02 15:00");
  t.take(id, ResumeComplaint{});
  t.take(id, GradeComplaint{.severity = ComplaintSeverity::critical, .reason = "已就医"});
  // 6.5 hours from 10:00, and three of the pause.
  CHECK(t.clocks(id).answer_due == t.local("2026-03-02 19:30"));
  CHECK(t.get(id).promised == t.local("2026-03-04 10:00"));
}

TEST_CASE("the clock of the first word never stands still") {
  ClockStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.add().id;
  t.set_local("2026-03-03 10:00");
  CHECK(t.clocks(id).ack == ClockState::warned);
  t.set_local("2026-03-03 10:01");
  CHECK(t.clocks(id).ack == ClockState::overdue);
  t.take(id, Acknowledge{});
  CHECK(t.clocks(id).ack == ClockState::missed);
}

TEST_CASE("another severity has its times from the policy of the promise") {
  ClockStore t;
  t.set_local("2026-03-02 09:00");
  const ComplaintId id = t.add().id;
  {
    auto tx = t.begin();
    vault::database(tx).run(
        "INSERT INTO policy (version, effective_on, document, recorded_at, recorded_by)"
        " VALUES (2, ?1, '[complaints_critical]\nanswer_minutes = 60\n', 0, 1)",
        tx.today());
    tx.commit();
  }
  const GradeComplaint grade{.severity = ComplaintSeverity::critical, .reason = "已就医"};
  t.take(id, grade);
  CHECK(t.clocks(id).answer_seconds_allowed == 390 * 60);
  const ComplaintId later = t.add().id;
  t.take(later, grade);
  CHECK(t.clocks(later).answer_seconds_allowed == 60 * 60);
}

TEST_CASE("what is late stays late while it stands still") {
  ClockStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.add().id;
  t.take(id, Acknowledge{});
  const Instant due = t.clocks(id).answer_due.value();
  t.set_time({due.seconds});
  t.take(id, PauseComplaint{.reason = "等检验报告"});
  CHECK(t.clocks(id).answer == ClockState::waiting);
  CHECK_FALSE(t.clocks(id).answer_due);
  t.take(id, ResumeComplaint{});
  t.set_time({due.seconds + 1});
  t.take(id, PauseComplaint{.reason = "等检验报告"});
  t.set_time({due.seconds + 3 * 86'400});
  CHECK(t.clocks(id).answer == ClockState::overdue);
  CHECK(t.clocks(id).answer_due == due);
  REQUIRE(t.due().size() == 1);
  CHECK(t.due()[0].due == due);
}

TEST_CASE("what ends without a word needs none, unless it was late already or is opened again") {
  ClockStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.add().id;
  t.take(id, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "重复录入"});
  CHECK(t.clocks(id).ack == ClockState::none);
  CHECK_FALSE(t.clocks(id).acknowledged);
  t.take(id, ReopenComplaint{.reason = "不是重复"});
  t.take(id, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"});
  CHECK(t.clocks(id).ack == ClockState::none);
  t.take(id, ReopenComplaint{.reason = "又来电"});
  CHECK(t.clocks(id).ack == ClockState::running);
  t.set_local("2026-03-03 10:01");
  CHECK(t.clocks(id).ack == ClockState::overdue);
  t.take(id, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"});
  CHECK(t.clocks(id).ack == ClockState::missed);
  CHECK_FALSE(t.clocks(id).acknowledged);
  t.take(id, ReopenComplaint{.reason = "又来电"});
  t.take(id, ReplyToComplaint{.text = "今日补发"});
  CHECK(t.clocks(id).ack == ClockState::missed);
  CHECK(t.clocks(id).acknowledged == t.local("2026-03-03 10:01"));
}

TEST_CASE("an answer within its time is met, and opening again goes on where the clock stood") {
  ClockStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.add().id;
  t.take(id, Acknowledge{});
  t.set_local("2026-03-03 10:00");
  t.take(id, ReplyToComplaint{.text = "今日补发"});
  CHECK(t.clocks(id).answer == ClockState::met);
  CHECK(t.clocks(id).answered == t.local("2026-03-03 10:00"));
  // What the person thinks about it takes none of the pharmacy's time.
  t.set_local("2026-03-09 10:00");
  CHECK(t.clocks(id).answer == ClockState::met);
  t.take(id, RecordAnswer{.satisfied = Satisfied::no});
  CHECK(t.clocks(id).answer == ClockState::running);
  CHECK(t.clocks(id).answer_seconds_spent == 13 * 3'600);
  t.set_local("2026-03-09 12:00");
  t.take(id, ReplyToComplaint{.text = "店长当面道歉"});
  t.take(id, RecordAnswer{.satisfied = Satisfied::yes});
  t.take(id, CloseComplaint{.as = ComplaintEnd::satisfied});
  CHECK(t.clocks(id).answer == ClockState::met);
  t.set_local("2026-04-01 08:00");
  t.take(id, ReopenComplaint{.reason = "又发生"});
  CHECK(t.get(id).round == 3);
  CHECK(t.clocks(id).answer_seconds_spent == 15 * 3'600);
  t.set_local("2026-04-01 19:01");
  CHECK(t.clocks(id).answer == ClockState::overdue);
}

TEST_CASE("what is due says what is late, and with it what will be, and names nobody") {
  ClockStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId slow = t.add().id;
  NewComplaint grave = lina();
  grave.severity = ComplaintSeverity::critical;
  const ComplaintId urgent = t.add(grave).id;
  CHECK(t.due(DueScope::warned_too).empty());
  t.set_local("2026-03-02 10:50");
  CHECK(t.due().empty());
  const auto warned = t.due(DueScope::warned_too);
  REQUIRE(warned.size() == 1);
  CHECK(warned[0].id == urgent);
  CHECK(warned[0].deadline == Deadline::ack);
  CHECK(warned[0].clock == ClockState::warned);
  t.set_local("2026-03-04 12:00");
  const auto due = t.due();
  // The urgent one by both of its times, the other by both too, the earliest first.
  REQUIRE(due.size() == 4);
  CHECK(due[0].id == urgent);
  CHECK(due[0].due == t.local("2026-03-02 11:00"));
  CHECK(due[3].id == slow);
  CHECK(due[3].deadline == Deadline::answer);
  CHECK_FALSE(due[0].is_escalated);
  t.take(urgent, EscalateComplaint{.login = "wangli"});
  CHECK(t.due()[0].is_escalated);
  CHECK(t.due()[0].owner == "wangli");
  t.take(urgent, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"});
  CHECK(t.due().size() == 2);
}

TEST_CASE("what is late is handed to a manager, once, also by a timer") {
  ClockStore t;
  t.set_local("2026-03-02 10:00");
  Store job = t.let_in(Role::job);
  const ComplaintId late = t.add().id;
  const ComplaintId known = t.add().id;
  t.take(known, EscalateComplaint{.login = "wangli"});
  const auto escalate = [&] {
    Transaction tx = job.begin({new_operation_id(), "test"});
    const auto escalated = escalate_overdue(tx, {.login = "wangli", .reason = "已超时"});
    tx.commit();
    return escalated;
  };
  CHECK(escalate().empty());
  t.set_local("2026-03-05 10:00");
  CHECK(escalate() == std::vector{late});
  CHECK(escalate().empty());
  CHECK(t.get(late).owner == "wangli");
  CHECK(t.events(late).back().staff == "job");
  // Another round may be late again.
  t.take(late, Acknowledge{});
  t.take(late, ReplyToComplaint{.text = "今日补发"});
  t.take(late, RecordAnswer{.satisfied = Satisfied::no});
  t.set_local("2026-03-12 10:00");
  CHECK(escalate() == std::vector{late});
  CHECK(escalate().empty());
}

TEST_CASE("whom to hand what is late is checked also where nothing is") {
  ClockStore t;
  t.let_in(Role::service);
  const auto escalate = [&](const char* login) {
    return code_of([&] {
      auto tx = t.begin();
      return escalate_overdue(tx, {.login = login}).size();
    });
  };
  CHECK(escalate("nobody") == Errc::not_found);
  CHECK(escalate("service") == Errc::refused);
  CHECK_FALSE(escalate("wangli"));
}

TEST_CASE("key members wait half as long, and the policy of the day of the receipt holds") {
  ClockStore t;
  {
    auto tx = t.begin();
    edit_member(tx, t.member, {.member_class = MemberClass::key, .reason = "月月回购"});
    tx.commit();
  }
  t.set_local("2026-03-02 10:00");
  NewComplaint complaint = lina();
  complaint.member = t.member;
  CHECK(t.add(complaint).promised == t.local("2026-03-03 10:00"));
  {
    auto tx = t.begin();
    set_policy(tx, {.document = "[complaints]\ncalendar = \"natural\"\n[complaint_classes]\n"
                                "key = 100\n",
                    .name = "policy.toml",
                    .effective_on = parse_date("2026-03-03").value()});
    tx.commit();
  }
  t.set_local("2026-03-03 10:00");
  CHECK(t.add(complaint).promised == t.local("2026-03-04 12:00"));
  complaint.on = t.local("2026-03-02 10:00");
  CHECK(t.add(complaint).promised == t.local("2026-03-03 10:00"));
}

TEST_CASE("praise is thanked for and has no answer to wait for, and a mistake has no clock") {
  ClockStore t;
  NewComplaint praise = lina();
  praise.kind = ComplaintKind::praise;
  const TakenComplaint taken = t.add(praise);
  CHECK_FALSE(taken.promised);
  CHECK(t.clocks(taken.id).answer == ClockState::none);
  const ComplaintId wrong = t.add().id;
  t.take(wrong, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "录错"});
  CHECK(t.clocks(wrong).answer == ClockState::none);
}

TEST_CASE("what passes between a reply and that the rounds are declared exhausted is not counted") {
  ClockStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.add().id;
  t.take(id, Acknowledge{});
  t.take(id, ReplyToComplaint{.text = "一"});
  t.take(id, RecordAnswer{.satisfied = Satisfied::no});
  t.set_local("2026-03-02 12:00");
  t.take(id, ReplyToComplaint{.text = "二"});
  t.set_local("2026-03-20 12:00");
  t.take(id, CloseComplaint{.as = ComplaintEnd::exhausted, .reason = "已尽力"});
  CHECK(t.clocks(id).answered == t.local("2026-03-20 12:00"));
  CHECK(t.clocks(id).answer_seconds_spent == 2 * 3'600);
  CHECK(t.clocks(id).answer == ClockState::met);
}

}  // namespace pharmacy::test
