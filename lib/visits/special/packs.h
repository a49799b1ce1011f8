// What was bought of a special drug, and by whom that counts for a sale.
#pragma once

#include <optional>
#include <vector>

#include "db/database.h"
#include "pharmacy/policy.h"
#include "pharmacy/special.h"

namespace pharmacy::visits {

// Of one receipt.
struct PacksBought {
  ReceiptId receipt;
  Date day;
  Date recorded;  // where the sale was dated back; else the day
  std::optional<MemberId> member;
  std::optional<db::Bytes> tag;  // of the document
  Quantity sold;                 // less what was mistyped
  Quantity packs;                // less all that came back
  Quantity counted;              // of these: what no prescription measures

  static constexpr auto fields() {
    return std::tuple{
        Field{"receipt", &PacksBought::receipt},   Field{"day", &PacksBought::day},
        Field{"recorded", &PacksBought::recorded}, Field{"member", &PacksBought::member},
        Field{"tag", &PacksBought::tag},           Field{"sold", &PacksBought::sold},
        Field{"packs", &PacksBought::packs},       Field{"counted", &PacksBought::counted}};
  }
};

// Whose purchases count for a sale: those of these members, and those by these documents.
struct BoughtBy {
  std::vector<MemberId> members;
  std::vector<db::Bytes> tags;
};
// On a day or later, or recorded then; each receipt once, by their numbers. What all was mistyped
// is left out.
std::vector<PacksBought> packs_bought(db::Database& database, SpecialDrug special,
                                      const BoughtBy& by, Date since);
// All of these in a period, by day and receipt; whoever was erased since is no member.
std::vector<PacksBought> packs_bought_in(db::Database& database, SpecialDrug special,
                                         const Period& period);

// Keeps of each line that was sold what it is now.
struct SpecialLine {
  ReceiptId receipt;
  std::int64_t line;
  SpecialDrug special;
  bool counts;                        // no prescription measures it
  std::optional<Date> recorded_on{};  // where it was dated back
};
void insert(db::Database& database, const SpecialLine& line);

// The limits that a policy has for the drug.
const Policy::SpecialDrugLimits& limits_of(const Policy& policy, SpecialDrug special);

// Whether so many more packs on a day stay within the limit of every window that has the day. What
// was dated back is in the windows of both its days.
bool fits(const std::vector<PacksBought>& bought, const Policy::SpecialDrugLimits& limits, Date day,
          Quantity packs);
// Whether it happened, or was recorded, from one day to another.
bool is_within(const PacksBought& bought, Date from, Date to);
// The first day after `day` on which they would; nullopt where they are too many on any day.
std::optional<Date> next_fitting(const std::vector<PacksBought>& bought,
                                 const Policy::SpecialDrugLimits& limits, Date day, Quantity packs);

}  // namespace pharmacy::visits
