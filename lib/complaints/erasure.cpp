// Erasing what was said in complaints.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "complaints/rows.h"
#include "complaints/safety/register.h"
#include "pharmacy/approval.h"
#include "pharmacy/complaint_erasure.h"
#include "pharmacy/error.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/log/erase.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"

namespace pharmacy {
namespace complaints {

void require_not_erased(const Complaint& complaint) {
  if (!complaint.erased) return;
  throw Error(Errc::refused, fmt::format(fmt::runtime(_("what was said in {} is erased already, and"
                                                        " nothing can be added")),
                                         to_string(complaint.id)));
}

}  // namespace complaints

namespace {

void require_reported(Reading& reading, ComplaintId id) {
  if (complaints::is_mistake(vault::database(reading), id)) return;
  if (complaints::stored_reaction(reading, id).reported) return;
  const std::string number = to_string(id);
  throw Error(
      Errc::refused,
      fmt::format(fmt::runtime(_("{} is still to be reported to the authority")), number),
      fmt::format(
          fmt::runtime(_("report it first, then: complain reaction report {} --reference …")),
          number));
}

void require_closed(const Complaint& complaint) {
  if (complaint.state == ComplaintState::closed) return;
  const std::string number = to_string(complaint.id);
  throw Error(
      Errc::refused, fmt::format(fmt::runtime(_("{} is not closed")), number),
      fmt::format(
          fmt::runtime(_("end it first, as with: complain close {} --as withdrawn --reason …")),
          number));
}

void require_nobodys(const Complaint& complaint) {
  if (!complaint.member) return;
  const std::string member = to_string(*complaint.member);
  throw Error(
      Errc::refused,
      fmt::format(fmt::runtime(_("{number} is of {member}, who is erased as a whole")),
                  fmt::arg("number", to_string(complaint.id)), fmt::arg("member", member)),
      fmt::format(fmt::runtime(_("if she asks for that: member forget {} --reason …")), member));
}

// Throws where it is not to be erased, or the actor is not to know.
void require_erasable(Reading& reading, ComplaintId id) {
  vault::require_to_plan(reading, vault::Permission::erase_people, Approvable::erase_person);
  const Complaint complaint = complaints::stored_complaint(vault::database(reading), id);
  vault::notes(reading, "complaint", std::array{id});
  if (complaint.member) vault::shows(reading, *complaint.member);
  complaints::require_not_erased(complaint);
  require_nobodys(complaint);
  require_closed(complaint);
  if (complaint.kind == ComplaintKind::adverse_reaction) require_reported(reading, id);
}

void erase_said(db::Database& database, ComplaintId id) {
  database.run("DELETE FROM complaint_health WHERE complaint = ?1", id);
  database.run(
      "DELETE FROM adverse_reaction_health"
      " WHERE reaction IN (SELECT id FROM adverse_reaction WHERE complaint = ?1)",
      id);
  database.run(
      "UPDATE complaint_evidence SET name = NULL, content = NULL"
      " WHERE step IN (SELECT id FROM complaint_step WHERE complaint = ?1)",
      id);
  database.run("UPDATE complaint_step SET text = NULL, basis = NULL WHERE complaint = ?1", id);
  database.run(
      "UPDATE complaint SET name = NULL, contact = NULL, text = NULL, backdated_why = NULL,"
      " erased = 1 WHERE id = ?1",
      id);
}

// Nobody can ask for what makes such a digest: with the steps' texts gone none can be tried.
void erase_requests(db::Database& database, ComplaintId id) {
  database.run(
      "UPDATE operation SET result = '', request = zeroblob(32) WHERE log_entry IN"
      " (SELECT seq FROM log_detail WHERE ' ' || text || ' ' GLOB '* complaint ' || ?1 || ' *')",
      to_string(id));
}

}  // namespace

ComplaintErasurePlan plan_complaint_erasure(Reading& reading, ComplaintId id) {
  require_erasable(reading, id);
  auto& database = vault::database(reading);
  const auto count = [&](const char* sql) { return *database.value<std::int64_t>(sql, id); };
  ComplaintErasurePlan plan{
      .lines = {{SaidRecord::names,
                 count("SELECT (name IS NOT NULL) + (contact IS NOT NULL) FROM complaint"
                       " WHERE id = ?1")},
                {SaidRecord::texts,
                 count("SELECT (SELECT (text IS NOT NULL) + (backdated_why IS NOT NULL)"
                       " FROM complaint WHERE id = ?1) + coalesce((SELECT sum((text IS NOT NULL)"
                       " + (basis IS NOT NULL)) FROM complaint_step WHERE complaint = ?1), 0)")},
                {SaidRecord::health,
                 count("SELECT (SELECT count(*) FROM complaint_health WHERE complaint = ?1)"
                       " + (SELECT count(*) FROM adverse_reaction_health h JOIN adverse_reaction r"
                       " ON r.id = h.reaction WHERE r.complaint = ?1)")},
                {SaidRecord::files,
                 count("SELECT count(*) FROM complaint_evidence e JOIN complaint_step s"
                       " ON s.id = e.step WHERE s.complaint = ?1 AND e.content IS NOT NULL")}},
      .backup = vault::find_time_setting(database, vault::backup_setting)};
  std::erase_if(plan.lines, [](const SaidLine& line) { return line.held == 0; });
  return plan;
}

void erase_complaint(Transaction& tx, ComplaintId id, const std::string& given) {
  vault::require(tx, vault::Permission::erase_people);
  require_erasable(tx, id);
  std::vector<Fault> faults;
  const auto reason =
      checked_text(faults, _("reason"), std::string_view{given}, complaint_reason_max);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  vault::require_approved(
      tx, Approvable::erase_person,
      fmt::format(fmt::runtime(_("erasing {} takes an approval")), to_string(id)));
  erase_said(vault::database(tx), id);
  erase_requests(vault::database(tx), id);
  vault::shown(tx).note("erased " + to_string(id));
  vault::shown(tx).note(reason);
  vault::empty_log_after(tx);
}

void check_reactions_reported(Reading& reading, MemberId member) {
  vault::require_to_plan(reading, vault::Permission::erase_people, Approvable::erase_person);
  for (const auto id : vault::database(reading).values<ComplaintId>(
           "SELECT id FROM complaint WHERE member = ?1 AND kind = 'adverse_reaction'", member))
    require_reported(reading, id);
}

void erase_complaints_of(Transaction& tx, MemberId member) {
  vault::require(tx, vault::Permission::erase_people);
  check_reactions_reported(tx, member);
  auto& database = vault::database(tx);
  for (const auto id :
       database.values<ComplaintId>("SELECT id FROM complaint WHERE member = ?1", member))
    erase_said(database, id);
}

}  // namespace pharmacy
