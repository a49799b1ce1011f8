// Every step in every state of every kind, as the one table says.
#include "complaints/lifecycle.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <map>
#include <sstream>

#include "complaints/case_store.h"
#include "support/errors.h"

namespace pharmacy::test {
namespace {

using Kind = ComplaintStepKind;

// A step of a kind, of which nothing is wrong but perhaps when it is taken.
ComplaintStep sample(Kind kind, ComplaintId other) {
  switch (kind) {
    case Kind::ack:
      return Acknowledge{};
    case Kind::assign:
      return AssignComplaint{.department = "采购部"};
    case Kind::escalate:
      return EscalateComplaint{.login = "wangli"};
    case Kind::grade:
      return GradeComplaint{.severity = ComplaintSeverity::critical, .reason = "已就医"};
    case Kind::link:
      return LinkComplaint{.other = other};
    case Kind::cause:
      return NameCause{.cause = ComplaintCause::procedure, .root = "无人复核"};
    case Kind::pause:
      return PauseComplaint{.reason = "等检验报告"};
    case Kind::resume:
      return ResumeComplaint{};
    case Kind::investigate:
      return Investigate{.method = InvestigationMethod::records, .found = "属实"};
    case Kind::evidence:
      return AddEvidence{.name = "a.jpg", .content = "x"};
    case Kind::plan:
      return PlanRemedy{.remedy = "补发"};
    case Kind::reply:
      return ReplyToComplaint{.text = "今日补发"};
    case Kind::satisfied:
      return RecordAnswer{.satisfied = Satisfied::yes};
    case Kind::unsatisfied:
      return RecordAnswer{.satisfied = Satisfied::no};
    case Kind::adopt:
      return AdoptSuggestion{.how = "下月起"};
    case Kind::decline:
      return DeclineSuggestion{.why = "无权决定"};
    case Kind::inform:
      return TellOutcome{.text = "已采纳"};
    case Kind::close_satisfied:
      return CloseComplaint{.as = ComplaintEnd::satisfied};
    case Kind::close_withdrawn:
      return CloseComplaint{.as = ComplaintEnd::withdrawn, .reason = "撤回"};
    case Kind::close_exhausted:
      return CloseComplaint{.as = ComplaintEnd::exhausted, .reason = "已尽力"};
    case Kind::close_done:
      return CloseComplaint{.as = ComplaintEnd::done};
    case Kind::close_mistake:
      return CloseComplaint{.as = ComplaintEnd::mistake, .reason = "录错"};
    case Kind::reopen:
      return ReopenComplaint{.reason = "又发生"};
  }
  return Acknowledge{};
}

// Where a complaint can be, and by which steps it comes there, the fewest.
struct Place {
  ComplaintState state;
  std::int64_t round;  // 1, or 2 for all that come after
  std::vector<Kind> way;
};

// Whether these steps, the last of which is in the round now, answered in it.
bool is_answered(const std::vector<Kind>& way) {
  bool is_so = false;
  for (const Kind step : way) {
    if (step == Kind::reply || step == Kind::inform || step == Kind::close_exhausted) is_so = true;
    if (step == Kind::unsatisfied || step == Kind::reopen) is_so = false;
  }
  return is_so;
}

bool begins_round(const complaints::Transition& row, const std::vector<Kind>& way) {
  if (row.begins == complaints::Begins::round_if_answered) return is_answered(way);
  return row.begins == complaints::Begins::round;
}

// Of a paused one it counts what it goes back to: only one such place is tried here, and all of
// them below.
std::vector<Place> places_of(ComplaintKind kind) {
  std::vector<Place> found{{ComplaintState::received, 1, {}}};
  const auto is_known = [&](const Place& one) {
    return std::ranges::any_of(found, [&](const Place& place) {
      return place.state == one.state && place.round == one.round &&
             is_answered(place.way) == is_answered(one.way);
    });
  };
  for (std::size_t at = 0; at < found.size(); ++at) {
    for (const Kind step : possible_steps(kind, found[at].state, found[at].round)) {
      const auto* row = complaints::transition(step, kind, found[at].state, found[at].round);
      if (row->leads != complaints::Leads::to) continue;
      const std::int64_t round =
          std::min<std::int64_t>(2, found[at].round + begins_round(*row, found[at].way));
      Place next{row->to, round, found[at].way};
      next.way.push_back(step);
      if (!is_known(next)) found.push_back(std::move(next));
    }
  }
  return found;
}

NewComplaint of_kind(ComplaintKind kind) {
  NewComplaint complaint = lina();
  complaint.kind = kind;
  return complaint;
}

// The table as people read it.
std::string written_lifecycle() {
  std::string text;
  for (const auto& [kind, kind_word] : EnumNames<ComplaintKind>::table) {
    for (const Place& place : places_of(kind)) {
      text += fmt::format("{} {} {}{}:", kind_word, to_word(place.state), place.round,
                          is_answered(place.way) ? " answered" : "");
      for (const Kind step : possible_steps(kind, place.state, place.round)) {
        const auto* row = complaints::transition(step, kind, place.state, place.round);
        text += fmt::format(" {}", to_word(step));
        if (row->leads == complaints::Leads::to) text += fmt::format("->{}", to_word(row->to));
        if (row->leads == complaints::Leads::back) text += "->back";
        if (row->begins == complaints::Begins::round) text += "+1";
        if (row->begins == complaints::Begins::round_if_answered) text += "+1?";
      }
      text += '\n';
    }
  }
  return text;
}

}  // namespace

TEST_CASE("the life of a complaint is as its map draws it") {
  const std::string path = PHARMACY_GOLDEN_DIR "/lifecycle.golden.txt";
  const std::string actual = written_lifecycle();
  if (std::getenv("PHARMACY_UPDATE_GOLDEN") != nullptr) std::ofstream{path} << actual;
  std::ostringstream expected;
  expected << std::ifstream{path}.rdbuf();
  CHECK(actual == expected.str());
}

TEST_CASE("every step in every state of every kind does what the table says, or changes nothing") {
  CaseStore t;
  const ComplaintId other = t.add().id;
  std::int64_t taken = 0;
  std::int64_t refused = 0;
  for (const auto& [kind, kind_word] : EnumNames<ComplaintKind>::table) {
    for (const Place& place : places_of(kind)) {
      for (const auto& [step, step_word] : EnumNames<Kind>::table) {
        CAPTURE(kind_word);
        CAPTURE(to_word(place.state));
        CAPTURE(step_word);
        auto tx = t.begin();
        const ComplaintId id = add_complaint(tx, of_kind(kind)).id;
        for (const Kind before : place.way) take_step(tx, id, sample(before, other));
        const Complaint found = get_complaint(tx, id);
        REQUIRE(found.state == place.state);
        REQUIRE(found.round == place.round);
        const auto* row = complaints::transition(step, kind, place.state, place.round);
        if (row == nullptr) {
          CHECK(code_of([&] { return take_step(tx, id, sample(step, other)); }) == Errc::refused);
          CHECK(get_complaint(tx, id).state == place.state);
          CHECK(complaint_events(tx, id).size() == place.way.size());
          ++refused;
          continue;
        }
        const ComplaintEvent event = take_step(tx, id, sample(step, other));
        if (row->leads == complaints::Leads::to) CHECK(event.state == row->to);
        if (row->leads == complaints::Leads::stays) CHECK(event.state == place.state);
        CHECK(event.round == place.round + begins_round(*row, place.way));
        const Complaint after = get_complaint(tx, id);
        CHECK(after.state == event.state);
        CHECK(after.round == event.round);
        ++taken;
      }
    }
  }
  MESSAGE("steps taken: " << taken << ", refused: " << refused);
  CHECK(taken > 300);
  CHECK(refused > 300);
}

TEST_CASE("a pause goes back to where it found the complaint") {
  CaseStore t;
  for (const auto& way : {std::vector{Kind::ack}, std::vector{Kind::ack, Kind::investigate},
                          std::vector{Kind::ack, Kind::investigate, Kind::plan}}) {
    const ComplaintId id = t.add().id;
    for (const Kind step : way) t.take(id, sample(step, id));
    const ComplaintState before = t.get(id).state;
    CHECK(t.take(id, sample(Kind::pause, id)).state == ComplaintState::paused);
    // What happens meanwhile does not change where it goes on.
    t.take(id, sample(Kind::evidence, id));
    t.take(id, sample(Kind::assign, id));
    CHECK(t.take(id, sample(Kind::resume, id)).state == before);
  }
}

TEST_CASE("an impossible step is told with what is possible now") {
  CaseStore t;
  const ComplaintId id = t.add().id;
  try {
    t.take(id, ReplyToComplaint{.text = "今日补发"});
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(std::string{error.what()} == "C2026-000001 is received: reply is not possible now");
    CHECK(error.faults().front().hint ==
          "possible now: ack, assign, escalate, grade, link, evidence add, close --as withdrawn,"
          " close --as mistake");
  }
}

}  // namespace pharmacy::test
