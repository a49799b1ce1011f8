// Adverse reactions: by when they are to be reported, and who judges them.
#include <doctest/doctest.h>

#include <algorithm>

#include "complaints/reaction_store.h"
#include "complaints/safety/register.h"
#include "pharmacy/rights.h"
#include "support/errors.h"
#include "support/trials.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

// The days that there are, as the law says it.
std::int64_t days_allowed(std::optional<ReactionGrade> grade, bool is_new) {
  if (grade == ReactionGrade::death) return 0;
  if (!grade || grade == ReactionGrade::serious || is_new) return 15;
  return 30;
}

}  // namespace

TEST_CASE("a report is due by plain days from the receipt, at night and on holidays too") {
  const Zone zone{"Asia/Shanghai"};
  Random random;
  int overdue = 0;
  int warned = 0;
  for (int trial = 0; trial < 20'000; ++trial) {
    const std::int64_t received = random.between(1'700'000'000, 1'800'000'000);
    const std::int64_t passed = random.between(0, 40 * one_day);
    std::optional<ReactionGrade> grade;
    if (!random.one_in(4)) grade = static_cast<ReactionGrade>(random.below(3));
    const bool is_new = grade && random.one_in(2);
    const bool is_reported = random.one_in(3);
    complaints::ReportClock clock{
        .received = {received}, .grade = grade, .is_new = is_new, .reported = std::nullopt};
    if (is_reported) clock.reported = Instant{received + passed};
    const auto times = complaints::report_times(clock, {received + passed}, 80, zone);
    const std::int64_t allowed = days_allowed(grade, is_new) * one_day;
    REQUIRE(times.due.seconds == received + allowed);
    const bool is_death = allowed == 0;
    const bool same_day = (received + 28'800) / one_day == (received + passed + 28'800) / one_day;
    if (is_reported) {
      const bool is_met = is_death ? same_day : passed <= allowed;
      REQUIRE(times.clock == (is_met ? ClockState::met : ClockState::missed));
    } else if (is_death || passed > allowed) {
      REQUIRE(times.clock == ClockState::overdue);
      ++overdue;
    } else {
      const bool is_warned = passed * 5 >= allowed * 4;
      REQUIRE(times.clock == (is_warned ? ClockState::warned : ClockState::running));
      warned += is_warned;
    }
  }
  CHECK(overdue > 1'000);
  CHECK(warned > 300);
}

TEST_CASE("a worse grade, or that it is new, counts from the receipt too") {
  ReactionStore t;
  t.set_local("2026-03-02 22:30");
  const ComplaintId id = t.take_in();
  CHECK(t.reaction(id).due == t.local("2026-03-17 22:30"));
  CHECK_FALSE(t.reaction(id).grade);
  t.set_local("2026-03-04 09:00");
  CHECK(t.set(id, t.judged(ReactionGrade::general)).due == t.local("2026-04-01 22:30"));
  t.set_local("2026-03-20 09:00");
  CHECK(t.reaction(id).clock == ClockState::running);
  const Reaction renewed = t.set(id, {.is_new = true});
  CHECK(renewed.due == t.local("2026-03-17 22:30"));
  CHECK(renewed.clock == ClockState::overdue);
  CHECK(renewed.grade == ReactionGrade::general);
  CHECK(t.set(id, {.is_new = false}).clock == ClockState::running);
  CHECK(t.set(id, {.grade = ReactionGrade::serious}).due == t.local("2026-03-17 22:30"));
  const Reaction death = t.set(id, {.grade = ReactionGrade::death});
  CHECK(death.due == t.local("2026-03-02 22:30"));
  CHECK(death.clock == ClockState::overdue);
  CHECK(death.outcome == ReactionOutcome::died);
  // Each judgement stays on record.
  auto reading = t.reading();
  CHECK(vault::database(reading).value<std::int64_t>("SELECT count(*) FROM adverse_reaction") == 5);
  CHECK_THROWS(vault::database(reading).run("DELETE FROM adverse_reaction"));
  CHECK_THROWS(vault::database(reading).run("UPDATE adverse_reaction SET grade = 'general'"));
}

TEST_CASE("the clock of a report never stands still, whatever becomes of the complaint") {
  ReactionStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.take_in();
  t.set(id, t.judged(ReactionGrade::serious));
  t.take(id, Acknowledge{});
  t.take(id, PauseComplaint{.reason = "等医院病历"});
  const auto reports_due = [&](DueScope scope) {
    auto due = t.due(scope);
    std::erase_if(due, [](const DueComplaint& one) { return one.deadline != Deadline::report; });
    return due;
  };
  t.set_local("2026-03-14 09:59");
  CHECK(reports_due(DueScope::warned_too).empty());
  t.set_local("2026-03-14 10:00");
  REQUIRE(reports_due(DueScope::warned_too).size() == 1);
  CHECK(reports_due(DueScope::warned_too)[0].clock == ClockState::warned);
  CHECK(reports_due(DueScope::overdue).empty());
  t.take(id, ResumeComplaint{});
  t.take(id, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "顾客不再追究"});
  t.set_local("2026-03-17 10:00");
  CHECK(reports_due(DueScope::overdue).empty());
  t.set_local("2026-03-17 10:01");
  REQUIRE(reports_due(DueScope::overdue).size() == 1);
  CHECK(reports_due(DueScope::overdue)[0].due == t.local("2026-03-17 10:00"));
  CHECK(reports_due(DueScope::overdue)[0].state == ComplaintState::closed);
  CHECK(t.report(id, {.reference = "R1"}).clock == ClockState::missed);
  CHECK(reports_due(DueScope::warned_too).empty());
}

