#include "visits/special/packs.h"

#include <algorithm>
#include <map>

#include "pharmacy/error.h"

// Of the receipts r that the rest of the statement gives. The joins are crossed so that no plan
// begins with the lines.
#define PHARMACY_PACKS_BACK                             \
  "coalesce((SELECT sum(b.quantity) FROM line_return b" \
  "  WHERE b.receipt = l.receipt AND b.line = l.line), 0)"
#define PHARMACY_PACKS_MISTYPED                                        \
  "coalesce((SELECT sum(b.quantity) FROM line_return b JOIN receipt f" \
  "  ON f.id = b.refund"                                               \
  "  WHERE b.receipt = l.receipt AND b.line = l.line AND f.reason = 'typing'), 0)"
#define PHARMACY_PACKS_COLUMNS                                   \
  " (SELECT i.tag FROM special_buyer i WHERE i.receipt = r.id)," \
  " sum(l.quantity - " PHARMACY_PACKS_MISTYPED                   \
  "),"                                                           \
  " sum(l.quantity - " PHARMACY_PACKS_BACK                       \
  "),"                                                           \
  " sum(iif(x.counts, l.quantity - " PHARMACY_PACKS_BACK ", 0))"
#define PHARMACY_PACKS_LINES                       \
  " CROSS JOIN special_line x ON x.receipt = r.id" \
  " CROSS JOIN line l ON l.receipt = x.receipt AND l.line = x.line"
#define PHARMACY_PACKS_SINCE \
  "SELECT r.id, r.day, coalesce(max(x.recorded_on), r.day), r.member," PHARMACY_PACKS_COLUMNS
#define PHARMACY_PACKS_WHERE                                                        \
  " x.special = ?1 AND (+r.day >= ?2 OR +r.id IN (SELECT receipt FROM special_line" \
  " WHERE recorded_on >= ?2)) GROUP BY r.id"

namespace pharmacy::visits {

namespace {

constexpr std::int64_t pack = 1'000;  // thousandths of a unit

Quantity within(const std::vector<PacksBought>& bought, Date from, Date to) {
  Quantity sum;
  for (const PacksBought& one : bought) {
    if (is_within(one, from, to)) sum += one.counted;
  }
  return sum;
}

}  // namespace

std::vector<PacksBought> packs_bought(db::Database& database, SpecialDrug special,
                                      const BoughtBy& by, Date since) {
  std::map<ReceiptId, PacksBought> all;
  const auto take = [&all](const std::vector<PacksBought>& some) {
    for (const PacksBought& one : some) {
      if (one.sold > Quantity{0}) all.emplace(one.receipt, one);
    }
  };
  for (const MemberId member : by.members) {
    take(database.rows<PacksBought>(PHARMACY_PACKS_SINCE " FROM receipt r" PHARMACY_PACKS_LINES
                                                         " WHERE r.member = ?3"
                                                         " AND" PHARMACY_PACKS_WHERE,
                                    special, since, member));
  }
  for (const db::Bytes& tag : by.tags) {
    take(database.rows<PacksBought>(
        PHARMACY_PACKS_SINCE
        " FROM special_buyer s CROSS JOIN receipt r ON r.id = s.receipt" PHARMACY_PACKS_LINES
        " WHERE s.tag = ?3 AND" PHARMACY_PACKS_WHERE,
        special, since, tag));
  }
  std::vector<PacksBought> bought;
  for (const auto& [receipt, one] : all) bought.push_back(one);
  return bought;
}

std::vector<PacksBought> packs_bought_in(db::Database& database, SpecialDrug special,
                                         const Period& period) {
  auto bought = database.rows<PacksBought>(
      "SELECT r.id, r.day, coalesce(max(x.recorded_on), r.day),"
      " iif(m.status = 'erased', NULL, r.member)," PHARMACY_PACKS_COLUMNS
      " FROM receipt r" PHARMACY_PACKS_LINES
      " LEFT JOIN member m ON m.id = r.member"
      " WHERE r.day BETWEEN ?2 AND ?3 AND x.special = ?1 GROUP BY r.id, x.special ORDER BY r.day, "
      "r.id",
      special, period.from, period.to);
  std::erase_if(bought, [](const PacksBought& one) { return one.sold <= Quantity{0}; });
  return bought;
}

void insert(db::Database& database, const SpecialLine& line) {
  database.run(
      "INSERT INTO special_line (receipt, line, special, counts, recorded_on)"
      " VALUES (?1, ?2, ?3, ?4, ?5)",
      line.receipt, line.line, line.special, line.counts, line.recorded_on);
}

bool is_within(const PacksBought& bought, Date from, Date to) {
  return (from <= bought.day && bought.day <= to) ||
         (from <= bought.recorded && bought.recorded <= to);
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

#undef PHARMACY_PACKS_BACK
#undef PHARMACY_PACKS_MISTYPED
#undef PHARMACY_PACKS_COLUMNS
#undef PHARMACY_PACKS_LINES
#undef PHARMACY_PACKS_SINCE
#undef PHARMACY_PACKS_WHERE
