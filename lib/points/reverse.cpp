// What a refund does to a purse: the earning of the sale is taken back, and the points that paid
// for it return.
//
// Every amount is computed from the sale as a whole less what earlier refunds did, and what they
// took from the lots is taken anew wherever points return, so that a refund in parts leaves every
// lot as one refund of the same day would.
#include <algorithm>

#include "pharmacy/error.h"
#include "pharmacy/points.h"
#include "pharmacy/policy.h"
#include "points/purse.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {

namespace {

// The lot that the sale made.
struct Earning {
  LotId lot;
  MemberId member;
  Points points;
  Money eligible;
  Money earning;
  Money paid;
  std::int64_t rate_bp;
  Points revoked;  // by earlier refunds

  static constexpr auto fields() {
    return std::tuple{Field{"lot", &Earning::lot},         Field{"member", &Earning::member},
                      Field{"points", &Earning::points},   Field{"eligible", &Earning::eligible},
                      Field{"earning", &Earning::earning}, Field{"paid", &Earning::paid},
                      Field{"rate_bp", &Earning::rate_bp}, Field{"revoked", &Earning::revoked}};
  }
};

// The points that paid for the sale.
struct Redemption {
  points::DebitId debit;
  MemberId member;
  Points points;
  Points given_back;  // by earlier refunds

  static constexpr auto fields() {
    return std::tuple{Field{"debit", &Redemption::debit}, Field{"member", &Redemption::member},
                      Field{"points", &Redemption::points},
                      Field{"given_back", &Redemption::given_back}};
  }
};

// What a redemption took from one lot.
struct Taken {
  LotId lot;
  Date expires_on;
  Points points;

  static constexpr auto fields() {
    return std::tuple{Field{"lot", &Taken::lot}, Field{"expires_on", &Taken::expires_on},
                      Field{"points", &Taken::points}};
  }
};

struct GivenBack {
  Points points;
  Money worth;
};

}  // namespace

static std::optional<Earning> earning_of(db::Database& database, ReceiptId sale) {
  return database.row<Earning>(
      "SELECT l.id, l.member, l.points, l.eligible, l.earning, l.paid, l.rate_bp,"
      " coalesce((SELECT sum(d.points) FROM points_debit AS d WHERE d.of_lot = l.id), 0)"
      " FROM points_lot AS l WHERE l.receipt = ?1 AND l.kind = 'earn'",
      sale);
}

static std::optional<Redemption> redemption_of(db::Database& database, ReceiptId sale) {
  return database.row<Redemption>(
      "SELECT d.id, d.member, d.points,"
      " coalesce((SELECT sum(r.points) FROM points_return AS r WHERE r.debit = d.id), 0)"
      " + coalesce((SELECT sum(l.points) FROM points_lot AS l WHERE l.of_debit = d.id), 0)"
      " FROM points_debit AS d WHERE d.receipt = ?1 AND d.kind = 'redeem'",
      sale);
}

// What of the earning is to be taken back now.
static Points to_revoke(const Earning& earning, Money eligible_left) {
  const Points left_to_earn = points::earned_on(
      {.basis = {.lines = eligible_left, .earning = earning.earning, .paid = earning.paid},
       .rate_bp = earning.rate_bp});
  return std::max(earning.points - earning.revoked - left_to_earn, Points{0});
}

static std::int64_t multiply_divide_ceil(std::int64_t a, std::int64_t b, std::int64_t c) {
  return -multiply_divide_floor(-a, b, c);
}

