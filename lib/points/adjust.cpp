// Points that are added or taken away by hand.
#include <fmt/format.h>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "pharmacy/approval.h"
#include "pharmacy/error.h"
#include "pharmacy/points.h"
#include "pharmacy/policy.h"
#include "pharmacy/review.h"
#include "points/purse.h"
#include "vault/access.h"
#include "vault/approvals.h"
#include "vault/permissions.h"

namespace pharmacy {

static PointsAdjustment checked_adjustment(const PointsAdjustment& input) {
  std::vector<Fault> faults;
  PointsAdjustment adjustment = input;
  adjustment.reason =
      checked_text(faults, _("reason"), std::string_view{input.reason}, points_reason_max);
  const Points points = input.points;
  if (points == Points{0} || points > points::points_max || points < -points::points_max) {
    faults.push_back({fmt::format(fmt::runtime(_("not a number of points to correct by: {}")),
                                  to_string(points)),
                      fmt::format(fmt::runtime(_("from 1 to {}")), to_string(points::points_max))});
  }
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return adjustment;
}

static Points size_of(Points points) { return points < Points{0} ? -points : points; }

// What was corrected on the day until now, whatever the sign.
static Points adjusted_on(db::Database& database, MemberId member, Date day) {
  return *database.value<Points>(
      "SELECT coalesce((SELECT sum(points) FROM points_lot"
      "  WHERE kind = 'adjust' AND member = ?1 AND earned_on = ?2), 0)"
      " + coalesce((SELECT sum(points) FROM points_debit"
      "  WHERE kind = 'adjust' AND member = ?1 AND day = ?2), 0)",
      member, day);
}

static void require_second_person(Transaction& tx, const PointsAdjustment& adjustment) {
  const Points before = adjusted_on(vault::database(tx), adjustment.member, tx.today());
  if (before + size_of(adjustment.points) < points_adjusted_limit) return;
  vault::require_approved(
      tx, Approvable::adjust_points,
      fmt::format(fmt::runtime(_("corrections of one member that come to {} points on one day "
                                 "take an approval")),
                  to_string(points_adjusted_limit)));
}

static void require_enough(Points points, Points available) {
  if (points <= available) return;
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("points are short: {} are needed, {} are there")),
                          to_string(points), to_string(available)),
              _("no more can be taken away than is there"));
}

AdjustmentPlan plan_adjustment(Reading& reading, MemberId member, Points points) {
  vault::require_to_plan(reading, vault::Permission::adjust_points, Approvable::adjust_points);
  const Points balance = points_balance(reading, member, reading.today()).balance;
  if (points < Points{0}) require_enough(-points, balance);
  return {.member = member, .balance = balance, .points = points, .will_be = balance + points};
}

void adjust_points(Transaction& tx, const PointsAdjustment& input) {
  vault::require(tx, vault::Permission::adjust_points);
  const PointsAdjustment adjustment = checked_adjustment(input);
  vault::shows(tx, adjustment.member);
  points::Purse purse{tx, adjustment.member};
  const Points points = size_of(adjustment.points);
  const bool adds = adjustment.points > Points{0};
  if (!adds) require_enough(points, purse.available());
  require_second_person(tx, adjustment);

  if (adds) {
    const Policy policy = policy_on(tx, tx.today());
    purse.add({.kind = PointsKind::adjust,
               .points = points,
               .earned_on = tx.today(),
               .expires_on = points::last_day(tx.today(), policy.points.expiry_years),
               .reason = adjustment.reason});
    purse.settle();
  } else {
    const auto debit = purse.add({.kind = PointsKind::adjust,
                                  .points = points,
                                  .day = tx.today(),
                                  .reason = adjustment.reason});
    purse.take(debit, points);
  }
}

}  // namespace pharmacy
