// What is kept of one person, for her.
#include "base/i18n.h"
#include "members/health/notes.h"
#include "members/merge/numbers.h"
#include "members/relations/standing.h"
#include "members/rights/status.h"
#include "pharmacy/person_copy.h"
#include "vault/access.h"
#include "vault/health_keys.h"
#include "vault/permissions.h"

namespace pharmacy {
namespace {

CopiedFacts facts_of(db::Database& db, MemberId id) {
  return db
      .row<CopiedFacts>(
          "SELECT m.id, m.name, m.sex, m.birth, m.note, m.status, m.joined, m.recorded_at,"
          " s.login, b.source FROM member m JOIN staff s ON s.id = m.recorded_by"
          " LEFT JOIN import_batch b ON b.id = m.import WHERE m.id = ?1",
          id)
      .value();
}

void copy_identity(db::Database& db, MemberId id, PersonCopy& copy) {
  copy.cards = db.rows<CopiedCard>(
      "SELECT number, added_at, ended_at FROM card WHERE member = ?1 ORDER BY added_at, number",
      id);
  copy.contacts = db.rows<CopiedContact>(
      "SELECT kind, value, shared, source, verified_on, added_at, ended_at FROM contact"
      " WHERE member = ?1 ORDER BY id",
      id);
  copy.standing = members::copy_standing(db, id);
  copy.history = db.rows<MemberChange>(
      "SELECT c.at, s.login, c.field, c.old, c.new, c.reason FROM member_change c"
      " JOIN staff s ON s.id = c.staff WHERE c.member = ?1 ORDER BY c.id",
      id);
}

void copy_agreements(db::Database& db, MemberId id, PersonCopy& copy) {
  copy.guardianships = db.rows<CopiedGuardianship>(
      "SELECT member, purpose, at FROM consent WHERE guardian = ?1 ORDER BY id", id);
  copy.restrictions = db.rows<Restriction>(
      "SELECT r.cause, r.reason, r.at, s.login, r.lifted_at, l.login FROM restriction r"
      " JOIN staff s ON s.id = r.staff LEFT JOIN staff l ON l.id = r.lifted_by"
      " WHERE r.member = ?1 ORDER BY r.id",
      id);
}

void copy_merges(db::Database& db, MemberId id, PersonCopy& copy) {
  for (const MemberId earlier : members::merged_into(db, id))
    copy.earlier.push_back(facts_of(db, earlier));
  copy.merges = db.rows<CopiedMerge>(
      "SELECT from_member, into_member, reason, at, undone_at FROM member_merge"
      " WHERE from_member = ?1 OR into_member = ?1 ORDER BY id",
      id);
}

void copy_purchases(db::Database& db, MemberId id, PersonCopy& copy) {
  copy.receipts = db.rows<CopiedReceipt>(
      "SELECT r.id, r.kind, r.at, r.amount, r.discount, r.channel,"
      " coalesce(r.staff_name, s.login), r.refund_of, r.reference, r.reason,"
      " r.prescription"
      " FROM receipt r JOIN staff s ON s.id = r.staff WHERE r.member = ?1 ORDER BY r.id",
      id);
  copy.lines = db.rows<CopiedLine>(
      "SELECT l.receipt, l.line, p.code, p.name, l.quantity, l.unit_price, l.amount, l.batch,"
      " l.expiry, l.days_supply, EXISTS (SELECT 1 FROM check_override o"
      "  WHERE o.receipt = l.receipt AND o.product = l.product) FROM receipt r JOIN line l ON "
      "l.receipt = r.id"
      " JOIN product p ON p.id = l.product WHERE r.member = ?1 ORDER BY l.receipt, l.line",
      id);
  copy.payments = db.rows<CopiedPayment>(
      "SELECT p.receipt, p.kind, p.amount FROM receipt r JOIN payment p ON p.receipt = r.id"
      " WHERE r.member = ?1 ORDER BY p.receipt, p.kind",
      id);
  copy.account_payments = db.rows<CopiedAccountPayment>(
      "SELECT a.day, a.amount, a.kind, a.recorded_at, s.login, a.voided_at, a.void_reason"
      " FROM account_payment a JOIN staff s ON s.id = a.staff WHERE a.member = ?1 ORDER BY a.id",
      id);
  copy.points = db.rows<CopiedPoints>(
      "SELECT day, kind, points, receipt, expires_on, reason FROM ("
      " SELECT earned_on AS day, kind, points, receipt, expires_on, recorded_at, 2 AS part, id,"
      "  reason"
      "  FROM points_lot WHERE member = ?1"
      " UNION ALL SELECT day, kind, -points, receipt, NULL, recorded_at, 0, id, reason"
      "  FROM points_debit WHERE member = ?1"
      " UNION ALL SELECT day, 'reinstate', points, receipt, NULL, recorded_at, 1, id, NULL"
      "  FROM points_return WHERE member = ?1)"
      " ORDER BY recorded_at, day, part, id",
      id);
}

// Notes that do not open are counted: nobody may take the copy for all that there is.
void copy_health(Reading& reading, MemberId id, PersonCopy& copy) {
  if (vault::may_read_health(reading)) {
    HealthNotes notes = members::notes_of(reading, id, true);
    copy.health_notes = std::move(notes.notes);
  }
  const auto all = vault::database(reading).value<std::int64_t>(
      "SELECT count(*) FROM health_note WHERE member = ?1", id);
  copy.health_notes_unread = *all - static_cast<std::int64_t>(copy.health_notes.size());
}

// By one of her numbers.
void copy_accesses(db::Database& db, MemberId number, PersonCopy& copy) {
  const auto accesses = db.rows<CopiedAccess>(
      "SELECT e.at, s.login, e.kind, e.command FROM log_entry e JOIN staff s ON s.id = e.staff"
      " WHERE e.seq IN (SELECT seq FROM log_subject WHERE first <= ?1 AND last >= ?1)"
      " ORDER BY e.seq",
      number);
  copy.accesses.insert(copy.accesses.end(), accesses.begin(), accesses.end());
}

}  // namespace

PersonCopy copy_person(Reading& reading, MemberId member) {
  vault::require(reading, vault::Permission::answer_rights);
  auto& db = vault::database(reading);
  members::require_kept(db, member);
  vault::shows(reading, member);
  vault::shown(reading).note("copy");
  PersonCopy copy{.facts = facts_of(db, member)};
  copy_identity(db, member, copy);
  copy.consents = consent_history(reading, member);
  copy_agreements(db, member, copy);
  copy_merges(db, member, copy);
  copy.households = db.rows<CopiedHousehold>(
      "SELECT household, joined_at, left_at FROM household_member WHERE member = ?1"
      " ORDER BY joined_at, id",
      member);
  copy_purchases(db, member, copy);
  copy_health(reading, member, copy);
  copy.recall_calls = db.rows<CopiedRecallCall>(
      "SELECT c.recall, c.at, s.login, c.outcome, c.note FROM recall_call c"
      " JOIN staff s ON s.id = c.staff WHERE c.member = ?1 ORDER BY c.id",
      member);
  copy.deliveries = db.rows<CopiedDelivery>(
      "SELECT r.id, d.promised_at, d.delivered_at,"
      " (SELECT group_concat(tracking, ', ') FROM (SELECT DISTINCT t.tracking FROM line_tracking t"
      "   WHERE t.receipt = r.id ORDER BY t.tracking))"
      " FROM receipt r LEFT JOIN delivery d ON d.receipt = r.id WHERE r.member = ?1"
      " AND (d.receipt IS NOT NULL OR EXISTS (SELECT 1 FROM line_tracking t WHERE t.receipt = "
      "r.id))"
      " ORDER BY r.id",
      member);
  copy.counsels = db.rows<CopiedCounsel>(
      "SELECT c.at, s.login, c.kind, c.receipt, p.name, c.dose, c.times, c.avoid, c.note,"
      " c.voided_at, c.void_reason FROM counsel c JOIN staff s ON s.id = c.staff"
      " LEFT JOIN product p ON p.id = c.product WHERE c.member = ?1 ORDER BY c.id",
      member);
  copy.stock_requests = db.rows<CopiedStockRequest>(
      "SELECT q.added_at, coalesce(p.name, q.wanted), q.quantity, q.note, q.outcome, q.reason,"
      " q.ended_at FROM stock_request q LEFT JOIN product p ON p.id = q.product"
      " WHERE q.member = ?1 ORDER BY q.id",
      member);
  copy.complaints = db.rows<CopiedComplaint>(
      "SELECT complaint, at, step, login, text FROM ("
      " SELECT c.id AS complaint, c.received_at AS at, c.kind AS step, s.login, c.text, 0 AS part"
      "  FROM complaint c JOIN staff s ON s.id = c.staff WHERE c.member = ?1"
      " UNION ALL SELECT c.id, p.at, p.step, s.login, p.text, p.id FROM complaint c"
      "  JOIN complaint_step p ON p.complaint = c.id JOIN staff s ON s.id = p.staff"
      "  WHERE c.member = ?1) ORDER BY complaint, part",
      member);
  copy.leads = db.rows<CopiedLead>(
      "SELECT l.id, l.source, l.added_at, c.at, c.how, c.outcome, c.note FROM lead l"
      " LEFT JOIN lead_contact c ON c.lead = l.id WHERE l.member = ?1 ORDER BY l.id, c.id",
      member);
  auto numbers = members::merged_into(db, member);
  numbers.push_back(member);
  for (const MemberId number : numbers) copy_accesses(db, number, copy);
  return copy;
}

}  // namespace pharmacy