TEST_CASE("a death is overdue until it is reported, and in time on the day itself") {
  ReactionStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.take_in();
  CHECK(t.set(id, t.judged(ReactionGrade::death)).clock == ClockState::overdue);
  CHECK(t.due()[0].deadline == Deadline::report);
  t.set_local("2026-03-02 15:00");
  const Reaction reported = t.report(id, {.reference = "3100002026030001"});
  CHECK(reported.clock == ClockState::met);
  CHECK(reported.reported == t.local("2026-03-02 15:00"));
  CHECK(reported.reference == "3100002026030001");
  // What follows it up does not make it later.
  t.set_local("2026-03-20 10:00");
  CHECK(t.report(id, {.reference = "3100002026030001-2"}).reported == reported.reported);
  CHECK(code_of([&] { return t.report(id, {.reference = "3100002026030001"}).id; }) ==
        Errc::conflict);
}

TEST_CASE("what cannot be is refused, and nothing is recorded") {
  ReactionStore t;
  const ComplaintId plain = t.add().id;
  CHECK(code_of([&] { return t.set(plain, t.judged(ReactionGrade::general)).id; }) ==
        Errc::refused);
  const ComplaintId id = t.take_in();
  CHECK(code_of([&] { return t.report(id, {.reference = "R1"}).id; }) == Errc::refused);
  CHECK(code_of([&] { return t.form(id).reaction.id; }) == Errc::refused);
  CHECK(code_of([&] { return t.set(ComplaintId{2026000099}, {}).id; }) == Errc::not_found);
  const auto faults_of = [&](const ReactionChange& change) {
    const Error error = error_of([&] { t.set(id, change); });
    CHECK(error.code() == Errc::invalid_input);
    return error.faults().size();
  };
  CHECK(faults_of({}) == 3);
  CHECK(faults_of({.grade = ReactionGrade::general, .onset = t.day("2026-03-01")}) == 1);
  CHECK(faults_of(
            {.grade = ReactionGrade::general, .is_new = false, .onset = t.day("2026-03-03")}) == 1);
  CHECK(faults_of({.grade = ReactionGrade::general,
                   .is_new = false,
                   .onset = t.day("2026-03-01"),
                   .outcome = ReactionOutcome::died}) == 1);
  CHECK(faults_of({.grade = ReactionGrade::death,
                   .is_new = false,
                   .onset = t.day("2026-03-01"),
                   .outcome = ReactionOutcome::recovered}) == 1);
  ReactionChange wrong = t.judged(ReactionGrade::general);
  wrong.details = {
      .name = std::string(201, 'x'), .course = " ", .age = 151, .weight = Quantity{500'001}};
  CHECK(faults_of(wrong) == 4);
  wrong = t.judged(ReactionGrade::general);
  wrong.suspects = std::vector{Suspect{.product = "Z"}};
  CHECK(code_of([&] { return t.set(id, wrong).id; }) == Errc::not_found);
  CHECK_FALSE(t.reaction(id).grade);
  t.set(id, t.judged(ReactionGrade::general));
  CHECK(faults_of({}) == 1);
  CHECK(code_of([&] {
          return t.report(id, {.reference = "R1", .sent = t.local("2026-03-02 09:59")}).id;
        }) == Errc::invalid_input);
  CHECK(code_of([&] {
          return t.report(id, {.reference = " ", .sent = t.local("2026-03-02 10:01")}).id;
        }) == Errc::invalid_input);
  t.take(id, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "重复录入"});
  CHECK(code_of([&] { return t.report(id, {.reference = "R1"}).id; }) == Errc::refused);
  auto reading = t.reading();
  CHECK(list_reactions(reading).empty());
  CHECK(due_complaints(reading, DueScope::warned_too).empty());
}

TEST_CASE("service takes a reaction in and no more, clerks not even that, auditors look") {
  ReactionStore t;
  const ComplaintId id = t.take_in();
  t.set(id, t.judged(ReactionGrade::serious));
  NewComplaint reaction = lina();
  reaction.kind = ComplaintKind::adverse_reaction;
  for (const Role role : {Role::clerk, Role::service, Role::auditor, Role::job}) {
    CAPTURE(to_word(role));
    Store store = t.let_in(role);
    const auto change = [&](const std::function<void(Transaction&)>& act) {
      return code_of([&] {
        Transaction tx = store.begin({new_operation_id(), "test"});
        act(tx);
        tx.commit();
        return 0;
      });
    };
    const auto look = [&](const std::function<void(Reading&)>& act) {
      return code_of([&] {
        store.view(act);
        return 0;
      });
    };
    const bool is_service = role == Role::service;
    CHECK((change([&](Transaction& tx) { add_complaint(tx, reaction); }) == Errc::not_permitted) ==
          !is_service);
    CHECK(change([&](Transaction& tx) { set_reaction(tx, id, {.is_new = true}); }) ==
          Errc::not_permitted);
    CHECK(change([&](Transaction& tx) { report_reaction(tx, id, {.reference = "R1"}); }) ==
          Errc::not_permitted);
    CHECK(change([&](Transaction& tx) {
            take_step(tx, id, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "误录"});
          }) == Errc::not_permitted);
    CHECK(look([&](Reading& reading) { reaction_form(reading, id); }) == Errc::not_permitted);
    CHECK((look([&](Reading& reading) { list_reactions(reading); }) == Errc::not_permitted) ==
          (role != Role::auditor));
  }
  // A manager who is no pharmacist takes it in too.
  Store manager = t.let_in(Role::manager);
  {
    Transaction tx = manager.begin({new_operation_id(), "test"});
    CHECK_NOTHROW(add_complaint(tx, reaction));
  }
  // A pharmacist judges, and reads it once she was given the key.
  Store pharmacist = t.let_in(Role::pharmacist);
  Transaction tx = pharmacist.begin({new_operation_id(), "test"});
  CHECK(set_reaction(tx, id, {.is_new = true}).is_new == true);
  take_step(tx, id, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "误录"});
  tx.commit();
}

