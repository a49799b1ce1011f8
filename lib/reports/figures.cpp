#include "reports/figures.h"

#include "vault/purchase.h"

namespace pharmacy::reports {

namespace {

template <class Value>
Value sum(db::Database& database, std::string_view sql, const auto&... values) {
  return database.value<Value>(sql, values...).value_or(Value{});
}

// Who was a member at the end, and who of them became one in the period.
struct Known {
  std::int64_t total;
  std::int64_t joined;

  static constexpr auto fields() {
    return std::tuple{Field{"total", &Known::total}, Field{"joined", &Known::joined}};
  }
};

// Who bought, and who of them never had before.
struct Buyers {
  std::int64_t buying;
  std::int64_t first;

  static constexpr auto fields() {
    return std::tuple{Field{"buying", &Buyers::buying}, Field{"first", &Buyers::first}};
  }
};

struct LotSums {
  Points earned;
  Points adjusted;
  Points alive;  // points of lots that live on the last day, as if nothing had been taken

  static constexpr auto fields() {
    return std::tuple{Field{"earned", &LotSums::earned}, Field{"adjusted", &LotSums::adjusted},
                      Field{"alive", &LotSums::alive}};
  }
};

// What refunds took back and no lot has paid for by the end of `day`.
Points owed(db::Database& database, Date day) {
  const auto revoked = sum<Points>(database,
                                   "SELECT coalesce(sum(points), 0) FROM points_debit"
                                   " WHERE kind = 'revoke' AND day <= ?1",
                                   day);
  const auto paid = sum<Points>(database,
                                "SELECT coalesce(sum(a.points), 0) FROM points_debit AS d"
                                " JOIN points_allocation AS a ON a.debit = d.id"
                                " WHERE d.kind = 'revoke' AND d.day <= ?1 AND a.day <= ?1",
                                day);
  return revoked - paid;
}

// Lots end at their last day whether or not the ledger has the entry that says so, which is
// written when the purse is next touched.
Points expired(db::Database& database, const Period& period) {
  return sum<Points>(database,
                     "SELECT coalesce(sum(l.points - coalesce("
                     "  (SELECT sum(a.points) FROM points_allocation AS a"
                     "   WHERE a.lot = l.id AND a.day <= l.expires_on), 0)), 0)"
                     " FROM points_lot AS l WHERE l.expires_on BETWEEN ?1 - 1 AND ?2 - 1",
                     period.from, period.to);
}

Points debited(db::Database& database, const Period& period, std::string_view kind) {
  return sum<Points>(database,
                     "SELECT coalesce(sum(points), 0) FROM points_debit"
                     " WHERE day BETWEEN ?1 AND ?2 AND kind = ?3",
                     period.from, period.to, kind);
}

}  // namespace

std::vector<DaySums> day_sums(db::Database& database, const Period& period) {
  return database.rows<DaySums>(
      "SELECT r.day,"
      " count(*) FILTER (WHERE r.kind = 'sale' AND " PHARMACY_IS_PURCHASE
      "),"
      " count(*) FILTER (WHERE r.kind = 'refund'),"
      " coalesce(sum(r.amount) FILTER (WHERE r.kind = 'sale'), 0),"
      " coalesce(sum(r.amount) FILTER (WHERE r.kind = 'refund'), 0)"
      " FROM receipt AS r WHERE r.day BETWEEN ?1 AND ?2 GROUP BY r.day ORDER BY r.day",
      period.from, period.to);
}

std::vector<ProductSums> product_sums(db::Database& database, const Period& period) {
  return database.rows<ProductSums>(
      "SELECT l.product, count(*) FILTER (WHERE r.kind = 'sale' AND l.quantity > 0),"
      " sum(iif(r.kind = 'sale', l.quantity, -l.quantity)),"
      " sum(iif(r.kind = 'sale', l.amount, -l.amount))"
      " FROM receipt AS r JOIN line AS l ON l.receipt = r.id"
      " WHERE r.day BETWEEN ?1 AND ?2 AND (l.quantity > 0 OR l.amount > 0)"
      " GROUP BY l.product",
      period.from, period.to);
}

SalesFigures sales_figures(const std::vector<DaySums>& days,
                           const std::vector<ProductSums>& products) {
  SalesFigures figures{};
  for (const auto& day : days) {
    figures.receipts += day.receipts;
    figures.refund_receipts += day.refund_receipts;
    figures.gross += day.gross;
    figures.refund += day.refund;
  }
  for (const auto& product : products) figures.lines += product.lines;
  figures.net = figures.gross - figures.refund;
  if (figures.receipts > 0) {
    figures.average_receipt =
        Money{multiply_divide_round(figures.gross.count(), 1, figures.receipts)};
  }
  return figures;
}

MemberFigures member_figures(db::Database& database, const Period& period) {
  MemberFigures figures{};
  // One pass over the table is quicker than a look at each row that the index names.
  const auto known = *database.row<Known>(
      "SELECT count(*), count(*) FILTER (WHERE joined >= ?1) FROM member NOT INDEXED"
      " WHERE joined <= ?2 AND status NOT IN ('merged', 'erased')",
      period.from, period.to);
  figures.total = known.total;
  figures.joined = known.joined;
  figures.visit_days = sum<std::int64_t>(
      database,
      "SELECT count(*) FROM (SELECT DISTINCT r.day, r.member FROM receipt AS r"
      " WHERE r.day BETWEEN ?1 AND ?2 AND r.kind = 'sale' AND r.member IS NOT NULL"
      " AND " PHARMACY_IS_PURCHASE ")",
      period.from, period.to);
  const auto buyers = database.row<Buyers>(
      "WITH buyer AS (SELECT DISTINCT r.member FROM receipt AS r"
      " WHERE r.day BETWEEN ?1 AND ?2 AND r.kind = 'sale' AND r.member IS NOT NULL"
      " AND " PHARMACY_IS_PURCHASE
      ")"
      " SELECT count(*), count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM receipt AS r"
      " WHERE r.member = buyer.member AND r.day < ?1 AND r.kind = 'sale'"
      " AND " PHARMACY_IS_PURCHASE ")) FROM buyer",
      period.from, period.to);
  figures.buying = buyers->buying;
  figures.new_buyers = buyers->first;
  return figures;
}

PointsFigures points_figures(db::Database& database, const Period& period) {
  const auto lots = *database.row<LotSums>(
      "SELECT coalesce(sum(points) FILTER"
      "  (WHERE kind = 'earn' AND earned_on BETWEEN ?1 AND ?2), 0),"
      " coalesce(sum(points) FILTER (WHERE kind = 'adjust' AND earned_on BETWEEN ?1 AND ?2), 0),"
      " coalesce(sum(points) FILTER (WHERE earned_on <= ?2 AND expires_on >= ?2), 0)"
      " FROM points_lot",
      period.from, period.to);
  // From the debits, of which there are few; those that end lots take from none that lives. The
  // planner would ask every lot.
  const auto taken =
      sum<Points>(database,
                  "SELECT coalesce(sum(a.points), 0) FROM points_debit AS d"
                  " CROSS JOIN points_allocation AS a CROSS JOIN points_lot AS l"
                  " WHERE d.day <= ?1 AND d.kind <> 'expire' AND a.debit = d.id AND a.day <= ?1"
                  " AND l.id = a.lot AND l.earned_on <= ?1 AND l.expires_on >= ?1",
                  period.to);
  return {.earned = lots.earned,
          .redeemed = debited(database, period, "redeem"),
          .expired = expired(database, period),
          .revoked = debited(database, period, "revoke"),
          .adjusted = lots.adjusted - debited(database, period, "adjust"),
          .balance = lots.alive - taken - owed(database, period.to)};
}

}  // namespace pharmacy::reports
