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
enum class PointsKind { opening, earn, redeem, expire, revoke, reinstate, adjust };
template <>
struct EnumNames<PointsKind> {
  static constexpr std::array table{
      std::pair{PointsKind::opening, "opening"}, std::pair{PointsKind::earn, "earn"},
      std::pair{PointsKind::redeem, "redeem"},   std::pair{PointsKind::expire, "expire"},
      std::pair{PointsKind::revoke, "revoke"},   std::pair{PointsKind::reinstate, "reinstate"},
      std::pair{PointsKind::adjust, "adjust"}};
};

// A member's purse on a day.
struct PointsBalance {
  MemberId member;
  Date as_of;
  Points balance;                   // below 0 where a refund took back points already used
  Money value;                      // of the balance, at the policy's value of a point
  std::optional<Date> next_expiry;  // the day on which the next lot ends
  Points expiring;                  // what of the balance ends on that day

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
  PointsKind kind;  // reinstate: given back by a refund; adjust: corrected by hand
  Points points;    // signed: what the balance grew by
  std::optional<ReceiptId> receipt;
  std::optional<Date> expires_on;     // of the lot that an earning made
  std::string staff;                  // login; empty for an end not yet in the ledger
  std::optional<std::string> reason;  // of a correction

  static constexpr auto fields() {
    return std::tuple{Field{"day", &PointsEntry::day},
                      Field{"kind", &PointsEntry::kind},
                      Field{"points", &PointsEntry::points},
                      Field{"receipt", &PointsEntry::receipt},
                      Field{"expires_on", &PointsEntry::expires_on},
                      Field{"staff", &PointsEntry::staff},
                      Field{"reason", &PointsEntry::reason}};
  }
};

// What of a receipt earns. Each payment is taken to pay for every line in proportion, so the
// eligible part is lines × earning / paid: with insurance or points among the payments, or with
// products that do not earn, it is below what was paid.
struct PointsBasis {
  Money lines;    // amount of the lines whose products earn
  Money earning;  // of what was paid, the part by kinds that earn; 0..paid
  Money paid;     // amount of the whole receipt
};

// A sale that earns.
struct PointsEarning {
  MemberId member;
  ReceiptId receipt;
  Date day;  // when it happened: its rate and its lot are of that day
  PointsBasis basis;
  std::optional<ImportId> import{};
};
struct EarnedPoints {
  Points points;
  bool ended = false;  // the lot would have ended before today, so none was made
};

// A sale that is paid in part with points.
struct PointsUse {
  MemberId member;
  ReceiptId receipt;
  Money amount;  // what the points stand for
};

// A refund of a sale, in figures that hold the sale's earlier refunds too, so that three refunds
// come to the same as one.
struct PointsReversal {
  ReceiptId sale;
  ReceiptId refund;
  Date day;             // of the refund: that of what it revokes
  Money eligible_left;  // what is left of the sale's PointsBasis::lines
  Money refunded;       // value taken back until now, this refund included
  Money value;          // of the sale; above 0
  Money by_points{};  // of it, what points paid; 0 where the caller pays back without regard to it
};
struct ReversedPoints {
  Points revoked;     // of those that the sale earned
  Points given_back;  // of those that paid for the sale
  Money worth{};      // what of `refunded` points pay back, earlier refunds included
};

// A correction of a purse by hand.
struct PointsAdjustment {
  MemberId member;
  Points points;       // added; below 0 taken away
  std::string reason;  // 1-points_reason_max bytes of text
};
inline constexpr std::size_t points_reason_max = 200;

// Balance(D) = sum over lots with earned_on <= D <= expires_on of what is left of them on D,
// less what the member owes. Throws not_found.
PHARMACY_API PointsBalance points_balance(Reading& reading, MemberId member, Date as_of);
// The newest movements first. Lots that have ended are listed as such even where the ledger gets
// its entry only with the next change of the purse, so that the movements always sum up to the
// balance.
PHARMACY_API std::vector<PointsEntry> points_entries(Reading& reading, MemberId member,
                                                     std::size_t limit = 50);
// What the receipt earned, or, for a refund, took back (negative).
PHARMACY_API Points points_of(Reading& reading, ReceiptId receipt);

// The movements of a purse. Each first writes down which lots have ended, dated the day after
// their last, and lets points that come in pay off what is owed. They throw not_found for an
// unknown member.

// One lot of floor(lines × earning / paid × rate), computed exactly and floored once; none where
// that is 0. To be called once per receipt, after its points are redeemed.
PHARMACY_API EarnedPoints earn_points(Transaction& tx, const PointsEarning& earning);
// Takes the points that `amount` is worth from the lots, soonest end first. Throws invalid_input
// where they are no whole points, refused where the purse has less.
PHARMACY_API Points redeem_points(Transaction& tx, const PointsUse& use);
// Takes back what the sale earned beyond what the rest of it would have earned on the same terms:
// from its own lot, then from the others, soonest end first, then as a debt. Gives back the share
// refunded / value of the points that it was paid with, rounded down, to the very lots; where one
// has ended, as a new lot that lives for the policy's days of grace.
//
// Of `refunded`, points pay back what they are worth, floor(by_points × given back / redeemed),
// and money the rest, but never more than ceil((value - by_points) × n / redeemed), where n is one
// point more than have come back: what money then cannot pay is paid by that point, early. So no
// part of a refund is lost where a point is worth more than a fen, no kind of payment pays back
// more than it paid, and refunds in parts come to the same as one.
PHARMACY_API ReversedPoints reverse_points(Transaction& tx, const PointsReversal& reversal);
// Corrects a purse. What is added is a lot that begins today and ends as points earned today do,
// and pays off what is owed first; what is taken away comes out of the lots as a redemption does.
// It stays for ever: what was wrong is corrected the other way. Needs Permission::adjust_points,
// and an approval where the corrections of the member on this day, this one included, come to
// points_adjusted_limit (approval.h), added up whatever their sign: neither parts nor coming and
// going are a way round. Throws all of invalid_input at once; not_found; refused where the purse
// has less than is taken away; ApprovalNeeded.
PHARMACY_API void adjust_points(Transaction& tx, const PointsAdjustment& adjustment);
// Points that a member brings along from another system, as a lot that begins today.
PHARMACY_API void grant_opening_points(Transaction& tx, MemberId member, Points points,
                                       std::optional<ImportId> import = {});
// Brings a purse to zero for good: what is left ends today, what is owed is let off. For a member
// who is erased; throws not_permitted to anyone but managers.
PHARMACY_API void forfeit_points(Transaction& tx, MemberId member);
// What a member brought along so far.
PHARMACY_API Points opening_points(Reading& reading, MemberId member);

}  // namespace pharmacy
