#include "complaints/clocks.h"

#include <algorithm>
#include <map>

#include "complaints/lifecycle.h"
#include "complaints/safety/register.h"
#include "complaints/step_row.h"
#include "complaints/steps.h"
#include "pharmacy/policy.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy::complaints {
namespace {

using enum ComplaintStepKind;

bool is_answer(ComplaintStepKind step) {
  return step == reply || step == inform || step == close_exhausted;
}
bool stops_clock(ComplaintStepKind step) { return step == pause || step == reply || is_end(step); }
bool starts_clock(ComplaintStepKind step) {
  return step == resume || step == unsatisfied || step == reopen;
}

// How it ended last; nullptr where it did not, or was opened again.
const TimedStep* end_of(std::span<const TimedStep> steps) {
  const auto last = std::find_if(steps.rbegin(), steps.rend(), [](const TimedStep& one) {
    return is_end(one.step) || one.step == reopen;
  });
  return last == steps.rend() || last->step == reopen ? nullptr : &*last;
}

// Whether it ended without an answer that anybody waits for.
bool ended_unanswered(std::span<const TimedStep> steps) {
  const auto* end = end_of(steps);
  if (end == nullptr) return false;
  return end->step == close_mistake || (end->step == close_withdrawn && !answered_at(steps));
}

void put_ack(ComplaintClocks& clocks, const TimedComplaint& complaint,
             std::span<const TimedStep> steps, const Calendar& calendar, int warn_percent,
             Instant now) {
  const auto first = std::ranges::find_if(
      steps, [](const TimedStep& one) { return one.step == ack || one.step == reply; });
  clocks.ack_due = due_at(calendar, complaint.received, complaint.ack_seconds);
  if (first != steps.end()) clocks.acknowledged = first->at;
  const auto* end = end_of(steps);
  const Instant until = clocks.acknowledged ? *clocks.acknowledged : end != nullptr ? end->at : now;
  const std::int64_t spent = open_seconds(calendar, complaint.received, until);
  if (!clocks.acknowledged && end != nullptr) {
    // Nobody waits for it any more.
    clocks.ack = spent <= complaint.ack_seconds ? ClockState::none : ClockState::missed;
  } else if (!clocks.acknowledged) {
    clocks.ack = running_state(spent, complaint.ack_seconds, warn_percent);
  } else {
    clocks.ack = spent <= complaint.ack_seconds ? ClockState::met : ClockState::missed;
  }
}

void put_answer(ComplaintClocks& clocks, const TimedComplaint& complaint,
                std::span<const TimedStep> steps, const Calendar& calendar, int warn_percent,
                Instant now) {
  std::vector<Pause> pauses = pauses_of(steps);
  clocks.answered = answered_at(steps);
  clocks.answer_seconds_allowed = complaint.answer_seconds;
  const bool is_waiting = !pauses.empty() && !pauses.back().until;
  // What the clock waits for since the answer does not move by when that was due. It stood still
  // before that answer where a manager declared the rounds exhausted after a reply.
  if (clocks.answered && is_waiting)
    pauses.back().until = std::max(pauses.back().from, *clocks.answered);
  clocks.answer_seconds_spent =
      counted_seconds(calendar, complaint.received, clocks.answered.value_or(now), pauses);
  if (clocks.answered) {
    clocks.answer_due = due_at(calendar, complaint.received, complaint.answer_seconds, pauses);
    clocks.answer = clocks.answer_seconds_spent <= complaint.answer_seconds ? ClockState::met
                                                                            : ClockState::missed;
  } else if (is_waiting && clocks.answer_seconds_spent <= complaint.answer_seconds) {
    clocks.answer = ClockState::waiting;
  } else {
    clocks.answer_due = due_at(calendar, complaint.received, complaint.answer_seconds, pauses);
    clocks.answer =
        running_state(clocks.answer_seconds_spent, complaint.answer_seconds, warn_percent);
  }
}

}  // namespace

ClockState running_state(std::int64_t spent, std::int64_t allowed, int warn_percent) {
  if (spent > allowed) return ClockState::overdue;
  return spent * 100 >= allowed * warn_percent ? ClockState::warned : ClockState::running;
}

bool is_in_scope(ClockState clock, DueScope scope) {
  return clock == ClockState::overdue ||
         (clock == ClockState::warned && scope == DueScope::warned_too);
}

std::vector<Pause> pauses_of(std::span<const TimedStep> steps) {
  std::vector<Pause> pauses;
  bool is_still = false;
  for (const TimedStep& step : steps) {
    if (!is_still && stops_clock(step.step)) {
      pauses.push_back({.from = step.at, .until = std::nullopt});
      is_still = true;
    } else if (is_still && starts_clock(step.step)) {
      pauses.back().until = step.at;
      is_still = false;
    }
  }
  return pauses;
}

