#include "complaints/rows.h"

#include <fmt/format.h>

#include "base/bounds.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/access.h"

// What a Complaint is made of, in the order of its fields(); of whoever was erased it is nobody's.
#define PHARMACY_COMPLAINT_COLUMNS                                                       \
  "SELECT c.id, c.kind, c.state, c.round, c.severity, c.origin, c.channel, c.category,"  \
  " iif(m.status = 'erased', NULL, c.member) AS whose, coalesce(c.name, m.name) AS who," \
  " coalesce(c.contact, (SELECT v.phone FROM current_member v WHERE v.id = c.member)),"  \
  " p.code, p.name AS product_name, c.batch, c.receipt, c.text,"                         \
  " EXISTS (SELECT 1 FROM complaint_health h WHERE h.complaint = c.id), c.erased,"       \
  " c.received_at, c.recorded_at, s.login, c.backdated_why, c.policy, c.promised_at,"    \
  " c.repeats, c.department, o.login AS owner_login, c.cause"                            \
  " FROM complaint c JOIN staff s ON s.id = c.staff"                                     \
  " LEFT JOIN staff o ON o.id = c.owner LEFT JOIN member m ON m.id = c.member"           \
  " LEFT JOIN product p ON p.id = c.product"

#define PHARMACY_TIMED_COLUMNS                                                      \
  "SELECT c.id, c.kind, c.severity, c.state, c.department, o.login, c.received_at," \
  " c.calendar, c.ack_seconds, c.answer_seconds"                                    \
  " FROM complaint c"
#define PHARMACY_TIMED_OWNER " LEFT JOIN staff o ON o.id = c.owner"

#define PHARMACY_TIMED_STEP_COLUMNS "SELECT s.complaint, s.step, s.state, s.at FROM "

namespace pharmacy::complaints {

[[noreturn]] static void throw_no_complaint(ComplaintId id) {
  throw Error(Errc::not_found,
              fmt::format(fmt::runtime(_("there is no complaint {}")), to_string(id)),
              _("list them with: complain list"));
}

Complaint stored_complaint(db::Database& database, ComplaintId id) {
  auto found = database.row<Complaint>(PHARMACY_COMPLAINT_COLUMNS " WHERE c.id = ?1", id);
  if (!found) throw_no_complaint(id);
  return *std::move(found);
}

std::vector<Complaint> stored_complaints(db::Database& database, const ComplaintFilter& filter,
                                         const Zone& zone) {
  const auto bounds = bounds_of(filter.period.value_or(all_days), zone);
  const bool closed_too = filter.all || filter.member || filter.period;
  const auto query = [&](const char* sql) {
    return database.rows<Complaint>(sql, bounds.from, bounds.end, filter.kind, filter.member,
                                    filter.owner, static_cast<std::int64_t>(filter.limit) + 1);
  };
  // One for each index that finds few.
#define PHARMACY_THAT_FIT                                                                \
  " c.received_at >= ?1 AND c.received_at < ?2 AND (?3 IS NULL OR c.kind = ?3)"          \
  " AND (?5 IS NULL OR o.login = ?5) AND (c.member IS NULL OR m.status <> 'restricted')" \
  " ORDER BY c.received_at DESC, c.id DESC LIMIT ?6"
  if (filter.member)
    return query(PHARMACY_COMPLAINT_COLUMNS " WHERE c.member = ?4 AND" PHARMACY_THAT_FIT);
  if (closed_too)
    return query(PHARMACY_COMPLAINT_COLUMNS " WHERE ?4 IS NULL AND" PHARMACY_THAT_FIT);
  return query(PHARMACY_COMPLAINT_COLUMNS
               " WHERE ?4 IS NULL AND c.state <> 'closed' AND" PHARMACY_THAT_FIT);
#undef PHARMACY_THAT_FIT
}

std::vector<ComplaintEvent> stored_events(db::Database& database, ComplaintId id) {
  return database.rows<ComplaintEvent>(
      "SELECT s.id, s.at, t.login, s.step, s.state, s.round, s.text, s.department, p.login,"
      " s.method, s.severity, s.cause, s.cost, s.basis, s.other, e.name, iif(e.digest IS NULL, "
      "NULL, lower(hex(e.digest)))"
      " FROM complaint_step s JOIN staff t ON t.id = s.staff LEFT JOIN staff p ON p.id = s.person"
      " LEFT JOIN complaint_evidence e ON e.step = s.id WHERE s.complaint = ?1 ORDER BY s.id",
      id);
}

TimedComplaint timed_complaint(db::Database& database, ComplaintId id) {
  auto found = database.row<TimedComplaint>(
      PHARMACY_TIMED_COLUMNS PHARMACY_TIMED_OWNER " WHERE c.id = ?1", id);
  if (!found) throw_no_complaint(id);
  return *std::move(found);
}

std::vector<TimedStep> timed_steps(db::Database& database, ComplaintId id) {
  return database.rows<TimedStep>(
      PHARMACY_TIMED_STEP_COLUMNS "complaint_step s WHERE s.complaint = ?1 ORDER BY s.id", id);
}

std::vector<TimedComplaint> open_complaints(db::Database& database) {
  return database.rows<TimedComplaint>(PHARMACY_TIMED_COLUMNS
                                       " INDEXED BY complaint_open" PHARMACY_TIMED_OWNER
                                       " WHERE c.state <> 'closed' ORDER BY c.id");
}

std::vector<TimedStep> steps_of_open(db::Database& database) {
  // The few that are open first: those that are closed are most.
  return database.rows<TimedStep>(PHARMACY_TIMED_STEP_COLUMNS
                                  "complaint c INDEXED BY complaint_open CROSS JOIN"
                                  " complaint_step s ON s.complaint = c.id"
                                  " WHERE c.state <> 'closed' ORDER BY s.complaint, s.id");
}

}  // namespace pharmacy::complaints

#undef PHARMACY_TIMED_STEP_COLUMNS
#undef PHARMACY_TIMED_OWNER
#undef PHARMACY_TIMED_COLUMNS
#undef PHARMACY_COMPLAINT_COLUMNS
