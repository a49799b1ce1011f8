// The purse: points a member has, where they came from and where they went.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

// Why points moved.
enum class PointsKind { opening, earn, redeem, expire, revoke, reinstate };
template <>
struct EnumNames<PointsKind> {
  static constexpr std::array table{
      std::pair{PointsKind::opening, "opening"}, std::pair{PointsKind::earn, "earn"},
      std::pair{PointsKind::redeem, "redeem"},   std::pair{PointsKind::expire, "expire"},
      std::pair{PointsKind::revoke, "revoke"},   std::pair{PointsKind::reinstate, "reinstate"}};
};

// A member's purse on a day.
struct PointsBalance {
  MemberId member;
  Date as_of;
  Points balance;                    // below 0 where a refund took back points already used
  Money value;                       // of the balance, at the policy's value of a point
  std::optional<Date> next_expiry;   // the day on which the next lot ends
  Points expiring;                   // what of the balance ends on that day

  static constexpr auto fields() {
    return std::tuple{Field{"member", &PointsBalance::member},
                      Field{"as_of", &PointsBalance::as_of},
                      Field{"balance", &PointsBalance::balance},
                      Field{"value_fen", &PointsBalance::value},
                      Field{"next_expiry", &PointsBalance::next_expiry},
                      Field{"expiring", &PointsBalance::expiring}};
  }
};

// One movement of points.
struct PointsEntry {
  Date day;
  PointsKind kind;
  Points points;  // signed: what the balance grew by
  std::optional<ReceiptId> receipt;
  std::optional<Date> expires_on;  // of the lot that an earning made
  std::string staff;               // login

  static constexpr auto fields() {
    return std::tuple{Field{"day", &PointsEntry::day},
                      Field{"kind", &PointsEntry::kind},
                      Field{"points", &PointsEntry::points},
                      Field{"receipt", &PointsEntry::receipt},
                      Field{"expires_on", &PointsEntry::expires_on},
                      Field{"staff", &PointsEntry::staff}};
  }
};

// Balance(D) = sum over lots with earned_on <= D <= expires_on of what is left of them on D,
// less what the member owes. Throws not_found.
PHARMACY_API PointsBalance points_balance(Reading& reading, MemberId member, Date as_of);
// The newest movements first.
PHARMACY_API std::vector<PointsEntry> points_entries(Reading& reading, MemberId member,
                                                     std::size_t limit = 50);

}  // namespace pharmacy
