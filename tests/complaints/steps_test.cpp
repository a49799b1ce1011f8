// What the steps record.
#include <doctest/doctest.h>

#include "complaints/case_store.h"
#include "support/errors.h"
#include "vault/access.h"

namespace pharmacy::test {

TEST_CASE("each step keeps what was said at it, and by whom") {
  CaseStore t{"2026-03-02"};
  static_cast<void>(t.let_in(Role::service));
  const ComplaintId id = t.add().id;
  t.take(id, Acknowledge{.note = "已致歉"});
  t.take(id, AssignComplaint{.department = "采购部", .login = "service", .note = "请查来货"});
  t.take(id, Investigate{.method = InvestigationMethod::interview, .found = "店员承认未复核"});
  t.take(id, PlanRemedy{.remedy = "补发一板",
                        .cost = Money{1800},
                        .basis = "服务承诺第三条",
                        .approver = "wangli"});
  t.take(id, NameCause{.cause = ComplaintCause::procedure, .root = "晚班单人"});
  t.take(id, ReplyToComplaint{.text = "今日补发"});
  t.take(id, RecordAnswer{.satisfied = Satisfied::no, .note = "要求当面道歉"});
  const auto events = t.events(id);
  REQUIRE(events.size() == 7);
  CHECK(events[0].text == "已致歉");
  CHECK_FALSE(events[0].digest);
  CHECK(events[1].department == "采购部");
  CHECK(events[1].person == "service");
  CHECK(events[2].method == InvestigationMethod::interview);
  CHECK(events[3].cost == Money{1800});
  CHECK(events[3].basis == "服务承诺第三条");
  CHECK(events[3].person == "wangli");
  CHECK(events[4].cause == ComplaintCause::procedure);
  CHECK(events[6].step == ComplaintStepKind::unsatisfied);
  CHECK(events[6].round == 2);
  const Complaint complaint = t.get(id);
  CHECK(complaint.department == "采购部");
  CHECK(complaint.owner == "service");
  CHECK(complaint.cause == ComplaintCause::procedure);
  CHECK(complaint.round == 2);
  CHECK(complaint.state == ComplaintState::investigating);
}

TEST_CASE("it is handed to who handles complaints, and escalated to a manager") {
  CaseStore t;
  static_cast<void>(t.let_in(Role::clerk));
  static_cast<void>(t.let_in(Role::service));
  const ComplaintId id = t.add().id;
  CHECK(code_of([&] { return t.take(id, AssignComplaint{}); }) == Errc::invalid_input);
  CHECK(code_of([&] { return t.take(id, AssignComplaint{.login = "clerk"}); }) == Errc::refused);
  CHECK(code_of([&] { return t.take(id, AssignComplaint{.login = "nobody"}); }) == Errc::not_found);
  CHECK(code_of([&] { return t.take(id, EscalateComplaint{.login = "service"}); }) ==
        Errc::refused);
  t.take(id, AssignComplaint{.login = "service"});
  CHECK(t.get(id).owner == "service");
  t.take(id, EscalateComplaint{.login = "wangli", .reason = "已超时"});
  CHECK(t.get(id).owner == "wangli");
}

TEST_CASE("only a manager declares that nothing more can be offered, after a second round") {
  CaseStore t;
  Store service = t.let_in(Role::service);
  const ComplaintId id = t.add().id;
  t.take(id, Acknowledge{});
  t.take(id, ReplyToComplaint{.text = "一"});
  const CloseComplaint exhausted{.as = ComplaintEnd::exhausted, .reason = "已尽力"};
  CHECK(code_of([&] { return t.take(id, exhausted); }) == Errc::refused);
  t.take(id, RecordAnswer{.satisfied = Satisfied::no});
  {
    Transaction tx = service.begin({new_operation_id(), "test"});
    CHECK(code_of([&] { return take_step(tx, id, exhausted); }) == Errc::not_permitted);
  }
  CHECK(code_of([&] { return t.take(id, CloseComplaint{.as = ComplaintEnd::exhausted}); }) ==
        Errc::invalid_input);
  CHECK(t.take(id, exhausted).state == ComplaintState::closed);
}

TEST_CASE("who was never answered is not told that nothing more can be offered") {
  CaseStore t;
  const ComplaintId id = t.add().id;
  t.take(id, CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "不再追究"});
  t.take(id, ReopenComplaint{.reason = "又来电"});
  const CloseComplaint end{.as = ComplaintEnd::exhausted, .reason = "无法再补救"};
  CHECK(code_of([&] { return t.take(id, end); }) == Errc::refused);
  t.take(id, ReplyToComplaint{.text = "已补发"});
  CHECK(code_of([&] { return t.take(id, end); }) == Errc::refused);
  t.take(id, RecordAnswer{.satisfied = Satisfied::no});
  CHECK(t.take(id, end).state == ComplaintState::closed);
}