std::optional<Instant> answered_at(std::span<const TimedStep> steps) {
  std::optional<Instant> answered;
  for (const TimedStep& step : steps) {
    if (is_answer(step.step)) answered = step.at;
    if (step.step == unsatisfied || step.step == reopen) answered = std::nullopt;
  }
  return answered;
}

bool is_escalated(std::span<const TimedStep> steps) {
  bool is_so = false;
  for (const TimedStep& step : steps) {
    if (step.step == escalate) is_so = true;
    if (step.step == unsatisfied || step.step == reopen) is_so = false;
  }
  return is_so;
}

DueComplaint due_line(const TimedComplaint& complaint, std::span<const TimedStep> steps,
                      const Due& what) {
  return {.id = complaint.id,
          .kind = complaint.kind,
          .severity = complaint.severity,
          .state = complaint.state,
          .department = complaint.department,
          .owner = complaint.owner,
          .deadline = what.deadline,
          .due = what.at,
          .clock = what.clock,
          .is_escalated = is_escalated(steps)};
}

ComplaintClocks clocks_of(const TimedComplaint& complaint, std::span<const TimedStep> steps,
                          const Calendar& calendar, int warn_percent, Instant now) {
  ComplaintClocks clocks{.ack_due = {},
                         .acknowledged = {},
                         .ack = ClockState::none,
                         .answer_due = {},
                         .answered = {},
                         .answer = ClockState::none,
                         .answer_seconds_spent = 0,
                         .answer_seconds_allowed = 0};
  put_ack(clocks, complaint, steps, calendar, warn_percent, now);
  if (complaint.kind != ComplaintKind::praise && !ended_unanswered(steps))
    put_answer(clocks, complaint, steps, calendar, warn_percent, now);
  return clocks;
}

}  // namespace pharmacy::complaints

namespace pharmacy {

using complaints::TimedComplaint;
using complaints::TimedStep;

ComplaintClocks complaint_clocks(Reading& reading, ComplaintId id) {
  get_complaint(reading, id);  // asks for the permission, and whether her file is in use
  auto& database = vault::database(reading);
  const TimedComplaint complaint = complaints::timed_complaint(database, id);
  return complaints::clocks_of(
      complaint, complaints::timed_steps(database, id), calendar_of(reading, complaint.calendar),
      policy_on(reading, reading.today()).complaints.warn_percent, reading.now());
}

static std::vector<DueComplaint> all_due(Reading& reading, DueScope scope) {
  auto& database = vault::database(reading);
  const int warn_percent = policy_on(reading, reading.today()).complaints.warn_percent;
  std::map<CalendarKind, Calendar> calendars;
  const std::vector<TimedStep> steps = complaints::steps_of_open(database);
  std::vector<DueComplaint> due;
  for (const TimedComplaint& one : complaints::open_complaints(database)) {
    const std::span<const TimedStep> taken{
        std::ranges::lower_bound(steps, one.id, {}, &TimedStep::complaint),
        std::ranges::upper_bound(steps, one.id, {}, &TimedStep::complaint)};
    if (!calendars.contains(one.calendar))
      calendars.emplace(one.calendar, calendar_of(reading, one.calendar));
    const auto clocks =
        complaints::clocks_of(one, taken, calendars.at(one.calendar), warn_percent, reading.now());
    const auto put = [&](Deadline deadline, const std::optional<Instant>& at, ClockState clock) {
      if (complaints::is_in_scope(clock, scope) && at)
        due.push_back(complaints::due_line(one, taken, {deadline, *at, clock}));
    };
    put(Deadline::ack, clocks.ack_due, clocks.ack);
    put(Deadline::answer, clocks.answer_due, clocks.answer);
  }
  complaints::add_due_reports(reading, scope, due);
  std::ranges::stable_sort(due, {}, &DueComplaint::due);
  return due;
}

std::vector<DueComplaint> due_complaints(Reading& reading, DueScope scope) {
  vault::require(reading, vault::Permission::watch_complaints);
  return all_due(reading, scope);
}

std::vector<ComplaintId> escalate_overdue(Transaction& tx, const EscalateComplaint& to) {
  vault::require(tx, vault::Permission::escalate_complaints);
  complaints::check_escalation(tx, to);  // also where nothing is late
  std::vector<ComplaintId> escalated;
  for (const DueComplaint& due : all_due(tx, DueScope::overdue)) {
    // Both of its times may be over.
    if (due.is_escalated || std::ranges::find(escalated, due.id) != escalated.end()) continue;
    const Complaint complaint = complaints::stored_complaint(vault::database(tx), due.id);
    // A reaction may still have to be reported after all else is over.
    if (complaint.state == ComplaintState::closed) continue;
    if (complaint.member) vault::shows(tx, *complaint.member);
    complaints::record_step(tx, complaint, to);
    escalated.push_back(due.id);
  }
  vault::notes(tx, "complaints", escalated);
  return escalated;
}

}  // namespace pharmacy
