#include "members/file/timeline.h"

#include <array>

#include "base/bounds.h"
#include "members/check.h"
#include "pharmacy/rights.h"
#include "pharmacy/timeline.h"
#include "vault/access.h"

namespace pharmacy {
namespace members {
namespace {

using enum vault::Permission;

constexpr std::array source_list{
    TimelineSource{"member", view_people,
                   "SELECT x.recorded_at, 'record', 'begun', NULL, NULL, NULL, s.login, x.id"
                   " FROM member x JOIN staff s ON s.id = x.recorded_by WHERE x.id = ?1"},
    // Risks are not for everybody, and told by themselves.
    TimelineSource{"member_change", view_people,
                   "SELECT x.at, 'record', 'changed', x.field, NULL, NULL, s.login, x.id"
                   " FROM member_change x JOIN staff s ON s.id = x.staff WHERE x.member = ?1"
                   " AND x.field <> 'risk'"},
    TimelineSource{"member_risk", view_risks,
                   "SELECT x.set_at, 'risk', 'begun', x.kind, NULL, NULL, s.login, x.id"
                   " FROM member_risk x JOIN staff s ON s.id = x.set_by WHERE x.member = ?1"
                   " UNION ALL SELECT x.cleared_at, 'risk', 'ended', x.kind, NULL, NULL, s.login,"
                   " x.id FROM member_risk x JOIN staff s ON s.id = x.cleared_by"
                   " WHERE x.member = ?1"},
    TimelineSource{"household_member", view_people,
                   "SELECT x.joined_at, 'household', 'begun', NULL, CAST(x.household AS TEXT),"
                   " NULL, s.login, x.id FROM household_member x JOIN staff s ON s.id = x.joined_by"
                   " WHERE x.member = ?1"
                   " UNION ALL SELECT x.left_at, 'household', 'ended', NULL,"
                   " CAST(x.household AS TEXT), NULL, s.login, x.id FROM household_member x"
                   " JOIN staff s ON s.id = x.left_by WHERE x.member = ?1"},
    TimelineSource{"consent", view_people,
                   "SELECT x.at, 'consent', iif(x.given, 'begun', 'ended'), x.purpose, NULL, NULL,"
                   " s.login, x.id FROM consent x JOIN staff s ON s.id = x.staff"
                   " WHERE x.member = ?1"},
    TimelineSource{"restriction", view_people,
                   "SELECT x.at, 'restriction', 'begun', x.cause, NULL, NULL, s.login, x.id"
                   " FROM restriction x JOIN staff s ON s.id = x.staff WHERE x.member = ?1"
                   " UNION ALL SELECT x.lifted_at, 'restriction', 'ended', x.cause, NULL, NULL,"
                   " s.login, x.id FROM restriction x JOIN staff s ON s.id = x.lifted_by"
                   " WHERE x.member = ?1"},
    TimelineSource{"health_note", read_health,
                   "SELECT x.added_at, 'health_note', 'begun', NULL, CAST(x.id AS TEXT), NULL,"
                   " s.login, x.id FROM health_note x JOIN staff s ON s.id = x.added_by"
                   " WHERE x.member = ?1"
                   " UNION ALL SELECT x.ended_at, 'health_note', 'ended', NULL,"
                   " CAST(x.id AS TEXT), NULL, s.login, x.id"
                   " FROM health_note x JOIN staff s ON s.id = x.ended_by WHERE x.member = ?1"},
    TimelineSource{"member_merge", view_people,
                   "SELECT x.at, 'merge', 'begun', NULL, 'M' || x.from_member, NULL, s.login, x.id"
                   " FROM member_merge x JOIN staff s ON s.id = x.staff WHERE x.into_member = ?1"
                   " UNION ALL SELECT x.undone_at, 'merge', 'ended', NULL,"
                   " 'M' || iif(x.into_member = ?1, x.from_member, x.into_member), NULL, s.login,"
                   " x.id FROM member_merge x JOIN staff s ON s.id = x.undone_by"
                   " WHERE ?1 IN (x.into_member, x.from_member)"},
    TimelineSource{"recall_call", view_recalls,
                   "SELECT x.at, 'recall', 'called', x.outcome, CAST(x.recall AS TEXT), NULL,"
                   " s.login, x.id FROM recall_call x JOIN staff s ON s.id = x.staff"
                   " WHERE x.member = ?1"},
    TimelineSource{"counsel", view_counsel,
                   "SELECT x.at, 'counsel', 'begun', x.kind, p.name, NULL, s.login, x.id"
                   " FROM counsel x JOIN staff s ON s.id = x.staff"
                   " LEFT JOIN product p ON p.id = x.product WHERE x.member = ?1"
                   " UNION ALL SELECT x.voided_at, 'counsel', 'ended', x.kind, p.name, NULL,"
                   " s.login, x.id FROM counsel x JOIN staff s ON s.id = x.voided_by"
                   " LEFT JOIN product p ON p.id = x.product WHERE x.member = ?1"},
    TimelineSource{"complaint", handle_complaints,
                   "SELECT x.received_at, 'complaint', 'begun', x.kind, number, NULL, s.login,"
                   " x.id FROM (SELECT *, printf('C%d-%06d', id / 1000000, id % 1000000) AS number"
                   "  FROM complaint) x JOIN staff s ON s.id = x.staff WHERE x.member = ?1"
                   " UNION ALL SELECT c.at, 'complaint', 'ended', c.step,"
                   " printf('C%d-%06d', x.id / 1000000, x.id % 1000000), NULL, s.login, x.id"
                   " FROM complaint x JOIN complaint_step c ON c.complaint = x.id"
                   " JOIN staff s ON s.id = c.staff WHERE x.member = ?1 AND c.state = 'closed'"
                   " AND c.step NOT IN ('link', 'cause')"},
    TimelineSource{"stock_request", view_people,
                   "SELECT x.added_at, 'stock_request', 'begun', NULL, coalesce(p.name, x.wanted),"
                   " NULL, s.login, x.id FROM stock_request x JOIN staff s ON s.id = x.added_by"
                   " LEFT JOIN product p ON p.id = x.product WHERE x.member = ?1"
                   " UNION ALL SELECT x.ended_at, 'stock_request', 'ended', x.outcome,"
                   " coalesce(p.name, x.wanted), NULL, s.login, x.id FROM stock_request x"
                   " JOIN staff s ON s.id = x.ended_by LEFT JOIN product p ON p.id = x.product"
                   " WHERE x.member = ?1"},
    TimelineSource{"lead", view_people,
                   "SELECT x.added_at, 'lead', 'begun', x.source, CAST(x.id AS TEXT), NULL,"
                   " s.login, x.id FROM lead x JOIN staff s ON s.id = x.added_by"
                   " WHERE x.member = ?1"
                   " UNION ALL SELECT c.at, 'lead', 'contacted', c.how, CAST(x.id AS TEXT), NULL,"
                   " s.login, x.id FROM lead x JOIN lead_contact c ON c.lead = x.id"
                   " JOIN staff s ON s.id = c.staff WHERE x.member = ?1"
                   " UNION ALL SELECT x.ended_at, 'lead', 'ended', NULL, CAST(x.id AS TEXT), NULL,"
                   " s.login, x.id FROM lead x JOIN staff s ON s.id = x.ended_by"
                   " WHERE x.member = ?1"},
    TimelineSource{"receipt", view_receipts,
                   "SELECT x.at, x.kind, 'recorded', NULL, CAST(x.id AS TEXT), x.amount,"
                   " coalesce(x.staff_name, s.login), x.id"
                   " FROM receipt x JOIN staff s ON s.id = x.staff WHERE x.member = ?1"
                   " UNION ALL SELECT d.delivered_at, 'delivery',"
                   " iif(d.delivered_at <= d.promised_at, 'kept', 'late'), NULL,"
                   " CAST(x.id AS TEXT), NULL, s.login, x.id"
                   " FROM receipt x JOIN delivery d ON d.receipt = x.id"
                   " JOIN staff s ON s.id = d.recorded_by WHERE x.member = ?1"},
    TimelineSource{"account_payment", view_receipts,
                   "SELECT x.recorded_at, 'account_payment', 'recorded', x.kind,"
                   " CAST(x.id AS TEXT), x.amount, s.login, x.id"
                   " FROM account_payment x JOIN staff s ON s.id = x.staff WHERE x.member = ?1"
                   " UNION ALL SELECT x.voided_at, 'account_payment', 'ended', x.kind,"
                   " CAST(x.id AS TEXT), x.amount, s.login, x.id"
                   " FROM account_payment x JOIN staff s ON s.id = x.voided_by"
                   " WHERE x.member = ?1"},
    // What came and went with a receipt is told by the receipt.
    TimelineSource{"points_lot", view_people,
                   "SELECT x.recorded_at, 'points', x.kind, NULL, '+' || x.points, NULL, s.login,"
                   " x.id FROM points_lot x JOIN staff s ON s.id = x.staff"
                   " WHERE x.member = ?1 AND x.receipt IS NULL"},
    TimelineSource{"points_debit", view_people,
                   "SELECT x.recorded_at, 'points', x.kind, NULL, '-' || x.points, NULL, s.login,"
                   " x.id FROM points_debit x JOIN staff s ON s.id = x.staff"
                   " WHERE x.member = ?1 AND x.receipt IS NULL"},
};

constexpr std::array<std::string_view, 10> silent_list{
    "card",           "contact",      "member_key",        "member_fact",   "member_keeper",
    "member_licence", "member_group", "member_preference", "points_return", "log_subject"};

// All that the actor may be told, in one statement.
std::string statement_for(const Actor& actor) {
  std::string sql;
  for (const TimelineSource& source : source_list) {
    if (!vault::may(actor, source.permission)) continue;
    if (!sql.empty()) sql += " UNION ALL ";
    sql += source.sql;
  }
  return "SELECT at, topic, event, about, detail, amount, login FROM (SELECT NULL AS at,"
         " NULL AS topic, NULL AS event, NULL AS about, NULL AS detail, NULL AS amount,"
         " NULL AS login, NULL AS number WHERE 0 UNION ALL " +
         sql + ") WHERE at >= ?2 AND at < ?3 ORDER BY at DESC, topic, number DESC LIMIT ?4";
}

}  // namespace

std::span<const TimelineSource> timeline_sources() { return source_list; }
std::span<const std::string_view> silent_tables() { return silent_list; }

}  // namespace members

Timeline member_timeline(Reading& reading, MemberId member, const TimelineFilter& filter) {
  vault::require(reading, vault::Permission::view_people);
  require_in_use(reading, member);
  members::check_limit(filter.limit);
  vault::shows(reading, member);
  const auto [from, end] = bounds_of(filter.period.value_or(all_days), reading.zone());
  Timeline timeline{};
  timeline.events = vault::database(reading).rows<TimelineEvent>(
      members::statement_for(reading.actor()), member, from, end,
      static_cast<std::int64_t>(filter.limit) + 1);
  timeline.more = timeline.events.size() > filter.limit;
  if (timeline.more) timeline.events.pop_back();
  return timeline;
}

}  // namespace pharmacy
