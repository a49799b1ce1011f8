// What the doctor found: the register, and what people do about it.
#include <fmt/format.h>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/access.h"
#include "vault/doctor/catalogue.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "vault/store_impl.h"

namespace pharmacy {

using vault::database;
using vault::Permission;

namespace {

constexpr std::size_t longest_note = 500;  // bytes
constexpr std::chrono::days longest_acceptance{366};

// A finding as the tables have it.
struct FindingRow {
  FindingId id;
  std::string name;
  std::string subject;
  std::string detail;
  Severity severity;
  Instant found;
  std::optional<std::string> owner;
  std::optional<Date> due;
  std::optional<Date> accepted_until;
  std::optional<std::string> accepted_note;
  std::optional<FindingStepKind> end;
  std::optional<Instant> ended;
  std::optional<std::string> end_note;
  std::optional<FindingId> earlier;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &FindingRow::id},
                      Field{"name", &FindingRow::name},
                      Field{"subject", &FindingRow::subject},
                      Field{"detail", &FindingRow::detail},
                      Field{"severity", &FindingRow::severity},
                      Field{"found", &FindingRow::found},
                      Field{"owner", &FindingRow::owner},
                      Field{"due", &FindingRow::due},
                      Field{"accepted_until", &FindingRow::accepted_until},
                      Field{"accepted_note", &FindingRow::accepted_note},
                      Field{"end", &FindingRow::end},
                      Field{"ended", &FindingRow::ended},
                      Field{"end_note", &FindingRow::end_note},
                      Field{"earlier", &FindingRow::earlier}};
  }
};

// Of what was done several times, the last holds.
constexpr std::string_view finding_rows =
    "SELECT f.id, f.name, f.subject, f.detail, f.severity, c.at, o.login, a.day, x.day, x.note,"
    " e.kind, e.at, e.note, f.earlier"
    " FROM finding f JOIN checkup c ON c.id = f.checkup"
    " LEFT JOIN finding_step e ON e.finding = f.id AND e.kind IN ('closed', 'gone')"
    " LEFT JOIN finding_step a ON a.id ="
    "  (SELECT max(id) FROM finding_step WHERE finding = f.id AND kind = 'assigned')"
    " LEFT JOIN staff o ON o.id = a.owner"
    " LEFT JOIN finding_step x ON x.id ="
    "  (SELECT max(id) FROM finding_step WHERE finding = f.id AND kind = 'accepted')";

FindingStatus status_of(const FindingRow& row, Date today) {
  if (row.end == FindingStepKind::closed) return FindingStatus::closed;
  if (row.end == FindingStepKind::gone) return FindingStatus::gone;
  if (row.accepted_until && today <= *row.accepted_until) return FindingStatus::accepted;
  return row.due && *row.due < today ? FindingStatus::overdue : FindingStatus::open;
}

RegisteredFinding finding_of(Reading& reading, FindingRow row) {
  const FindingStatus status = status_of(row, reading.today());
  const bool is_accepted = status == FindingStatus::accepted;
  RegisteredFinding finding{
      .id = row.id,
      .check = row.name,
      .subject = row.subject.empty() ? std::nullopt : std::optional{row.subject},
      .problem = vault::problem_text({.check = row.name, .detail = row.detail}),
      .advice = vault::advice_text(row.name),
      .severity = row.severity,
      .status = status,
      .since = reading.zone().day_of(row.found),
      .owner = std::move(row.owner),
      .due = is_accepted ? row.accepted_until : row.due,
      .ended = std::nullopt,
      .note = is_accepted ? std::move(row.accepted_note) : std::move(row.end_note),
      .earlier = row.earlier};
  if (row.ended) finding.ended = reading.zone().day_of(*row.ended);
  return finding;
}

[[noreturn]] void throw_no_finding(FindingId id) {
  throw Error(Errc::not_found,
              fmt::format(fmt::runtime(_("there is no finding {}")), to_string(id)),
              _("list them with: store finding list --all"));
}

// What a person does about a finding that has not ended.
struct Step {
  FindingStepKind kind;
  std::optional<StaffId> owner{};
  std::optional<Date> day{};
  std::optional<std::string> note{};
};

