// Taking the steps of a complaint.
#include "complaints/steps.h"

#include <fmt/format.h>

#include <array>

#include "base/i18n.h"
#include "complaints/clocks.h"
#include "complaints/erasure.h"
#include "complaints/evidence.h"
#include "complaints/lifecycle.h"
#include "complaints/step_row.h"
#include "complaints/times.h"
#include "pharmacy/error.h"
#include "pharmacy/rights.h"
#include "policy/policies.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

using complaints::Begins;
using complaints::Leads;
using complaints::StepRow;
using complaints::Transition;

// "ack, assign, grade": what the verbs are called that are possible now.
std::string words_of_possible(const Complaint& complaint) {
  std::string words;
  for (const ComplaintStepKind step :
       possible_steps(complaint.kind, complaint.state, complaint.round)) {
    if (!words.empty()) words += _(", ");
    words += complaints::verb_of(step);
  }
  return words;
}

const Transition& require_possible(const Complaint& complaint, ComplaintStepKind step) {
  const auto* found =
      complaints::transition(step, complaint.kind, complaint.state, complaint.round);
  if (found != nullptr) return *found;
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("{number} is {state}: {verb} is not possible now")),
                          fmt::arg("number", to_string(complaint.id)),
                          fmt::arg("state", _(to_word(complaint.state))),
                          fmt::arg("verb", complaints::verb_of(step))),
              fmt::format(fmt::runtime(_("possible now: {}")), words_of_possible(complaint)));
}

// Of what was erased only an end says anything more.
bool says_more(const StepRow& row) {
  const bool says = row.text || row.basis || row.step == ComplaintStepKind::evidence;
  return says && !complaints::is_end(row.step);
}

// Where a pause found it.
ComplaintState state_before_pause(db::Database& database, ComplaintId id) {
  const auto steps = complaints::timed_steps(database, id);
  ComplaintState before = ComplaintState::received;
  ComplaintState last = ComplaintState::received;
  for (const auto& step : steps) {
    if (step.step == ComplaintStepKind::pause) before = last;
    last = step.state;
  }
  return before;
}

bool begins_round(db::Database& database, const Complaint& complaint,
                  const Transition& transition) {
  switch (transition.begins) {
    case Begins::nothing:
      return false;
    case Begins::round:
      return true;
    case Begins::round_if_answered:
      return complaints::answered_at(complaints::timed_steps(database, complaint.id)).has_value();
  }
  PHARMACY_CHECK(false);
}

ComplaintState state_after(db::Database& database, const Complaint& complaint,
                           const Transition& transition) {
  switch (transition.leads) {
    case Leads::to:
      return transition.to;
    case Leads::stays:
      return complaint.state;
    case Leads::back:
      return state_before_pause(database, complaint.id);
  }
  PHARMACY_CHECK(false);
}

// What a step makes of the complaint itself.
void update(Transaction& tx, const Complaint& complaint, const StepRow& row, ComplaintState state,
            std::int64_t round) {
  auto& database = vault::database(tx);
  database.run(
      "UPDATE complaint SET state = ?2, round = ?3, cause = coalesce(?4, cause)"
      " WHERE id = ?1",
      complaint.id, state, round, row.cause);
  if (row.step == ComplaintStepKind::assign || row.step == ComplaintStepKind::escalate) {
    database.run(
        "UPDATE complaint SET department = coalesce(?2, department),"
        " owner = coalesce(?3, owner) WHERE id = ?1",
        complaint.id, row.department, row.person);
  }
  if (row.severity) {
    const Policy policy = policy::policy_of(database, complaint.policy);
    const auto [ack, answer] = complaints::allowance_of(
        policy, *row.severity, complaints::class_of(database, complaint.member));
    database.run(
        "UPDATE complaint SET severity = ?2, ack_seconds = ?3, answer_seconds = ?4"
        " WHERE id = ?1",
        complaint.id, *row.severity, ack, answer);
  }
}

}  // namespace

ComplaintEvent take_step(Transaction& tx, ComplaintId id, const ComplaintStep& step) {
  const ComplaintStepKind kind = complaints::kind_of(step);
  vault::require(tx, kind == ComplaintStepKind::close_exhausted
                         ? vault::Permission::exhaust_complaints
                         : vault::Permission::handle_complaints);
  auto& database = vault::database(tx);
  const Complaint complaint = complaints::stored_complaint(database, id);
  vault::notes(tx, "complaint", std::array{id});
  // With it goes what is due to the authority.
  if (complaint.kind == ComplaintKind::adverse_reaction && kind == ComplaintStepKind::close_mistake)
    vault::require(tx, vault::Permission::handle_reactions);
  if (complaint.member) {
    vault::shows(tx, *complaint.member);
    if (!complaints::is_end(kind)) require_in_use(tx, *complaint.member);
  }
  return complaints::record_step(tx, complaint, step);
}

namespace complaints {

ComplaintEvent record_step(Transaction& tx, const Complaint& complaint, const ComplaintStep& step) {
  auto& database = vault::database(tx);
  const Transition& transition = require_possible(complaint, kind_of(step));
  const StepRow row = checked_row(tx, complaint, step);
  if (says_more(row)) require_not_erased(complaint);
  const ComplaintState state = state_after(database, complaint, transition);
  const std::int64_t round =
      complaint.round + (begins_round(database, complaint, transition) ? 1 : 0);
  insert_step(database, {.complaint = complaint.id,
                         .row = row,
                         .state = state,
                         .round = round,
                         .at = tx.now(),
                         .staff = tx.actor().id});
  if (const auto* evidence = std::get_if<AddEvidence>(&step))
    put_evidence(database, database.last_insert_id(), *evidence);
  update(tx, complaint, row, state, round);
  return stored_events(database, complaint.id).back();
}

}  // namespace complaints

std::vector<ComplaintEvent> complaint_events(Reading& reading, ComplaintId id) {
  get_complaint(reading, id);  // asks for the permission, and whether her file is in use
  return complaints::stored_events(vault::database(reading), id);
}

}  // namespace pharmacy
