// What complaints of a period tell, of cases whose figures are known.
#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "complaints/case_store.h"
#include "complaints/figures/measured.h"
#include "pharmacy/complaint_actions.h"
#include "pharmacy/complaint_figures.h"
#include "support/errors.h"
#include "vault/access.h"

namespace pharmacy::test {
namespace {

Period days_of(std::string_view from, std::string_view to) {
  return {parse_date(from).value(), parse_date(to).value()};
}

struct FigureStore : CaseStore {
  FigureStore() : CaseStore("2026-03-02") {}

  ComplaintReport report(const Period& period = days_of("2026-03-01", "2026-03-31")) {
    auto reading = this->reading();
    return complaint_report(reading, period);
  }
  ResponseFigures response(Deadline deadline) {
    return deadline == Deadline::ack ? report().first_words.at(0) : report().answers.at(0);
  }
  // A line of quantity 0, as imports bring them: nothing was sold.
  void put_empty_sale() {
    auto tx = begin();
    auto& database = vault::database(tx);
    database.run(
        "INSERT INTO receipt (kind, at, day, amount, channel, staff, policy, recorded_at)"
        " VALUES ('sale', ?1, ?2, 0, 'counter', ?3, 1, ?1)",
        tx.now(), tx.today(), tx.actor().id);
    database.run(
        "INSERT INTO line (receipt, line, product, quantity, amount)"
        " SELECT ?1, 1, id, 0, 0 FROM product WHERE code = 'A'",
        database.last_insert_id());
    tx.commit();
  }
  std::vector<ComplaintGroupFigures> cards() {
    auto reading = this->reading();
    return complaint_scorecards(reading, days_of("2026-03-01", "2026-03-31"));
  }
};

// "procedure 8 80% 80% A"
std::string line_of(const CauseFigures& one) {
  return std::string{to_word(one.cause)} + ' ' + std::to_string(one.count) + ' ' +
         std::to_string(one.percent) + "% " + std::to_string(one.cumulative_percent) + "% " +
         to_word(one.pareto);
}
std::string pareto_of(std::vector<std::pair<ComplaintCause, std::int64_t>> known) {
  std::string lines;
  for (const CauseFigures& one : complaints::pareto(std::move(known))) {
    if (!lines.empty()) lines += ", ";
    lines += line_of(one);
  }
  return lines;
}

}  // namespace

// A minor complaint has 13 hours to the first word, and 26 to the answer, from 8 to 21.
TEST_CASE("timeliness: overdue is late, not yet due is left out, standing still is neither") {
  FigureStore t;
  t.set_local("2026-03-02 10:00");
  std::vector<ComplaintId> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(t.add().id);
  t.set_local("2026-03-02 12:00");
  t.take(ids[0], Acknowledge{});
  t.take(ids[0], ReplyToComplaint{.text = "已补发"});  // in time, after 2 hours
  t.take(ids[1], Acknowledge{});
  t.take(ids[2], Acknowledge{});
  t.take(ids[2], PauseComplaint{.reason = "等检验报告"});  // stands still after 2 hours
  t.set_local("2026-03-06 12:00");
  t.take(ids[1], ReplyToComplaint{.text = "已补发"});  // late
  t.take(ids[3], CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"});
  const ComplaintId fresh = t.add().id;  // nothing of it is due
  const auto acks = t.response(Deadline::ack);
  CHECK(acks.due == 5);  // ids[4] has heard nothing, nor had ids[3] in its time
  CHECK(acks.in_time == 3);
  CHECK(acks.in_time_percent == 60);
  CHECK(acks.ended == 3);
  CHECK(acks.median_seconds == 2 * 3'600);
  CHECK(acks.mean_seconds == 2 * 3'600);
  const auto answers = t.response(Deadline::answer);
  CHECK(answers.due == 3);  // answered twice, and ids[4] is overdue
  CHECK(answers.in_time == 1);
  CHECK(answers.in_time_percent == 33);
  CHECK(answers.ended == 2);
  // 10:00 on Monday to 12:00 on Friday: 11 + 13 + 13 + 13 + 4 hours.
  CHECK(answers.median_seconds == (2 + 54) * 3'600 / 2);
  const auto kind = t.report().by_kind.at(0);
  CHECK(kind.received == 6);
  CHECK(kind.closed == 1);
  CHECK(kind.open == 5);
  CHECK(kind.paused == 1);
  // ids[2] stood still for 52 hours of the shop; five were open for 54 hours, and one for none.
  CHECK(kind.paused_percent == 52 * 100 / (5 * 54));
  t.take(fresh, Acknowledge{});
  CHECK(t.response(Deadline::ack).due == 6);
}

TEST_CASE("an answer that stands still after its time was over is late") {
  FigureStore t;
  t.set_local("2026-03-02 10:00");
  const ComplaintId id = t.add().id;
  t.take(id, Acknowledge{});
  t.set_local("2026-03-04 10:00");
  t.take(id, PauseComplaint{.reason = "等检验报告"});
  CHECK(t.response(Deadline::answer).due == 0);
  t.take(id, ResumeComplaint{});
  t.set_local("2026-03-04 10:01");
  t.take(id, PauseComplaint{.reason = "等检验报告"});
  CHECK(t.response(Deadline::answer).due == 1);
  CHECK(t.response(Deadline::answer).in_time == 0);
}

TEST_CASE("causes: A up to 80 %, the one that reaches it included, B up to 95 %, C the rest") {
  using enum ComplaintCause;
  CHECK(pareto_of({}) == "");
  CHECK(pareto_of({{stock, 1}}) == "stock 1 100% 100% A");
  // Ties stay in the order of the causes.
  CHECK(pareto_of({{conduct, 1}, {skill, 1}, {procedure, 8}}) ==
        "procedure 8 80% 80% A, conduct 1 10% 90% B, skill 1 10% 100% B");
  CHECK(pareto_of({{conduct, 1}, {skill, 2}, {procedure, 79}, {stock, 13}, {system, 5}}) ==
        "procedure 79 79% 79% A, stock 13 13% 92% A, system 5 5% 97% B, skill 2 2% 99% C,"
        " conduct 1 1% 100% C");
  CHECK(pareto_of({{conduct, 5}, {skill, 15}, {procedure, 80}}) ==
        "procedure 80 80% 80% A, skill 15 15% 95% B, conduct 5 5% 100% C");
  CHECK(pareto_of({{conduct, 1}, {skill, 1}, {procedure, 1}}) ==
        "conduct 1 33% 33% A, skill 1 33% 66% A, procedure 1 33% 100% A");
}

TEST_CASE("what was closed as a mistake counts nowhere, and repeats nothing") {
  FigureStore t;
  const ComplaintId twice = t.add().id;
  CHECK(t.add().repeats == twice);
  CHECK(t.report().totals.repeats == 1);
  t.take(twice, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "重复录入"});
  const auto totals = t.report().totals;
  CHECK(totals.received == 1);
  CHECK(totals.repeats == 0);
  // The next one repeats the second, and after that is one too, the first that is none.
  const TakenComplaint third = t.add();
  const ComplaintId second = third.repeats.value();
  const TakenComplaint fourth = t.add();
  CHECK(fourth.repeats == third.id);
  t.take(third.id, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "重复录入"});
  CHECK(t.report().totals.received == 2);
  CHECK(t.report().totals.repeats == 1);
  t.take(second, CloseComplaint{.as = ComplaintEnd::mistake, .reason = "重复录入"});
  CHECK(t.report().totals.repeats == 0);
  t.take(second, ReopenComplaint{.reason = "确有其事"});
  CHECK(t.report().totals.repeats == 1);
  CHECK(t.report().repeats_by_cause.at(0).received == 2);
}

TEST_CASE("complaints per 1,000 receipts count purchases, and no objections") {
  FigureStore t;
  CHECK(t.report().totals.rate == std::nullopt);
  t.add();
  NewComplaint objection = lina();
  objection.kind = ComplaintKind::objection;
  t.add(objection);
  for (int i = 0; i < 6; ++i) t.sell({"A=1"});
  t.sell({"A=1@0"});  // given away
  t.put_empty_sale();
  const auto totals = t.report().totals;
  CHECK(totals.receipts == 7);
  CHECK(totals.complaints == 1);
  CHECK(totals.rate == Quantity{142'857});
  t.set_day("2026-04-01");
  t.sell({"A=1"});
  CHECK(t.report().totals.receipts == 7);
}

TEST_CASE("suggestions: what was told, and the share of those decided that was adopted") {
  FigureStore t;
  NewComplaint suggestion = lina();
  suggestion.kind = ComplaintKind::suggestion;
  const ComplaintId adopted = t.add(suggestion).id;
  const ComplaintId declined = t.add(suggestion).id;
  suggestion.origin = ComplaintOrigin::staff;
  const ComplaintId of_staff = t.add(suggestion).id;
  t.add(suggestion);
  for (const ComplaintId id : {adopted, declined, of_staff}) t.take(id, Acknowledge{});
  t.take(adopted, Investigate{.method = InvestigationMethod::records, .found = "可行"});
  t.take(adopted, AdoptSuggestion{.how = "下月起"});
  t.take(declined, DeclineSuggestion{.why = "目录外"});
  t.take(of_staff, AdoptSuggestion{.how = "下月起"});
  t.take(adopted, TellOutcome{.text = "已采纳"});
  const auto all = t.report().suggestions;
  CHECK(all.at(0).received == 4);
  CHECK(all.at(0).studied == 1);
  CHECK(all.at(0).adopted == 2);
  CHECK(all.at(0).declined == 1);
  CHECK(all.at(0).told == 1);
  CHECK(all.at(0).adoption_percent == 66);
  CHECK(all.at(1).adoption_percent == 50);
  CHECK(all.at(2).received == 2);
  CHECK(all.at(2).adoption_percent == 100);
  // Opened again it is decided once more.
  t.take(adopted, ReopenComplaint{.reason = "做不到"});
  CHECK(t.report().suggestions.at(0).adoption_percent == 50);
  CHECK(t.report().suggestions.at(0).told == 0);
}

TEST_CASE("a scorecard of fewer than 30 has no percent") {
  FigureStore t;
  static_cast<void>(t.let_in(Role::service));
  const auto answer = [&] {
    const ComplaintId id = t.add().id;
    t.take(id, AssignComplaint{.login = "service"});
    t.take(id, Acknowledge{});
    t.take(id, ReplyToComplaint{.text = "已补发"});
  };
  for (int i = 0; i < 29; ++i) answer();
  t.add();
  auto cards = t.cards();
  REQUIRE(cards.size() == 2);
  CHECK(cards[0].key == std::nullopt);
  CHECK(cards[0].received == 1);
  CHECK(cards[1].key == "service");
  CHECK(cards[1].answers_due == 29);
  CHECK(cards[1].answers_percent == std::nullopt);
  CHECK(cards[1].acks_percent == std::nullopt);
  answer();
  cards = t.cards();
  CHECK(cards[1].answers_due == 30);
  CHECK(cards[1].answers_percent == 100);
  CHECK(cards[1].acks_percent == 100);
}

TEST_CASE("figures are for who reads them, and scorecards for managers and auditors") {
  FigureStore t;
  const Period march = days_of("2026-03-01", "2026-03-31");
  for (const auto& [role, word] : EnumNames<Role>::table) {
    CAPTURE(word);
    Store store = t.let_in(role);
    const auto may = [&](auto act) {
      Reading reading = store.read();
      return code_of([&] { act(reading); }) != Errc::not_permitted;
    };
    const bool reads = role != Role::clerk;
    CHECK(may([&](Reading& reading) { complaint_report(reading, march); }) == reads);
    CHECK(may([&](Reading& reading) { improvement_report(reading, march); }) == reads);
    CHECK(may([&](Reading& reading) { complaint_scorecards(reading, march); }) ==
          (role == Role::manager || role == Role::auditor));
  }
}

TEST_CASE("a report is of ten years at most") {
  FigureStore t;
  const Date first = parse_date("2020-01-01").value();
  const auto code = [&](std::chrono::days days) {
    return code_of([&] { t.report({first, first + days}); });
  };
  CHECK(code(complaint_report_days_max - std::chrono::days{1}) == std::nullopt);
  CHECK(code(complaint_report_days_max) == Errc::invalid_input);
}

TEST_CASE("actions: done in time of what is done or overdue, effective of what was checked") {
  FigureStore t;
  const auto plan = [&](const char* due, ComplaintCause cause) {
    auto tx = t.begin();
    const auto id = add_complaint_action(
        tx, {.text = "复核", .cause = cause, .owner = "wangli", .due = parse_date(due).value()});
    tx.commit();
    return id;
  };
  const auto end = [&](ComplaintActionId id) {
    auto tx = t.begin();
    end_complaint_action(tx, id);
    tx.commit();
  };
  using enum ComplaintCause;
  const auto in_time = plan("2026-03-10", stock);
  const auto late = plan("2026-03-10", stock);
  plan("2026-03-10", procedure);
  plan("2026-12-31", procedure);
  const auto mistake = plan("2026-03-03", skill);
  {
    auto tx = t.begin();
    drop_complaint_action(tx, mistake, "误录");
    tx.commit();
  }
  t.set_day("2026-03-10");
  end(in_time);
  t.set_day("2026-03-11");
  end(late);
  t.set_day("2026-06-09");  // 91 days after the first, 90 after the second
  {
    auto tx = t.begin();
    check_complaint_action(tx, in_time);
    tx.commit();
  }
  auto reading = t.reading();
  const auto report = improvement_report(reading, days_of("2026-03-01", "2026-03-31"));
  const ActionFigures& all = report.in_all;
  CHECK(all.added == 5);
  CHECK(all.dropped == 1);
  CHECK(all.open == 2);
  CHECK(all.overdue == 1);
  CHECK(all.done == 2);
  CHECK(all.done_in_time == 1);
  CHECK(all.in_time_percent == 33);
  CHECK(all.to_check == 0);
  CHECK(all.checked == 1);
  CHECK(all.effective == 1);
  CHECK(all.effective_percent == 100);
  REQUIRE(report.by_cause.size() == 3);
  CHECK(report.by_cause[0].cause == skill);
  CHECK(report.by_cause[0].in_time_percent == std::nullopt);
  CHECK(report.by_cause[2].cause == stock);
  CHECK(report.by_cause[2].in_time_percent == 50);
  CHECK(improvement_report(reading, days_of("2026-04-01", "2026-12-31")).in_all.added == 0);
}

}  // namespace pharmacy::test
