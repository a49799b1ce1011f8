// The rules of the pharmacy that are data, not code: versioned TOML documents.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

class Reading;  // pharmacy/store.h

// How many people a change takes that needs an approval: whoever asks for it and another one who
// approves, or one person alone.
enum class ApprovedBy { one, two };
template <>
struct EnumNames<ApprovedBy> {
  static constexpr std::array table{std::pair{ApprovedBy::one, "one"},
                                    std::pair{ApprovedBy::two, "two"}};
};

// The rules in force on a day; pharmacy-policy.5 describes the document.
struct Policy {
  std::int64_t version = 0;  // of the document; every decision cites it

  struct {
    std::int64_t per_yuan_bp = 10'000;  // points earned per yuan, basis points of one point
    std::int64_t per_yuan_value = 100;  // points that are worth one yuan
    int expiry_years = 1;               // lots end on 31 December, so many years on; 0 never
    int grace_days = 30;                // that a reinstated lot lives at least
    // Kinds of payment, by their words.
    std::vector<std::string> no_earning{"insurance_personal", "insurance_pooled", "points"};
  } points;
  struct {
    int clerk_backdate_days = 7;
    int clerk_refund_yuan = 200;  // of one sale, on its day
  } sales;
  struct {
    int guardian_age = 14;  // under this age a member needs a guardian
  } members;
  struct {
    int opens = 8 * 60;  // minutes since midnight
    int closes = 21 * 60;
  } shop;
  struct {
    int quiet_from = 21 * 60;  // minutes since midnight; nobody is written to from here
    int quiet_until = 9 * 60;  // to here
    int per_month = 4;         // messages to one member, at most
  } messages;
  struct {
    // Where it is not said: two, as soon as there are two people who could approve.
    std::optional<ApprovedBy> by;
  } approvals;
  struct {
    int idle_minutes = 15;                 // after so long without a command a session ends
    int idle_minutes_without_health = 15;  // of a person who cannot read health notes
    int longest_minutes = 480;             // however busy
  } sessions;
  int retention_years = 5;  // how long sales are kept
  int review_months = 12;   // a policy is to be looked at again after so many

  // Whether what is paid by this kind (the word of a PaymentKind) earns points.
  [[nodiscard]] bool earns(std::string_view payment_kind) const {
    return std::find(points.no_earning.begin(), points.no_earning.end(), payment_kind) ==
           points.no_earning.end();
  }
};

// The policy in force on `day`: of those effective by then, the one from the latest day, and of
// two from one day the later version.
PHARMACY_API Policy policy_on(Reading& reading, Date day);
// The document as text.
PHARMACY_API std::string policy_document(Reading& reading, Date day);

}  // namespace pharmacy
