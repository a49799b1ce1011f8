// Corrective actions: what is to be done, by whom and until when, and whether it helped.
#include <fmt/format.h>

#include <array>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "complaints/learning/counted.h"
#include "complaints/rows.h"
#include "pharmacy/complaint_actions.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

// What a ComplaintAction is made of, but for its rates, as of the instant ?1, which is on the day
// ?2: what came later is not known yet.
#define PHARMACY_ACTION_COLUMNS                                                                  \
  "SELECT a.id, CASE WHEN a.dropped_at <= ?1 THEN 'given_up'"                                    \
  " WHEN a.checked_at <= ?1 THEN a.verdict"                                                      \
  " WHEN a.done_at <= ?1 THEN iif(?2 > a.done_on + a.effect_days, 'to_check', 'too_early')"      \
  " ELSE iif(?2 > a.due, 'overdue', 'open') END AS state, a.text, a.cause, a.complaint, o.login" \
  " AS owner_login, a.due, a.added_at, b.login AS adder, a.done_at, d.login AS doer,"            \
  " a.done_note, a.done_on + a.effect_days + 1, a.checked_at, k.login AS checker,"               \
  " a.before_count, a.before_receipts, a.after_count, a.after_receipts, NULL AS before_rate,"    \
  " NULL AS after_rate, a.dropped_at, p.login AS dropper, a.dropped_why"                         \
  " FROM complaint_action a JOIN staff o ON o.id = a.owner JOIN staff b ON b.id = a.added_by"    \
  " LEFT JOIN staff d ON d.id = a.done_by LEFT JOIN staff k ON k.id = a.checked_by"              \
  " LEFT JOIN staff p ON p.id = a.dropped_by WHERE a.added_at <= ?1"

namespace pharmacy {
namespace {

using complaints::CauseCount;

std::string number_of(ComplaintActionId id) { return to_string(id); }

// With its rates, and without what came after now.
ComplaintAction finished(ComplaintAction action, Instant now) {
  if (action.dropped > now) {
    action.dropped.reset();
    action.dropped_by.reset();
    action.dropped_why.reset();
  }
  if (action.done > now) {
    action.done.reset();
    action.done_by.reset();
    action.note.reset();
    action.check_from.reset();
  }
  if (action.checked > now) {
    action.checked.reset();
    action.checked_by.reset();
    action.before.reset();
    action.before_receipts.reset();
    action.after.reset();
    action.after_receipts.reset();
  }
  if (!action.checked) return action;
  action.before_rate = complaints::per_thousand(*action.before, *action.before_receipts);
  action.after_rate = complaints::per_thousand(*action.after, *action.after_receipts);
  return action;
}

ComplaintAction stored_action(Reading& reading, ComplaintActionId id) {
  auto found = vault::database(reading).row<ComplaintAction>(
      PHARMACY_ACTION_COLUMNS " AND a.id = ?3", reading.now(), reading.today(), id);
  if (found) return finished(*std::move(found), reading.now());
  throw Error(Errc::not_found, fmt::format(fmt::runtime(_("there is no action {}")), number_of(id)),
              _("list them with: complain action list --all"));
}

// Somebody who can see to it. Throws not_found, refused.
StaffId owner_of(Transaction& tx, const std::string& login) {
  const vault::Slot& slot = vault::slot_of(tx.impl().keyring(), login);
  if (vault::is_let_in(slot, tx.now()) && login != vault::recovery_login)
    return vault::staff_for_rows(tx, login);
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("{} is nobody who can see to it")), for_terminal(login)),
              _("name somebody else of the staff: store staff list"));
}

// Throws refused for one that is done or dropped.
void require_unended(Transaction& tx, ComplaintActionId id) {
  switch (stored_action(tx, id).state) {
    case ActionState::open:
    case ActionState::overdue:
      return;
    case ActionState::given_up:
      throw Error(Errc::refused,
                  fmt::format(fmt::runtime(_("action {} was dropped")), number_of(id)),
                  _("add another one with: complain action add"));
    default:
      throw Error(Errc::refused,
                  fmt::format(fmt::runtime(_("action {} is done already")), number_of(id)),
                  _("list what is still to be done with: complain action list"));
  }
}

std::optional<std::string> checked_lines_of(const char* what,
                                            const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::vector<Fault> faults;
  std::string kept = checked_lines(faults, what, *text, action_text_max);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return kept;
}

void log_action(Transaction& tx, ComplaintActionId id, std::string_view what) {
  vault::shown(tx).note(fmt::format("action {} {}", number_of(id), what));
}

// Throws refused where its effect cannot be counted now.
void require_checkable(const ComplaintAction& action) {
  const std::string number = number_of(action.id);
  switch (action.state) {
    case ActionState::to_check:
      return;
    case ActionState::too_early:
      throw Error(
          Errc::refused,
          fmt::format(fmt::runtime(_("it is too early to tell whether action {} helped")), number),
          fmt::format(fmt::runtime(_("it can be checked from {} on")),
                      to_string(*action.check_from)));
    case ActionState::effective:
    case ActionState::not_effective:
      throw Error(
          Errc::refused,
          fmt::format(fmt::runtime(_("the effect of action {} was counted already")), number),
          _("see it with: complain action list --all"));
    case ActionState::given_up:
      throw Error(Errc::refused, fmt::format(fmt::runtime(_("action {} was dropped")), number),
                  _("add another one with: complain action add"));
    case ActionState::open:
    case ActionState::overdue:
      throw Error(Errc::refused, fmt::format(fmt::runtime(_("action {} is not done yet")), number),
                  fmt::format(fmt::runtime(_("once it is, say so with: {}")),
                              "complain action done " + number));
  }
  PHARMACY_CHECK(false);
}

