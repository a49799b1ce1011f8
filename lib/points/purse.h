// One member's purse while it is changed: its lots that live, its debits, its debts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "pharmacy/points.h"

namespace pharmacy::points {

using DebitId = Id<struct DebitTag>;

// What is left of a lot that has not ended.
struct LiveLot {
  LotId id;
  Date earned_on;
  Date expires_on;
  Points left;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &LiveLot::id}, Field{"earned_on", &LiveLot::earned_on},
                      Field{"expires_on", &LiveLot::expires_on}, Field{"left", &LiveLot::left}};
  }
};

// The terms that an earning is computed on, as its lot keeps them.
struct EarningTerms {
  PointsBasis basis;
  std::int64_t rate_bp;
};

struct NewLot {
  PointsKind kind;
  Points points;
  Date earned_on;
  Date expires_on;
  std::optional<ReceiptId> receipt{};
  std::optional<EarningTerms> terms{};  // of an earning
  std::optional<DebitId> of_debit{};    // of a reinstated lot
  std::optional<ImportId> import{};
  std::optional<std::string> reason{};  // of a correction
};

struct NewDebit {
  PointsKind kind;
  Points points;
  Date day;
  std::optional<ReceiptId> receipt{};
  std::optional<LotId> of_lot{};        // of a revocation
  std::optional<std::string> reason{};  // of a correction
};

class Purse {
 public:
  // Writes down which lots have ended, dated the day after their last. Throws not_found.
  Purse(Transaction& tx, MemberId member);

  [[nodiscard]] MemberId member() const { return member_; }
  // In the order of redeeming: soonest end first, then oldest.
  [[nodiscard]] const std::vector<LiveLot>& lots();
  // What may be redeemed: never more than all lots together.
  [[nodiscard]] Points available();

  void add(const NewLot& lot);
  DebitId add(const NewDebit& debit);
  // Takes up to `points` for a debit: from the lot `first` where given, then in order.
  void take(DebitId debit, Points points, std::optional<LotId> first = {});
  // Puts the points of a return back into a lot that lives.
  void put_back(DebitId debit, LotId lot, Points points, std::int64_t returned);
  // Lets the lots pay what revocations still owe, oldest first. Those of the earning `own` take
  // from its lot first.
  void settle(std::optional<LotId> own = {});
  // Undoes what revocations of the earning `own` took from lots that live, so that settle() can
  // take it again from a fuller purse.
  void release(LotId own);

 private:
  void end_lots();
  // `day` is today but for lots that have ended: a debit dated back, or one that is owed, meets
  // its lots on the day it is written, so that no past day's balance changes.
  void allocate(DebitId debit, LotId lot, Points points, Date day,
                std::optional<std::int64_t> returned = {});

  Transaction& tx_;
  db::Database& database_;
  MemberId member_;
  std::optional<std::vector<LiveLot>> lots_;
};

// The most that a lot or a debit may hold, as the schema has it.
inline constexpr Points points_max{1'000'000'000'000};

// floor(lines × earning / paid × rate), computed exactly and floored once.
Points earned_on(const EarningTerms& terms);
// The last day of a lot earned on `day`.
Date last_day(Date day, int expiry_years);

}  // namespace pharmacy::points
