#include "complaints/import/steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "complaints/lifecycle.h"

namespace pharmacy::complaints {
namespace {

using Step = ComplaintStepKind;

class CaseLife {
 public:
  CaseLife(Case& one, const Sheet& sheet) : case_{one}, sheet_{sheet} {}

  std::vector<CaseStep> run() {
    if (case_.department || case_.owner) {
      StepRow row{.step = Step::assign, .department = case_.department};
      if (!case_.owner_is_here) row.text = case_.owner;
      add(std::move(row), case_.received, owner_field);
    }
    // The first word with the person was the first that is told of, at the latest.
    if (const auto first = first_word()) add({.step = Step::ack}, *first, acknowledged_field);
    switch (case_.said.kind) {
      case ComplaintKind::suggestion:
        live_as_suggestion();
        break;
      case ComplaintKind::praise:
        live_as_praise();
        break;
      default:
        live_as_complaint();
    }
    require_reply_kept();
    if (case_.cause) {
      const Instant at = steps_.empty() ? case_.received : steps_.back().at;
      add({.step = Step::cause, .cause = case_.cause}, at, cause_field);
    }
    return std::move(steps_);
  }

 private:
  [[nodiscard]] bool ended_as(CaseOutcome outcome) const { return case_.outcome == outcome; }
  [[nodiscard]] bool ended_unheard() const {
    return ended_as(CaseOutcome::withdrawn) || ended_as(CaseOutcome::mistake);
  }
  [[nodiscard]] std::optional<Instant> first_word() const {
    if (case_.acknowledged) return case_.acknowledged;
    if (case_.replied) return case_.replied;
    return ended_unheard() ? std::nullopt : case_.closed;
  }

  void fail(FieldPlace place, std::string message) {
    case_.faults.push_back({sheet_.column(place), std::move(message)});
  }

  void add(StepRow row, Instant at, FieldPlace said_by) {
    const auto* found = transition(row.step, case_.said.kind, state_, round_);
    if (found == nullptr) {
      fail(said_by, fmt::format(fmt::runtime(_("{what} does not go with {kind} that is {state}")),
                                fmt::arg("what", sheet_.cell(said_by)),
                                fmt::arg("kind", _(to_word(case_.said.kind))),
                                fmt::arg("state", _(to_word(state_)))));
      return;
    }
    if (found->leads == Leads::to) state_ = found->to;
    round_ += found->begins == Begins::round ? 1 : 0;
    steps_.push_back({std::move(row), state_, round_, at});
  }
  // An answer that goes into no step would be lost.
  void require_reply_kept() {
    const bool is_kept = std::ranges::find(steps_, case_.reply, [](const CaseStep& one) {
                           return one.row.text;
                         }) != steps_.end();
    if (!case_.reply || is_kept || !case_.faults.empty()) return;
    if (case_.replied) {
      fail(reply_field, _("an answer that belongs to no step: say how it ended"));
    } else {
      fail(reply_field, fmt::format(fmt::runtime(_("an answer, but not when: {} is empty")),
                                    sheet_.column(replied_field)));
    }
  }
  void add_outcome(Step step, Instant at) { add({.step = step}, at, outcome_field); }

  // Adds that it ended, and says what is missing to know how.
  bool end_unheard() {
    if (!ended_unheard()) return false;
    const bool is_mistake = ended_as(CaseOutcome::mistake);
    if (case_.closed) {
      add_outcome(is_mistake ? Step::close_mistake : Step::close_withdrawn, *case_.closed);
    } else {
      fail_no_time();
    }
    return true;
  }
  void fail_no_time() {
    fail(outcome_field, fmt::format(fmt::runtime(_("{outcome}, but not when: {column} is empty")),
                                    fmt::arg("outcome", sheet_.cell(outcome_field)),
                                    fmt::arg("column", sheet_.column(closed_field))));
  }
  void fail_no_outcome() {
    fail(outcome_field,
         fmt::format(fmt::runtime(_("it ended, but not how: {column} is empty; say it for all rows"
                                    " with --set outcome=satisfied")),
                     fmt::arg("column", sheet_.column(outcome_field))));
  }

  void live_as_complaint() {
    const bool is_content = ended_as(CaseOutcome::satisfied);
    const bool is_told =
        is_content || ended_as(CaseOutcome::unsatisfied) || ended_as(CaseOutcome::exhausted);
    // Where only the end is dated, the answer was given with it.
    const auto replied = case_.replied || !is_told ? case_.replied : case_.closed;
    if (replied) {
      add({.step = Step::reply, .text = case_.reply}, *replied, replied_field);
    }
    if (end_unheard()) return;
    if (!case_.outcome) {
      if (case_.closed) fail_no_outcome();
      return;
    }
    if (!is_told) {
      fail_no_such_outcome();
    } else if (!replied || (ended_as(CaseOutcome::exhausted) && !case_.closed)) {
      fail_no_time();
    } else {
      const Instant said = case_.closed.value_or(*replied);
      add_outcome(is_content ? Step::satisfied : Step::unsatisfied, said);
      if (case_.closed)
        add_outcome(is_content ? Step::close_satisfied : Step::close_exhausted, said);
    }
  }

  // Telling what became of a suggestion ends it.
  void live_as_suggestion() {
    const auto told = case_.replied ? case_.replied : case_.closed;
    if (end_unheard()) return;
    const bool is_decided = ended_as(CaseOutcome::adopted) || ended_as(CaseOutcome::declined);
    if (!case_.outcome) {
      if (told) fail_no_outcome();
    } else if (!is_decided) {
      fail_no_such_outcome();
    } else if (!told) {
      fail_no_time();
    } else {
      add_outcome(ended_as(CaseOutcome::adopted) ? Step::adopt : Step::decline, *told);
      add({.step = Step::inform, .text = case_.reply}, *told, outcome_field);
    }
  }

  // Whoever praised is thanked, whatever she thinks of that.
  void live_as_praise() {
    if (end_unheard()) return;
    const bool is_fitting =
        !case_.outcome || ended_as(CaseOutcome::done) || ended_as(CaseOutcome::satisfied);
    if (!is_fitting) {
      fail_no_such_outcome();
    } else if (case_.closed) {
      add({.step = Step::close_done, .text = case_.reply}, *case_.closed, closed_field);
    } else if (case_.outcome) {
      fail_no_time();
    }
  }

  void fail_no_such_outcome() {
    fail(outcome_field, fmt::format(fmt::runtime(_("{outcome} is no end of this kind: {kind}")),
                                    fmt::arg("outcome", sheet_.cell(outcome_field)),
                                    fmt::arg("kind", _(to_word(case_.said.kind)))));
  }

  Case& case_;
  const Sheet& sheet_;
  std::vector<CaseStep> steps_;
  ComplaintState state_ = ComplaintState::received;
  std::int64_t round_ = 1;
};

}  // namespace

std::vector<CaseStep> steps_of(Case& one, const Sheet& sheet) { return CaseLife{one, sheet}.run(); }

}  // namespace pharmacy::complaints
