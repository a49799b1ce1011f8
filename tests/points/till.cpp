#include "points/till.h"

#include <doctest/doctest.h>

#include "vault/access.h"

namespace pharmacy::test {

MemberId bare_member(Transaction& tx) {
  auto& database = vault::database(tx);
  database.run(
      "INSERT INTO member (name, status, joined, recorded_at, recorded_by)"
      " VALUES ('张伟', 'active', ?1, ?2, ?3)",
      tx.today(), tx.now(), tx.actor().id);
  return MemberId{database.last_insert_id()};
}

ReceiptId bare_receipt(Transaction& tx, MemberId member, const char* kind, Date day, Money amount) {
  auto& database = vault::database(tx);
  database.run(
      "INSERT INTO receipt (kind, member, at, day, amount, channel, staff, policy, recorded_at)"
      " VALUES (?1, ?2, ?3, ?4, ?5, 'counter', ?6,"
      " (SELECT max(version) FROM policy), ?3)",
      std::string{kind}, member, tx.now(), day, amount, tx.actor().id);
  return ReceiptId{database.last_insert_id()};
}

PointsBasis whole(Money amount) { return {.lines = amount, .earning = amount, .paid = amount}; }

ReceiptId sell(Transaction& tx, MemberId member, std::int64_t yuan, std::int64_t points_used) {
  const Money paid{yuan * 100};
  const Money by_points{points_used};  // 100 points are worth a yuan
  const auto receipt = bare_receipt(tx, member, "sale", tx.today(), paid);
  if (points_used > 0) {
    redeem_points(tx, {.member = member, .receipt = receipt, .amount = by_points});
  }
  earn_points(tx, {.member = member,
                   .receipt = receipt,
                   .day = tx.today(),
                   .basis = {.lines = paid, .earning = paid - by_points, .paid = paid},
                   .import = {}});
  return receipt;
}

ReceiptId sell(TestStore& t, MemberId member, std::int64_t yuan, std::int64_t points_used) {
  auto tx = t.begin();
  const auto receipt = sell(tx, member, yuan, points_used);
  tx.commit();
  return receipt;
}

ReversedPoints take_back(TestStore& t, MemberId member, ReceiptId sale, std::int64_t refunded,
                         std::int64_t of) {
  auto tx = t.begin();
  const auto refund = bare_receipt(tx, member, "refund", tx.today(), Money{refunded * 100});
  const auto reversed = reverse_points(tx, {.sale = sale,
                                            .refund = refund,
                                            .day = tx.today(),
                                            .eligible_left = Money{(of - refunded) * 100},
                                            .refunded = Money{refunded * 100},
                                            .value = Money{of * 100}});
  tx.commit();
  return reversed;
}

std::int64_t balance(TestStore& t, MemberId member) {
  auto reading = t.reading();
  return points_balance(reading, member, reading.today()).balance.count();
}

std::int64_t balance_on(TestStore& t, MemberId member, std::string_view day) {
  auto reading = t.reading();
  return points_balance(reading, member, *parse_date(day)).balance.count();
}

PurseSums purse_sums(Reading& reading, MemberId member) {
  return *vault::database(reading).row<PurseSums>(
      "WITH taken AS (SELECT l.id, l.expires_on, l.points,"
      "  coalesce((SELECT sum(points) FROM points_allocation WHERE lot = l.id), 0) AS sum"
      "  FROM points_lot AS l WHERE l.member = ?1),"
      " given AS (SELECT d.kind, d.points, coalesce((SELECT sum(points) FROM points_allocation"
      "   WHERE debit = d.id AND returned IS NULL), 0) AS sum"
      "  FROM points_debit AS d WHERE d.member = ?1)"
      " SELECT coalesce((SELECT sum(points) FROM points_lot WHERE member = ?1), 0)"
      "  - coalesce((SELECT sum(points) FROM points_debit WHERE member = ?1), 0)"
      "  + coalesce((SELECT sum(points) FROM points_return WHERE member = ?1), 0),"
      " coalesce((SELECT sum(points - sum) FROM taken WHERE expires_on >= ?2), 0),"
      " coalesce((SELECT sum(points - sum) FROM taken WHERE expires_on < ?2), 0),"
      " coalesce((SELECT sum(points - sum) FROM given WHERE kind = 'revoke'), 0),"
      " (SELECT count(*) FROM taken WHERE sum NOT BETWEEN 0 AND points),"
      " (SELECT count(*) FROM given WHERE kind <> 'revoke' AND sum <> points)",
      member, reading.today());
}

std::map<std::string, std::int64_t> left_by_last_day(Reading& reading, MemberId member) {
  auto statement = vault::database(reading).prepare(
      "SELECT expires_on, sum(points - coalesce((SELECT sum(a.points) FROM points_allocation AS a"
      "  WHERE a.lot = points_lot.id), 0)) AS left FROM points_lot WHERE member = ?1"
      " AND expires_on >= ?2 GROUP BY expires_on HAVING left <> 0 ORDER BY expires_on");
  statement.bind(member, reading.today());
  std::map<std::string, std::int64_t> left;
  while (statement.step()) left[to_string(statement.get<Date>(0))] = statement.get<std::int64_t>(1);
  return left;
}

}  // namespace pharmacy::test
