#include "points/purse.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/access.h"

namespace pharmacy::points {

namespace {

// A revocation that the lots could not pay in full.
struct OpenDebit {
  DebitId id;
  std::optional<LotId> of_lot;
  Points open;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &OpenDebit::id}, Field{"of_lot", &OpenDebit::of_lot},
                      Field{"open", &OpenDebit::open}};
  }
};

struct Allocation {
  DebitId debit;
  LotId lot;
  Points points;

  static constexpr auto fields() {
    return std::tuple{Field{"debit", &Allocation::debit}, Field{"lot", &Allocation::lot},
                      Field{"points", &Allocation::points}};
  }
};

}  // namespace

static std::vector<OpenDebit> open_debits(db::Database& database, MemberId member) {
  return database.rows<OpenDebit>(
      "SELECT id, of_lot, open FROM ("
      " SELECT d.id, d.of_lot, d.points - coalesce((SELECT sum(a.points)"
      "  FROM points_allocation AS a WHERE a.debit = d.id), 0) AS open"
      " FROM points_debit AS d INDEXED BY points_debit_owed"
      " WHERE d.member = ?1 AND d.kind = 'revoke')"
      " WHERE open > 0 ORDER BY id",
      member);
}

Purse::Purse(Transaction& tx, MemberId member)
    : tx_{tx}, database_{vault::database(tx)}, member_{member} {
  // A refund may find what it gives back to with the member for all who were erased.
  if (!database_.value<std::int64_t>("SELECT 1 FROM member WHERE id = ?1 AND status <> 'merged'",
                                     member)) {
    throw Error(Errc::not_found,
                fmt::format(fmt::runtime(_("there is no member {}")), to_string(member)));
  }
  end_lots();
}

void Purse::end_lots() {
  const auto ended = database_.rows<LiveLot>(
      "SELECT id, earned_on, expires_on, left FROM ("
      " SELECT l.id, l.earned_on, l.expires_on, l.points - coalesce((SELECT sum(a.points)"
      "  FROM points_allocation AS a WHERE a.lot = l.id), 0) AS left"
      " FROM points_lot AS l WHERE l.member = ?1 AND l.expires_on < ?2)"
      " WHERE left > 0 ORDER BY expires_on, earned_on, id",
      member_, tx_.today());
  for (auto first = ended.begin(); first != ended.end();) {
    const Date last = first->expires_on;
    const auto next = std::find_if(first, ended.end(),
                                   [&](const LiveLot& lot) { return lot.expires_on != last; });
    const Date day = last + std::chrono::days{1};
    Points sum;
    for (auto lot = first; lot != next; ++lot) sum += lot->left;
    const DebitId debit = add({.kind = PointsKind::expire, .points = sum, .day = day});
    for (; first != next; ++first) allocate(debit, first->id, first->left, day);
  }
}

const std::vector<LiveLot>& Purse::lots() {
  if (!lots_) {
    lots_ = database_.rows<LiveLot>(
        "SELECT id, earned_on, expires_on, left FROM ("
        " SELECT l.id, l.earned_on, l.expires_on, l.points - coalesce((SELECT sum(a.points)"
        "  FROM points_allocation AS a WHERE a.lot = l.id), 0) AS left"
        " FROM points_lot AS l"
        " WHERE l.member = ?1 AND l.expires_on >= ?2 AND l.earned_on <= ?2)"
        " WHERE left > 0 ORDER BY expires_on, earned_on, id",
        member_, tx_.today());
  }
  return *lots_;
}

Points Purse::available() {
  Points sum;
  for (const auto& lot : lots()) sum += lot.left;
  for (const auto& debit : open_debits(database_, member_)) sum -= debit.open;
  return std::max(sum, Points{0});
}

void Purse::add(const NewLot& lot) {
  std::optional<Money> eligible;
  std::optional<Money> earning;
  std::optional<Money> paid;
  std::optional<std::int64_t> rate;
  if (lot.terms) {
    eligible = lot.terms->basis.lines;
    earning = lot.terms->basis.earning;
    paid = lot.terms->basis.paid;
    rate = lot.terms->rate_bp;
  }
  database_.run(
      "INSERT INTO points_lot (member, kind, receipt, earned_on, expires_on, points, eligible,"
      " earning, paid, rate_bp, of_debit, recorded_at, staff, import, reason)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
      member_, lot.kind, lot.receipt, lot.earned_on, lot.expires_on, lot.points, eligible, earning,
      paid, rate, lot.of_debit, tx_.now(), tx_.actor().id, lot.import, lot.reason);
  lots_.reset();
}

DebitId Purse::add(const NewDebit& debit) {
  database_.run(
      "INSERT INTO points_debit (member, kind, receipt, of_lot, day, points, recorded_at, staff,"
      " reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      member_, debit.kind, debit.receipt, debit.of_lot, debit.day, debit.points, tx_.now(),
      tx_.actor().id, debit.reason);
  return DebitId{database_.last_insert_id()};
}

void Purse::take(DebitId debit, Points points, std::optional<LotId> first) {
  static_cast<void>(lots());
  const auto take_from = [&](LiveLot& lot) {
    const Points taken = std::min(lot.left, points);
    if (taken == Points{0}) return;
    allocate(debit, lot.id, taken, tx_.today());
    lot.left -= taken;
    points -= taken;
  };
  for (auto& lot : *lots_) {
    if (lot.id == first) take_from(lot);
  }
  for (auto& lot : *lots_) take_from(lot);
}

void Purse::put_back(DebitId debit, LotId lot, Points points, std::int64_t returned) {
  allocate(debit, lot, -points, tx_.today(), returned);
  lots_.reset();
}

void Purse::settle(std::optional<LotId> own) {
  for (const auto& debit : open_debits(database_, member_)) {
    take(debit.id, debit.open, debit.of_lot == own ? own : std::optional<LotId>{});
  }
}

void Purse::release(LotId own) {
  const auto taken = database_.rows<Allocation>(
      "SELECT a.debit, a.lot, sum(a.points) FROM points_debit AS d"
      " JOIN points_allocation AS a ON a.debit = d.id JOIN points_lot AS l ON l.id = a.lot"
      " WHERE d.of_lot = ?1 AND l.expires_on >= ?2"
      " GROUP BY a.debit, a.lot HAVING sum(a.points) > 0 ORDER BY a.debit, a.lot",
      own, tx_.today());
  for (const auto& part : taken) allocate(part.debit, part.lot, -part.points, tx_.today());
  lots_.reset();
}

void Purse::allocate(DebitId debit, LotId lot, Points points, Date day,
                     std::optional<std::int64_t> returned) {
  database_.run(
      "INSERT INTO points_allocation (debit, lot, points, day, returned)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      debit, lot, points, day, returned);
}

}  // namespace pharmacy::points
