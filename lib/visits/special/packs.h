// What was bought of a special drug, and by whom that counts for a sale.
#pragma once

#include <optional>
#include <vector>

#include "db/database.h"
#include "pharmacy/policy.h"
#include "pharmacy/special.h"

namespace pharmacy::visits {

// Of one receipt, less what came back.
struct PacksBought {
  ReceiptId receipt;
  Date day;
  std::optional<MemberId> member;
  Quantity packs;
  Quantity counted;  // of these: what no prescription measures

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &PacksBought::receipt}, Field{"day", &PacksBought::day},
                      Field{"member", &PacksBought::member}, Field{"packs", &PacksBought::packs},
                      Field{"counted", &PacksBought::counted}};
  }
};

// Whose purchases count for a sale: those of these members, and those with this document.
struct BoughtBy {
  std::vector<MemberId> members;
  std::optional<db::Bytes> tag;
};
// Since a day, each receipt once, by their numbers; those of which all came back are left out.
std::vector<PacksBought> packs_bought(db::Database& database, SpecialDrug special,
                                      const BoughtBy& by, Date since);

// The limits that a policy has for the drug.
const Policy::SpecialDrugLimits& limits_of(const Policy& policy, SpecialDrug special);

// Whether so many more packs on a day stay within the limit of every window that has the day.
bool fits(const std::vector<PacksBought>& bought, const Policy::SpecialDrugLimits& limits, Date day,
          Quantity packs);
// The first day after `day` on which they would; nullopt where they are too many on any day.
std::optional<Date> next_fitting(const std::vector<PacksBought>& bought,
                                 const Policy::SpecialDrugLimits& limits, Date day, Quantity packs);

}  // namespace pharmacy::visits
