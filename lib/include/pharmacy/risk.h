// Members with whom doing business is a risk: why, until when, and what sales to them are bound to.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

enum class RiskKind { late_payment, special_drugs, refund_abuse, complaint_abuse, other };
template <>
struct EnumNames<RiskKind> {
  using enum RiskKind;
  static constexpr std::array table{
      std::pair{late_payment, "late_payment"}, std::pair{special_drugs, "special_drugs"},
      std::pair{refund_abuse, "refund_abuse"}, std::pair{complaint_abuse, "complaint_abuse"},
      std::pair{other, "other"}};
};

// What add_sale refuses to such a member.
enum class RiskCondition {
  cash_only,         // a payment on account
  manager_sign_off,  // a sale by anybody but a manager
  no_special_drugs   // a product that is under a special rule
};
template <>
struct EnumNames<RiskCondition> {
  using enum RiskCondition;
  static constexpr std::array table{std::pair{cash_only, "cash_only"},
                                    std::pair{manager_sign_off, "manager_sign_off"},
                                    std::pair{no_special_drugs, "no_special_drugs"}};
};

struct NewRisk {
  MemberId member;
  RiskKind kind{};
  std::vector<RiskCondition> conditions{};
  std::string reason{};  // 1-200 bytes
  Date review_on{};      // after today, within a hundred years
};

// A risk as stored.
struct Risk {
  MemberId member;
  std::optional<std::string> name;  // masked for whoever may not see names, as the reason is
  RiskKind kind;
  std::string conditions;  // words with commas between them, or nothing
  Date review_on;
  std::optional<std::string> reason;
  Instant set;
  std::string set_by;  // login

  static constexpr auto fields() {
    return std::tuple{Field{"member", &Risk::member},       Field{"name", &Risk::name},
                      Field{"risk", &Risk::kind},           Field{"conditions", &Risk::conditions},
                      Field{"review_on", &Risk::review_on}, Field{"reason", &Risk::reason},
                      Field{"set_at", &Risk::set},          Field{"set_by", &Risk::set_by}};
  }
};
struct RiskFilter {
  bool due = false;         // only those that are to be looked at again by today
  std::size_t limit = 100;  // 1-members_limit_max
};
struct RiskList {
  std::vector<Risk> risks;
  bool more = false;
};

// The risks that a copy for the member holds, also those that were cleared.
struct CopiedRisk {
  RiskKind kind;
  std::string conditions;
  std::string reason;
  Date review_on;
  Instant set;
  std::string set_by;  // login
  std::optional<Instant> cleared;
  std::optional<std::string> clear_reason;

  static constexpr auto fields() {
    return std::tuple{Field{"risk", &CopiedRisk::kind},
                      Field{"conditions", &CopiedRisk::conditions},
                      Field{"reason", &CopiedRisk::reason},
                      Field{"review_on", &CopiedRisk::review_on},
                      Field{"set_at", &CopiedRisk::set},
                      Field{"set_by", &CopiedRisk::set_by},
                      Field{"cleared_at", &CopiedRisk::cleared},
                      Field{"clear_reason", &CopiedRisk::clear_reason}};
  }
};

// These two throw not_permitted to anyone but pharmacists and managers; not_found; refused where
// the member is restricted; invalid_input.

// A risk of the kind that she has already is replaced. All risks together bind the sales to her,
// from now on; a merge carries them to the other number.
PHARMACY_API void set_risk(Transaction& tx, const NewRisk& input);
// Clears the risk of that kind, or all; returns the kinds that there were. `reason`: 1-200 bytes.
PHARMACY_API std::vector<RiskKind> clear_risks(Transaction& tx, MemberId member,
                                               std::optional<RiskKind> kind,
                                               const std::string& reason);

// What was not cleared, by the day on which it is to be looked at again; of members in use. Throws
// not_permitted to anyone but pharmacists, managers and auditors; ApprovalNeeded as list_members.
PHARMACY_API RiskList list_risks(Reading& reading, const RiskFilter& filter = {});

// What the sales to a member are bound to, each once. Asks for no permission: every sale follows
// from it.
PHARMACY_API std::vector<RiskCondition> risk_conditions(Reading& reading, MemberId member);

}  // namespace pharmacy