void require_standing(Transaction& tx, FindingId id) {
  const RegisteredFinding finding = get_finding(tx, id);
  if (!finding.ended) return;
  throw Error(Errc::refused, fmt::format(fmt::runtime(_("finding {} has ended")), to_string(id)),
              _("what comes back is a finding of its own: list them with store finding list"));
}

void require_today_or_later(Transaction& tx, Date day) {
  if (tx.today() <= day) return;
  throw Error(Errc::invalid_input,
              fmt::format(fmt::runtime(_("this day is over: {}")), to_string(day)));
}

std::string checked_note(std::string_view note) {
  std::vector<Fault> faults;
  auto kept = checked_text(faults, _("note"), note, longest_note);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return kept;
}

void add_step(Transaction& tx, FindingId id, const Step& step) {
  database(tx).run(
      "INSERT INTO finding_step (finding, kind, at, staff, owner, day, note)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      id, step.kind, tx.now(), tx.actor().id, step.owner, step.day, step.note);
  vault::shown(tx).note("finding " + to_string(id) + ' ' + to_word(step.kind));
}

}  // namespace

std::vector<RegisteredFinding> list_findings(Reading& reading, const FindingFilter& filter) {
  vault::require(reading, Permission::view_registers);
  std::vector<RegisteredFinding> findings;
  for (FindingRow& row : database(reading).rows<FindingRow>(
           std::string{finding_rows} +
               " WHERE ?1 OR e.id IS NULL ORDER BY CASE f.severity WHEN 'high' THEN 0"
               " WHEN 'medium' THEN 1 ELSE 2 END, f.id",
           filter.with_ended)) {
    const vault::CheckRule* rule = vault::find_check_rule(row.name);
    const bool is_of_security = rule != nullptr && rule->part == CheckupPart::security;
    if (filter.part == CheckupPart::security && !is_of_security) continue;
    findings.push_back(finding_of(reading, std::move(row)));
  }
  return findings;
}

RegisteredFinding get_finding(Reading& reading, FindingId id) {
  vault::require(reading, Permission::view_registers);
  auto row = database(reading).row<FindingRow>(std::string{finding_rows} + " WHERE f.id = ?1", id);
  if (!row) throw_no_finding(id);
  return finding_of(reading, *std::move(row));
}

std::vector<FindingStep> list_finding_steps(Reading& reading, FindingId id) {
  vault::require(reading, Permission::view_registers);
  return database(reading).rows<FindingStep>(
      "SELECT f.at, s.login, f.kind, o.login, f.day, f.note, f.checkup"
      " FROM finding_step f JOIN staff s ON s.id = f.staff LEFT JOIN staff o ON o.id = f.owner"
      " WHERE f.finding = ?1 ORDER BY f.id",
      id);
}

void assign_finding(Transaction& tx, FindingId id, const FindingOwner& owner) {
  vault::require(tx, Permission::edit_registers);
  require_standing(tx, id);
  require_today_or_later(tx, owner.due);
  const vault::Slot& slot = vault::slot_of(tx.impl().keyring(), owner.login);
  if (!vault::is_let_in(slot, tx.now()) || owner.login == vault::recovery_login) {
    throw Error(Errc::refused,
                fmt::format(fmt::runtime(_("{} is nobody who can see to it")), owner.login),
                _("name somebody else of the staff: store staff list"));
  }
  add_step(tx, id,
           {.kind = FindingStepKind::assigned,
            .owner = vault::staff_for_rows(tx, owner.login),
            .day = owner.due});
}

void accept_finding(Transaction& tx, FindingId id, const FindingAcceptance& acceptance) {
  vault::require(tx, Permission::edit_registers);
  require_standing(tx, id);
  require_today_or_later(tx, acceptance.until);
  if (acceptance.until - tx.today() > longest_acceptance) {
    throw Error(
        Errc::invalid_input,
        fmt::format(fmt::runtime(_("more than a year from now: {}")), to_string(acceptance.until)),
        _("by then it should have been looked at once more"));
  }
  add_step(tx, id,
           {.kind = FindingStepKind::accepted,
            .day = acceptance.until,
            .note = checked_note(acceptance.note)});
}

void close_finding(Transaction& tx, FindingId id, std::string_view note) {
  vault::require(tx, Permission::edit_registers);
  require_standing(tx, id);
  add_step(tx, id, {.kind = FindingStepKind::closed, .note = checked_note(note)});
}

}  // namespace pharmacy
