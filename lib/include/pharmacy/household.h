// Members who live together: what one of them buys of a drug that is limited counts for all, and
// who cannot be called is told by another. A household is nobody by itself: it has a number, and a
// member is in one at most. Who was in which one, and from when to when, stays.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

inline constexpr std::size_t household_members_max = 20;

// A member in a household, until now or until she left it.
struct HouseholdMember {
  HouseholdId household;
  MemberId member;
  std::optional<std::string> name;   // masked as find_members() does
  std::optional<std::string> phone;  // likewise
  Instant joined;
  std::string joined_by;  // login
  std::optional<Instant> left;
  std::optional<std::string> left_by;  // login

  static constexpr auto fields() {
    return std::tuple{Field{"household", &HouseholdMember::household},
                      Field{"member", &HouseholdMember::member},
                      Field{"name", &HouseholdMember::name},
                      Field{"phone", &HouseholdMember::phone},
                      Field{"joined_at", &HouseholdMember::joined},
                      Field{"added_by", &HouseholdMember::joined_by},
                      Field{"left_at", &HouseholdMember::left},
                      Field{"ended_by", &HouseholdMember::left_by}};
  }
};

struct NewHouseholdMember {
  MemberId member;
  MemberId with;  // who lives with her
};
struct JoinedHousehold {
  HouseholdId household;
  std::vector<MemberId> joined;  // who was not in it before; empty where nothing changed
};
// Puts a member into the household of another: into a new one with her where she is in none.
// Whoever is alone in one leaves it for the other's. Throws refused where each of them lives with
// others: who moves leaves hers first; where it would have more than household_members_max members;
// where one of the two is restricted, or is a clinic, a company and the like; invalid_input where
// both are one; not_found; not_permitted to anyone who may not edit members.
PHARMACY_API JoinedHousehold join_household(Transaction& tx, const NewHouseholdMember& input);
// Returns the one that she left; nullopt where she was in none. Throws what join_household throws.
PHARMACY_API std::optional<HouseholdId> leave_household(Transaction& tx, MemberId member);

// Who lives with a member, and she, by their numbers; empty where she is in no household. Who is
// restricted is left out but for her. Throws not_found; refused where she is restricted.
PHARMACY_API std::vector<HouseholdMember> list_household(Reading& reading, MemberId member);
// Every household that the member was ever in, with her alone, the oldest first.
PHARMACY_API std::vector<HouseholdMember> household_history(Reading& reading, MemberId member);

// For the copy of a member (pharmacy/rights.h): that she lived with others; who they are is theirs.
struct CopiedHousehold {
  HouseholdId household;
  Instant joined;
  std::optional<Instant> left;

  static constexpr auto fields() {
    return std::tuple{Field{"household", &CopiedHousehold::household},
                      Field{"joined_at", &CopiedHousehold::joined},
                      Field{"left_at", &CopiedHousehold::left}};
  }
};

// Who lives with a member, and she, rising; she alone where she is in no household. For sums: it
// asks for no permission and shows nobody, and whoever is restricted counts too.
struct Household {
  std::optional<HouseholdId> id;
  std::vector<MemberId> members;
};
PHARMACY_API Household get_household(Reading& reading, MemberId member);

}  // namespace pharmacy