TEST_CASE("when a report was sent is told within some days, or by who may date back") {
  ReactionStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.take_in();
  t.set(id, t.judged(ReactionGrade::death));
  t.set_local("2026-03-20 10:00");
  Store pharmacist = t.let_in(Role::pharmacist);
  const auto report = [&](std::string_view sent) {
    return code_of([&] {
      Transaction tx = pharmacist.begin({new_operation_id(), "test"});
      return report_reaction(tx, id, {.reference = "R1", .sent = t.local(sent)}).id;
    });
  };
  CHECK(report("2026-03-02") == Errc::not_permitted);
  CHECK(report("2026-03-12 23:59") == Errc::not_permitted);
  CHECK_FALSE(report("2026-03-13"));
  // A day without a time is not before the hour of the receipt.
  const Reaction reported = t.report(id, {.reference = "R1", .sent = t.local("2026-03-02")});
  CHECK(reported.reported == t.local("2026-03-02 10:00"));
  CHECK(reported.clock == ClockState::met);
}

TEST_CASE("one complaint's reaction is found by who sees the register, and by nobody else") {
  ReactionStore t;
  const ComplaintId plain = t.add().id;
  const ComplaintId id = t.take_in();
  t.set(id, t.judged(ReactionGrade::serious));
  {
    auto reading = t.reading();
    CHECK_FALSE(find_reaction(reading, plain));
    CHECK_FALSE(find_reaction(reading, ComplaintId{2026000099}));
    CHECK(find_reaction(reading, id)->grade == ReactionGrade::serious);
  }
  {
    Store service = t.let_in(Role::service);
    Reading reading = service.read();
    CHECK_FALSE(find_reaction(reading, id));
  }
  t.take(id, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "误录"});
  auto reading = t.reading();
  CHECK_FALSE(find_reaction(reading, id));
}

TEST_CASE("a reaction did not begin after it was told of") {
  ReactionStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.take_in();
  t.set_local("2026-03-05 10:00");
  ReactionChange change = t.judged(ReactionGrade::serious);
  change.onset = t.day("2026-03-03");
  CHECK(code_of([&] { return t.set(id, change); }) == Errc::invalid_input);
  change.onset = t.day("2026-03-02");
  CHECK(t.set(id, change).onset == t.day("2026-03-02"));
}

TEST_CASE("nothing more is judged of a member who is restricted, and what is due stays due") {
  ReactionStore t;
  NewComplaint reaction = lina();
  reaction.kind = ComplaintKind::adverse_reaction;
  reaction.member = t.member;
  const ComplaintId id = t.add(reaction).id;
  t.set(id, t.judged(ReactionGrade::death));
  {
    auto tx = t.begin();
    restrict_member(tx, t.member, "资料有争议");
    tx.commit();
  }
  CHECK(code_of([&] { return t.set(id, {.is_new = true}).id; }) == Errc::refused);
  CHECK(t.due()[0].id == id);
  CHECK(t.report(id, {.reference = "R1"}).clock == ClockState::met);
}

}  // namespace pharmacy::test
