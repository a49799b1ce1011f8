#include "visits/special/packs.h"

#include <algorithm>
#include <map>

#include "pharmacy/error.h"

// Of the receipts r that the rest of the statement gives. The joins are crossed so that no plan
// begins with the products.
#define PHARMACY_PACKS_COLUMNS                                                      \
  "SELECT r.id, r.day, r.member, sum(l.quantity - coalesce((SELECT sum(b.quantity)" \
  "  FROM line_return b WHERE b.receipt = l.receipt AND b.line = l.line), 0)),"     \
  " sum(iif(p.class IS 'rx' AND r.prescription IS NOT NULL, 0, l.quantity"          \
  "  - coalesce((SELECT sum(b.quantity) FROM line_return b"                         \
  "    WHERE b.receipt = l.receipt AND b.line = l.line), 0)))"
#define PHARMACY_PACKS_LINES                                                        \
  " CROSS JOIN line l ON l.receipt = r.id CROSS JOIN product p ON p.id = l.product" \
  " WHERE r.kind = 'sale' AND p.special = ?1 AND r.day >= ?2"

namespace pharmacy::visits {

namespace {

constexpr std::int64_t pack = 1'000;  // thousandths of a unit

Quantity within(const std::vector<PacksBought>& bought, Date from, Date to) {
  Quantity sum;
  for (const PacksBought& one : bought) {
    if (from <= one.day && one.day <= to) sum += one.counted;
  }
  return sum;
}

}  // namespace

std::vector<PacksBought> packs_bought(db::Database& database, SpecialDrug special,
                                      const BoughtBy& by, Date since) {
  std::map<ReceiptId, PacksBought> all;
  const auto take = [&all](const std::vector<PacksBought>& some) {
    for (const PacksBought& one : some) {
      if (one.packs > Quantity{0}) all.emplace(one.receipt, one);
    }
  };
  for (const MemberId member : by.members) {
    take(database.rows<PacksBought>(PHARMACY_PACKS_COLUMNS " FROM receipt r" PHARMACY_PACKS_LINES
                                                           " AND r.member = ?3 GROUP BY r.id",
                                    special, since, member));
  }
  if (by.tag) {
    take(database.rows<PacksBought>(
        PHARMACY_PACKS_COLUMNS
        " FROM special_buyer s CROSS JOIN receipt r ON r.id = s.receipt" PHARMACY_PACKS_LINES
        " AND s.tag = ?3 GROUP BY r.id",
        special, since, *by.tag));
  }
  std::vector<PacksBought> bought;
  for (const auto& [receipt, one] : all) bought.push_back(one);
  return bought;
}

const Policy::SpecialDrugLimits& limits_of(const Policy& policy, SpecialDrug special) {
  switch (special) {
    case SpecialDrug::ephedrine:
      return policy.ephedrine;
  }
  PHARMACY_CHECK(false);
}

bool fits(const std::vector<PacksBought>& bought, const Policy::SpecialDrugLimits& limits, Date day,
          Quantity packs) {
  const Quantity most{limits.packs_per_window * pack};
  const std::chrono::days further{limits.window_days - 1};
  for (Date from = day - further; from <= day; from = from + std::chrono::days{1}) {
    if (within(bought, from, from + further) + packs > most) return false;
  }
  return true;
}

std::optional<Date> next_fitting(const std::vector<PacksBought>& bought,
                                 const Policy::SpecialDrugLimits& limits, Date day,
                                 Quantity packs) {
  if (packs > Quantity{limits.packs_per_window * pack}) return std::nullopt;
  do {
    day = day + std::chrono::days{1};
  } while (!fits(bought, limits, day, packs));
  return day;
}

}  // namespace pharmacy::visits

#undef PHARMACY_PACKS_COLUMNS
#undef PHARMACY_PACKS_LINES
