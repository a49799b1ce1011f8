// Points that pay for a sale.
#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/points.h"
#include "pharmacy/policy.h"
#include "points/purse.h"
#include "vault/permissions.h"

namespace pharmacy {

// Throws where the amount is no whole number of points.
static Points points_for(Money amount, const Policy& policy) {
  constexpr std::int64_t fen_per_yuan = 100;
  const std::int64_t per_yuan = policy.points.per_yuan_value;
  const auto points = multiply_divide_floor(amount.count(), per_yuan, fen_per_yuan);
  if (amount <= Money{0} ||
      multiply_divide_floor(points, fen_per_yuan, per_yuan) != amount.count() || points == 0) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("not payable in whole points: {}")), to_string(amount)),
                fmt::format(fmt::runtime(_("{} points are worth 1.00")), per_yuan));
  }
  return Points{points};
}

Points redeem_points(Transaction& tx, const PointsUse& use) {
  vault::require(tx, vault::Permission::sell);
  points::Purse purse{tx, use.member};
  const Points points = points_for(use.amount, policy_on(tx, tx.today()));
  const Points available = purse.available();
  if (points > available) {
    throw Error(Errc::refused,
                fmt::format(fmt::runtime(_("points are short: {} are needed, {} are there")),
                            to_string(points), to_string(available)),
                _("pay less with points, for example --pay points=AMOUNT --pay cash"));
  }
  const auto debit = purse.add(
      {.kind = PointsKind::redeem, .points = points, .day = tx.today(), .receipt = use.receipt});
  purse.take(debit, points);
  return points;
}

}  // namespace pharmacy
