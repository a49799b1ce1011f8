// Points that come in: earned by a sale, or brought along from another system.
#include <fmt/format.h>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/points.h"
#include "pharmacy/policy.h"
#include "points/purse.h"
#include "vault/permissions.h"

namespace pharmacy {

namespace points {

Points earned_on(const EarningTerms& terms) {
  __extension__ using Wide = unsigned __int128;
  const auto& [lines, earning, paid] = terms.basis;
  PHARMACY_CHECK(lines >= Money{0} && earning >= Money{0} && earning <= paid);
  PHARMACY_CHECK(lines <= paid && terms.rate_bp >= 0);
  if (paid == Money{0}) return Points{0};

  // Amounts of a receipt are at most 10^15 fen and rates below 10^7, so 128 bits hold it all.
  constexpr Wide fen_per_yuan = 100;
  constexpr Wide bp_per_point = 10'000;
  if (terms.rate_bp >= 10'000'000) {
    throw Error(Errc::bad_config, _("the policy's points per yuan are out of range"));
  }
  const Wide points = static_cast<Wide>(lines.count()) * static_cast<Wide>(earning.count()) *
                      static_cast<Wide>(terms.rate_bp) /
                      (static_cast<Wide>(paid.count()) * fen_per_yuan * bp_per_point);
  if (points > static_cast<Wide>(points_max.count())) {
    throw Error(Errc::invalid_input, _("the sale would earn too many points"));
  }
  return Points{static_cast<std::int64_t>(points)};
}

Date last_day(Date day, int expiry_years) {
  using std::chrono::December;
  constexpr std::chrono::year last_year{9999};
  const auto year =
      expiry_years == 0 ? last_year : day.ymd().year() + std::chrono::years{expiry_years};
  return Date{std::min(year, last_year) / December / 31};
}

}  // namespace points

EarnedPoints earn_points(Transaction& tx, const PointsEarning& earning) {
  vault::require(tx, vault::Permission::sell);
  points::Purse purse{tx, earning.member};
  const Policy policy = policy_on(tx, earning.day);
  const points::EarningTerms terms{earning.basis, policy.points.per_yuan_bp};
  const Points points = points::earned_on(terms);
  if (points == Points{0}) return {};

  const Date ends = points::last_day(earning.day, policy.points.expiry_years);
  if (ends < tx.today()) return {.points = Points{0}, .ended = true};
  purse.add({.kind = PointsKind::earn,
             .points = points,
             .earned_on = earning.day,
             .expires_on = ends,
             .receipt = earning.receipt,
             .terms = terms,
             .import = earning.import});
  purse.settle();
  return {.points = points};
}

void grant_opening_points(Transaction& tx, MemberId member, Points points,
                          std::optional<ImportId> import) {
  vault::require(tx, vault::Permission::import_records);
  if (points < Points{1} || points > points::points_max) {
    throw Error(
        Errc::invalid_input,
        fmt::format(fmt::runtime(_("not a number of opening points: {}")), to_string(points)),
        _("give a whole number above 0"));
  }
  points::Purse purse{tx, member};
  const Policy policy = policy_on(tx, tx.today());
  purse.add({.kind = PointsKind::opening,
             .points = points,
             .earned_on = tx.today(),
             .expires_on = points::last_day(tx.today(), policy.points.expiry_years),
             .import = import});
  purse.settle();
}

}  // namespace pharmacy
