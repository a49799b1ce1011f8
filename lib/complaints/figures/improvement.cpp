// The report on improvement: actions against causes, and what became of suggestions.
#include <map>

#include "base/bounds.h"
#include "complaints/figures/measured.h"
#include "complaints/learning/counted.h"
#include "pharmacy/complaint_actions.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

void add_action(ActionFigures& figures, const ComplaintAction& action, const Zone& zone) {
  ++figures.added;
  if (action.state == ActionState::given_up) {
    ++figures.dropped;
    return;
  }
  figures.overdue += action.state == ActionState::overdue;
  figures.to_check += action.state == ActionState::to_check;
  figures.checked += action.checked.has_value();
  figures.effective += action.state == ActionState::effective;
  if (!action.done) {
    ++figures.open;
    return;
  }
  ++figures.done;
  figures.done_in_time += zone.day_of(*action.done) <= action.due;
}

void divide_actions(ActionFigures& figures) {
  figures.in_time_percent =
      complaints::percent(figures.done_in_time, figures.done + figures.overdue);
  figures.effective_percent = complaints::percent(figures.effective, figures.checked);
}

}  // namespace

ImprovementReport improvement_report(Reading& reading, const Period& period) {
  vault::require(reading, vault::Permission::view_figures);
  ImprovementReport report{.from = period.from,
                           .to = period.to,
                           .in_all = {},
                           .by_cause = {},
                           .suggestions = complaints::suggestion_figures(
                               complaints::measured_complaints(reading, period))};
  std::map<ComplaintCause, ActionFigures> by_cause;
  for (const ComplaintAction& action : list_complaint_actions(reading, ActionScope::all)) {
    if (!period.contains(reading.zone().day_of(action.added))) continue;
    add_action(report.in_all, action, reading.zone());
    add_action(by_cause[action.cause], action, reading.zone());
  }
  divide_actions(report.in_all);
  for (auto& [cause, figures] : by_cause) {
    figures.cause = cause;
    divide_actions(figures);
    report.by_cause.push_back(figures);
  }
  return report;
}

}  // namespace pharmacy