// What all refunds until now give back.
static GivenBack given_back_until_now(const Redemption& redemption,
                                      const PointsReversal& reversal) {
  const std::int64_t redeemed = redemption.points.count();
  const std::int64_t by_points = reversal.by_points.count();
  const std::int64_t refunded = reversal.refunded.count();
  const std::int64_t share = multiply_divide_floor(redeemed, refunded, reversal.value.count());
  if (by_points == 0) return {Points{share}, Money{0}};

  // The limit of the money keeps what comes back by money from falling as more is taken back: a
  // point that is worth a yuan would else ask for change.
  const std::int64_t by_money = reversal.value.count() - by_points;
  const std::int64_t money =
      std::min(refunded - multiply_divide_floor(by_points, share, redeemed),
               multiply_divide_ceil(by_money, std::min(share + 1, redeemed), redeemed));
  const std::int64_t worth = refunded - money;
  return {Points{std::max(share, multiply_divide_ceil(redeemed, worth, by_points))}, Money{worth}};
}

// Points return in the order in which they were taken, beginning after those that did already.
static void give_back(Transaction& tx, points::Purse& purse, const Redemption& redemption,
                      Points points, const PointsReversal& reversal) {
  auto& database = vault::database(tx);
  auto taken = database.rows<Taken>(
      "SELECT a.lot, l.expires_on, sum(a.points) FROM points_allocation AS a"
      " JOIN points_lot AS l ON l.id = a.lot WHERE a.debit = ?1 AND a.returned IS NULL"
      " GROUP BY a.lot ORDER BY l.expires_on, l.earned_on, l.id",
      redemption.debit);
  Points skipped = redemption.given_back;
  Points living;
  Points ended;
  for (auto& part : taken) {
    const Points before = std::min(part.points, skipped);
    skipped -= before;
    part.points = std::min(part.points - before, points);
    points -= part.points;
    (part.expires_on >= tx.today() ? living : ended) += part.points;
  }

  if (living > Points{0}) {
    database.run(
        "INSERT INTO points_return (member, debit, receipt, day, points, recorded_at, staff)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        purse.member(), redemption.debit, reversal.refund, tx.today(), living, tx.now(),
        tx.actor().id);
    const auto returned = database.last_insert_id();
    for (const auto& part : taken) {
      if (part.expires_on < tx.today() || part.points == Points{0}) continue;
      purse.put_back(redemption.debit, part.lot, part.points, returned);
    }
  }
  if (ended > Points{0}) {
    const auto grace = std::chrono::days{policy_on(tx, tx.today()).points.grace_days};
    purse.add({.kind = PointsKind::reinstate,
               .points = ended,
               .earned_on = tx.today(),
               .expires_on = tx.today() + grace,
               .receipt = reversal.refund,
               .of_debit = redemption.debit});
  }
}

ReversedPoints reverse_points(Transaction& tx, const PointsReversal& reversal) {
  vault::require(tx, vault::Permission::refund);
  PHARMACY_CHECK(reversal.value > Money{0} && reversal.refunded <= reversal.value);
  PHARMACY_CHECK(reversal.by_points >= Money{0} && reversal.by_points <= reversal.value);
  auto& database = vault::database(tx);
  const auto earning = earning_of(database, reversal.sale);
  const auto redemption = redemption_of(database, reversal.sale);
  if (!earning && !redemption) return {};

  points::Purse purse{tx, earning ? earning->member : redemption->member};
  ReversedPoints reversed;
  if (redemption) {
    const auto [points, worth] = given_back_until_now(*redemption, reversal);
    reversed.given_back = std::max(points - redemption->given_back, Points{0});
    reversed.worth = worth;
  }
  if (earning) reversed.revoked = to_revoke(*earning, reversal.eligible_left);

  if (reversed.given_back > Points{0}) {
    if (earning) purse.release(earning->lot);
    give_back(tx, purse, *redemption, reversed.given_back, reversal);
  }
  if (reversed.revoked > Points{0}) {
    purse.add({.kind = PointsKind::revoke,
               .points = reversed.revoked,
               .day = reversal.day,
               .receipt = reversal.refund,
               .of_lot = earning->lot});
  }
  purse.settle(earning ? std::optional{earning->lot} : std::nullopt);
  return reversed;
}

}  // namespace pharmacy
