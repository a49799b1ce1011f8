// What a purse holds on a day, and what moved in it.
#include "pharmacy/points.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {

namespace {

// What is left of the lots that end on one day.
struct Ending {
  Date expires_on;
  Points left;

  static constexpr auto fields() {
    return std::tuple{Field{"expires_on", &Ending::expires_on}, Field{"left", &Ending::left}};
  }
};

}  // namespace

static db::Database& database_with(Reading& reading, MemberId member) {
  require_in_use(reading, member);
  return vault::database(reading);
}

static Points owed(db::Database& database, MemberId member, Date as_of) {
  return *database.value<Points>(
      "SELECT coalesce(sum(d.points - coalesce((SELECT sum(a.points) FROM points_allocation AS a"
      "  WHERE a.debit = d.id AND a.day <= ?2), 0)), 0)"
      " FROM points_debit AS d INDEXED BY points_debit_owed"
      " WHERE d.member = ?1 AND d.kind = 'revoke' AND d.day <= ?2",
      member, as_of);
}

PointsBalance points_balance(Reading& reading, MemberId member, Date as_of) {
  vault::require(reading, vault::Permission::view_people);
  vault::shows(reading, member);
  auto& database = database_with(reading, member);
  const auto endings = database.rows<Ending>(
      "SELECT expires_on, sum(left) FROM ("
      " SELECT l.expires_on, l.points - coalesce((SELECT sum(a.points)"
      "  FROM points_allocation AS a WHERE a.lot = l.id AND a.day <= ?2), 0) AS left"
      " FROM points_lot AS l WHERE l.member = ?1 AND l.expires_on >= ?2 AND l.earned_on <= ?2)"
      " WHERE left > 0 GROUP BY expires_on ORDER BY expires_on",
      member, as_of);
  PointsBalance balance{.member = member,
                        .as_of = as_of,
                        .balance = -owed(database, member, as_of),
                        .value = {},
                        .next_expiry = {},
                        .expiring = {}};
  for (const auto& ending : endings) balance.balance += ending.left;
  if (!endings.empty()) {
    balance.next_expiry = endings.front().expires_on;
    balance.expiring = endings.front().left;
  }
  constexpr std::int64_t fen_per_yuan = 100;
  balance.value = Money{multiply_divide_floor(balance.balance.count(), fen_per_yuan,
                                              policy_on(reading, as_of).points.per_yuan_value)};
  return balance;
}

std::vector<PointsEntry> points_entries(Reading& reading, MemberId member, std::size_t limit) {
  vault::require(reading, vault::Permission::view_people);
  vault::shows(reading, member);
  auto& database = database_with(reading, member);
  // In the order of recording; within one change, by day. The last part is what the next change
  // of the purse will write: lots that have ended.
  return database.rows<PointsEntry>(
      "SELECT day, kind, points, receipt, expires_on, coalesce(login, ''), reason FROM ("
      " SELECT earned_on AS day, kind, points, receipt, expires_on, staff, reason, recorded_at,"
      "  2 AS part, id FROM points_lot WHERE member = ?1"
      " UNION ALL"
      " SELECT day, kind, -points, receipt, NULL, staff, reason, recorded_at,"
      "  iif(kind IN ('revoke', 'adjust'), 3, 0), id FROM points_debit WHERE member = ?1"
      " UNION ALL"
      " SELECT day, 'reinstate', points, receipt, NULL, staff, NULL, recorded_at, 1, id"
      "  FROM points_return WHERE member = ?1"
      " UNION ALL"
      " SELECT expires_on + 1, 'expire', -sum(left), NULL, NULL, NULL, NULL, ?3, 0, 0 FROM ("
      "  SELECT l.expires_on, l.points - coalesce((SELECT sum(a.points)"
      "   FROM points_allocation AS a WHERE a.lot = l.id), 0) AS left"
      "  FROM points_lot AS l WHERE l.member = ?1 AND l.expires_on < ?4)"
      "  WHERE left > 0 GROUP BY expires_on)"
      " AS movement LEFT JOIN staff ON staff.id = movement.staff"
      " ORDER BY recorded_at DESC, day DESC, part DESC, movement.id DESC LIMIT ?2",
      member, static_cast<std::int64_t>(limit), reading.now(), reading.today());
}

Points opening_points(Reading& reading, MemberId member) {
  vault::require(reading, vault::Permission::view_people);
  return *vault::database(reading).value<Points>(
      "SELECT coalesce(sum(points), 0) FROM points_lot WHERE member = ?1 AND kind = 'opening'",
      member);
}

Points points_of(Reading& reading, ReceiptId receipt) {
  vault::require(reading, vault::Permission::view_receipts);
  return *vault::database(reading).value<Points>(
      "SELECT coalesce((SELECT sum(points) FROM points_lot WHERE receipt = ?1 AND kind = 'earn'), "
      "0)"
      " - coalesce((SELECT sum(points) FROM points_debit WHERE receipt = ?1 AND kind = 'revoke'), "
      "0)",
      receipt);
}

}  // namespace pharmacy
