// How a member stands with the pharmacy, besides her own facts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/group.h"
#include "pharmacy/ids.h"
#include "pharmacy/keeper.h"
#include "pharmacy/licence.h"
#include "pharmacy/parties.h"
#include "pharmacy/preference.h"
#include "pharmacy/risk.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

struct MemberStanding {
  std::optional<std::string> class_reason;  // masked as remarks are
  std::optional<Date> phone_verified;       // last
  std::optional<Date> address_verified;
  std::optional<std::string> to_verify;    // what is stale by the policy: "phone", "phone,address"
  std::int64_t completeness = 0;           // 0-100, as list_incomplete has it
  std::optional<std::string> risks;        // words of RiskKind with commas; for who may see risks
  std::optional<std::string> conditions;   // words of RiskCondition with commas
  std::optional<std::string> keeper;       // login
  std::optional<Date> licence_until;       // the last day of the licence that runs out first
  std::optional<std::string> preferences;  // their values, "; " between them; masked likewise

  static constexpr auto fields() {
    return std::tuple{Field{"class_reason", &MemberStanding::class_reason},
                      Field{"phone_verified", &MemberStanding::phone_verified},
                      Field{"address_verified", &MemberStanding::address_verified},
                      Field{"to_verify", &MemberStanding::to_verify},
                      Field{"completeness", &MemberStanding::completeness},
                      Field{"risks", &MemberStanding::risks},
                      Field{"conditions", &MemberStanding::conditions},
                      Field{"keeper", &MemberStanding::keeper},
                      Field{"licence_until", &MemberStanding::licence_until},
                      Field{"preferences", &MemberStanding::preferences}};
  }
};

// Throws not_found; refused where she is restricted.
PHARMACY_API MemberStanding get_standing(Reading& reading, MemberId member);

// All of it that is kept, also what holds no more: for her copy.
struct StandingCopy {
  std::vector<MemberFact> facts{};
  std::vector<CopiedRisk> risks{};
  std::vector<CopiedKeeper> keepers{};
  std::vector<CopiedLicence> licences{};
  std::vector<Preference> preferences{};
  std::vector<CopiedGroup> groups{};
};

}  // namespace pharmacy