TEST_CASE("evidence comes out as it went in, and only its own complaint gives it") {
  CaseStore t;
  const ComplaintId id = t.add().id;
  const ComplaintId other = t.add().id;
  std::string photo(300'000, '\0');
  for (std::size_t i = 0; i < photo.size(); ++i) photo[i] = static_cast<char>(i * 7);
  const auto event = t.take(id, AddEvidence{.name = "照片.jpg", .content = photo});
  CHECK(event.file == "照片.jpg");
  CHECK(event.digest->size() == 64);
  auto reading = t.reading();
  const Evidence evidence = get_evidence(reading, id, event.id);
  CHECK(evidence.name == "照片.jpg");
  CHECK(evidence.content == photo);
  CHECK(code_of([&] { return get_evidence(reading, other, event.id); }) == Errc::not_found);
  CHECK(code_of([&] { return get_evidence(reading, id, event.id + 1); }) == Errc::not_found);
}

TEST_CASE("evidence has a plain name, and is neither empty nor too large") {
  CaseStore t;
  const ComplaintId id = t.add().id;
  const auto refused = [&](std::string name, std::string content) {
    return code_of([&] {
             return t.take(id, AddEvidence{.name = std::move(name), .content = std::move(content)});
           }) == Errc::invalid_input;
  };
  CHECK(refused("a/b.jpg", "x"));
  CHECK(refused("", "x"));
  CHECK(refused("..", "x"));
  CHECK(refused("a\nb", "x"));
  CHECK(refused("a.jpg", ""));
  CHECK(refused("a.jpg", std::string(evidence_bytes_max + 1, 'x')));
  CHECK(t.events(id).empty());
}

TEST_CASE("evidence that is not what its digest says is damage") {
  CaseStore t;
  const ComplaintId id = t.add().id;
  const auto event = t.take(id, AddEvidence{.name = "a.txt", .content = "x"});
  {
    auto tx = t.begin();
    auto& database = vault::database(tx);
    database.run("DROP TRIGGER complaint_evidence_is_fixed");
    database.run("UPDATE complaint_evidence SET content = ?1", db::Bytes{'y'});
    tx.commit();
  }
  auto reading = t.reading();
  CHECK(code_of([&] { return get_evidence(reading, id, event.id); }) == Errc::damaged);
}

TEST_CASE("all that is wrong with a step is told at once, and nothing is recorded") {
  CaseStore t;
  const ComplaintId id = t.add().id;
  t.take(id, Acknowledge{});
  const Error error = error_of([&] {
    t.take(id, PlanRemedy{.remedy = "", .cost = Money{-1}, .basis = std::string(501, 'x')});
  });
  CHECK(error.code() == Errc::invalid_input);
  CHECK(error.faults().size() == 3);
  CHECK(t.events(id).size() == 1);
  CHECK(code_of([&] { return t.take(ComplaintId{2026000099}, Acknowledge{}); }) == Errc::not_found);
  CHECK(code_of([&] { return t.take(id, LinkComplaint{.other = ComplaintId{2026000099}}); }) ==
        Errc::not_found);
  CHECK(code_of([&] { return t.take(id, LinkComplaint{.other = id}); }) == Errc::invalid_input);
  const LinkComplaint link{.other = t.add().id};
  t.take(id, link);
  CHECK(code_of([&] { return t.take(id, link); }) == Errc::invalid_input);
  CHECK(code_of([&] {
          return t.take(id, GradeComplaint{.severity = ComplaintSeverity::minor, .reason = "x"});
        }) == Errc::invalid_input);
}

TEST_CASE("what was received and done cannot be changed by anybody, in the store itself") {
  CaseStore t;
  const ComplaintId id = t.add().id;
  t.take(id, Acknowledge{.note = "已致歉"});
  for (const char* sql :
       {"UPDATE complaint SET text = 'other'", "DELETE FROM complaint_step",
        "UPDATE complaint SET received_at = 1", "UPDATE complaint SET promised_at = 1",
        "UPDATE complaint_step SET at = 1", "UPDATE complaint_step SET text = 'other'",
        "DELETE FROM complaint"}) {
    CAPTURE(sql);
    auto tx = t.begin();
    CHECK_THROWS(vault::database(tx).run(sql));
  }
}

TEST_CASE("of a member who is restricted nothing goes on, but it may end") {
  CaseStore t;
  NewComplaint hers = lina();
  hers.member = t.member;
  const ComplaintId id = t.add(hers).id;
  t.take(id, Acknowledge{});
  {
    auto tx = t.begin();
    restrict_member(tx, t.member, "本人要求");
    tx.commit();
  }
  CHECK(code_of([&] { return t.take(id, ReplyToComplaint{.text = "今日补发"}); }) == Errc::refused);
  const CloseComplaint end{.as = ComplaintEnd::withdrawn, .reason = "本人要求"};
  CHECK(t.take(id, end).state == ComplaintState::closed);
  CHECK(code_of([&] { return t.take(id, ReopenComplaint{.reason = "又发生"}); }) == Errc::refused);
}

TEST_CASE("why an intake was dated back goes with the person") {
  CaseStore t{"2026-03-02"};
  NewComplaint complaint = lina();
  complaint.member = t.member;
  complaint.on = t.local("2026-01-05 09:00");
  complaint.reason = "张伟来电补录";
  const ComplaintId id = t.add(complaint).id;
  const auto reason = [&] {
    auto tx = t.begin();
    return vault::database(tx).value<std::string>(
        "SELECT backdated_why FROM complaint WHERE id = ?1 AND backdated_why IS NOT NULL", id);
  };
  CHECK(reason() == "张伟来电补录");
  t.erase(t.member);
  CHECK_FALSE(reason());
}

TEST_CASE("of a member who was erased the complaint is nobody's, and goes on to its end") {
  CaseStore t;
  NewComplaint hers = lina();
  hers.member = t.member;
  const ComplaintId id = t.add(hers).id;
  t.take(id, Acknowledge{.note = "已致歉"});
  t.erase(t.member);
  const Complaint left = t.get(id);
  CHECK_FALSE(left.member);
  CHECK_FALSE(left.name);
  CHECK_FALSE(left.contact);
  CHECK_FALSE(left.text);
  CHECK(left.state == ComplaintState::acknowledged);
  CHECK_FALSE(t.events(id).front().text);
  CHECK(t.list() == std::vector{id});
  t.set_day("2026-04-01");
  CHECK(t.due().size() == 1);
  const GradeComplaint grade{.severity = ComplaintSeverity::major, .reason = "催办"};
  CHECK(code_of([&] { return t.take(id, grade); }) == Errc::refused);  // it would add a text
  CHECK(t.take(id, EscalateComplaint{.login = "wangli"}).state == ComplaintState::acknowledged);
  const CloseComplaint end{.as = ComplaintEnd::withdrawn, .reason = "资料已删除"};
  CHECK(t.take(id, end).state == ComplaintState::closed);
  CHECK(t.due().empty());
}

}  // namespace pharmacy::test
