// The end of a purse.
#include <algorithm>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "points/purse.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {

static constexpr const char* forfeited = "erased";  // the reason that stays with the points

// What the ledger comes to, whatever a day says.
static Points ledger_sum(db::Database& database, MemberId member) {
  return *database.value<Points>(
      "SELECT coalesce((SELECT sum(points) FROM points_lot WHERE member = ?1), 0)"
      " - coalesce((SELECT sum(points) FROM points_debit WHERE member = ?1), 0)"
      " + coalesce((SELECT sum(points) FROM points_return WHERE member = ?1), 0)",
      member);
}

void forfeit_points(Transaction& tx, MemberId member) {
  vault::require(tx, vault::Permission::erase_people);
  vault::shows(tx, member);
  points::Purse purse{tx, member};
  purse.settle();  // what is owed takes first
  const Points sum = ledger_sum(vault::database(tx), member);
  const Date today = tx.today();
  if (const Points left = std::min(sum, purse.available()); left > Points{0}) {
    const auto debit =
        purse.add({.kind = PointsKind::adjust, .points = left, .day = today, .reason = forfeited});
    purse.take(debit, left);
  } else if (sum < Points{0}) {
    // A debt is let off.
    purse.add({.kind = PointsKind::adjust,
               .points = -sum,
               .earned_on = today,
               .expires_on = today,
               .reason = forfeited});
    purse.settle();
  }
  if (purse.available() == Points{0} && ledger_sum(vault::database(tx), member) == Points{0})
    return;
  throw Error(Errc::refused, _("some of these points begin on a later day"),
              _("see whether the machine's clock is right"));
}

}  // namespace pharmacy