ActionState verdict_of(const CauseCount& before, const CauseCount& after) {
  const bool has_rates = before.receipts > 0 && after.receipts > 0;
  const bool is_less = has_rates
                           ? after.complaints * before.receipts < before.complaints * after.receipts
                           : after.complaints < before.complaints;
  return after.complaints == 0 || is_less ? ActionState::effective : ActionState::not_effective;
}

}  // namespace

std::vector<ComplaintAction> list_complaint_actions(Reading& reading, ActionScope scope) {
  vault::require(reading, vault::Permission::watch_complaints);
  std::vector<ComplaintAction> actions;
  for (ComplaintAction& action : vault::database(reading).rows<ComplaintAction>(
           PHARMACY_ACTION_COLUMNS " ORDER BY a.due, a.id", reading.now(), reading.today())) {
    const bool is_open = action.state == ActionState::open || action.state == ActionState::overdue;
    const bool is_due =
        (is_open && action.due <= reading.today()) || action.state == ActionState::to_check;
    const bool is_unfinished = is_open || is_due || action.state == ActionState::too_early;
    if (scope == ActionScope::all || (scope == ActionScope::due ? is_due : is_unfinished))
      actions.push_back(finished(std::move(action), reading.now()));
  }
  return actions;
}

ComplaintActionId add_complaint_action(Transaction& tx, const NewComplaintAction& input) {
  vault::require(tx, vault::Permission::handle_complaints);
  auto& database = vault::database(tx);
  std::vector<Fault> faults;
  const std::string text =
      checked_lines(faults, _("what is to be done"), input.text, action_text_max);
  auto cause = input.cause;
  if (input.complaint) {
    const Complaint complaint = complaints::stored_complaint(database, *input.complaint);
    vault::notes(tx, "complaint", std::array{complaint.id});
    if (!cause) cause = complaint.cause;
  }
  if (!cause) {
    faults.push_back({_("of which cause the action is, is not said"), _("give one with --cause")});
  }
  if (input.due < tx.today()) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("this day is over: {}")), to_string(input.due)), {}});
  }
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  database.run(
      "INSERT INTO complaint_action (complaint, cause, text, owner, due, added_at, added_by)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      input.complaint, *cause, text, owner_of(tx, input.owner), input.due, tx.now(), tx.actor().id);
  const ComplaintActionId id{database.last_insert_id()};
  log_action(tx, id, "added");
  return id;
}

ComplaintAction end_complaint_action(Transaction& tx, ComplaintActionId id,
                                     const std::optional<std::string>& note) {
  vault::require(tx, vault::Permission::handle_complaints);
  require_unended(tx, id);
  vault::database(tx).run(
      "UPDATE complaint_action SET done_at = ?2, done_on = ?3, done_by = ?4, done_note = ?5,"
      " effect_days = ?6 WHERE id = ?1",
      id, tx.now(), tx.today(), tx.actor().id, checked_lines_of(_("note"), note),
      std::int64_t{policy_on(tx, tx.today()).complaints.effect_days});
  log_action(tx, id, "done");
  return stored_action(tx, id);
}

void drop_complaint_action(Transaction& tx, ComplaintActionId id, const std::string& why) {
  vault::require(tx, vault::Permission::handle_complaints);
  require_unended(tx, id);
  vault::database(tx).run(
      "UPDATE complaint_action SET dropped_at = ?2, dropped_by = ?3, dropped_why = ?4"
      " WHERE id = ?1",
      id, tx.now(), tx.actor().id, checked_lines_of(_("reason"), why));
  log_action(tx, id, "dropped");
}

ComplaintAction check_complaint_action(Transaction& tx, ComplaintActionId id) {
  vault::require(tx, vault::Permission::handle_complaints);
  const ComplaintAction action = stored_action(tx, id);
  require_checkable(action);
  auto& database = vault::database(tx);
  // The day itself is of neither.
  const Date done = tx.zone().day_of(*action.done);
  const std::chrono::days days = *action.check_from - done - std::chrono::days{1};
  const std::chrono::days one{1};
  const auto before =
      complaints::count_cause(database, action.cause, {done - days, done - one}, tx.zone());
  const auto after =
      complaints::count_cause(database, action.cause, {done + one, done + days}, tx.zone());
  database.run(
      "UPDATE complaint_action SET checked_at = ?2, checked_by = ?3, before_count = ?4,"
      " before_receipts = ?5, after_count = ?6, after_receipts = ?7, verdict = ?8 WHERE id = ?1",
      id, tx.now(), tx.actor().id, before.complaints, before.receipts, after.complaints,
      after.receipts, verdict_of(before, after));
  log_action(tx, id, "checked");
  return stored_action(tx, id);
}

}  // namespace pharmacy

#undef PHARMACY_ACTION_COLUMNS
