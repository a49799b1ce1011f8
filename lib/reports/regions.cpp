// Members and sales by where members live.
#include "pharmacy/regions.h"

#include <algorithm>
#include <map>

#include "pharmacy/parties.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "vault/purchase.h"

namespace pharmacy {
namespace {

// By the place as it is recorded, and one row of members without any.
std::vector<RegionFigures> figures_by_place(const Store& store, const Period& period,
                                            std::string_view fact) {
  Reading reading = store.read();
  return vault::database(reading).rows<RegionFigures>(
      "WITH place AS (SELECT m.id,"
      "  m.joined <= ?2 AND m.status NOT IN ('merged', 'erased') AS is_counted,"
      "  CASE m.status WHEN 'active' THEN (SELECT f.value FROM member_fact f"
      "   WHERE f.member = m.id AND f.fact = ?3 AND f.ended_at IS NULL"
      "   ORDER BY f.id DESC LIMIT 1) END AS name FROM member m),"
      " bought AS (SELECT r.member,"
      "  count(*) FILTER (WHERE r.kind = 'sale' AND " PHARMACY_IS_PURCHASE
      ") AS receipts,"
      "  sum(iif(r.kind = 'sale', r.amount, -r.amount)) AS net FROM receipt r"
      "  WHERE r.day BETWEEN ?1 AND ?2 AND r.member IS NOT NULL GROUP BY r.member)"
      " SELECT p.name, sum(p.is_counted), count(*) FILTER (WHERE b.receipts > 0),"
      " coalesce(sum(b.receipts), 0), coalesce(sum(b.net), 0), NULL"
      " FROM place p LEFT JOIN bought b ON b.member = p.id GROUP BY p.name",
      period.from, period.to, fact);
}

// Of GB/T 2260, or one that goes on from there.
bool is_code(std::string_view region) {
  return (region.size() == 6 || region.size() == 9 || region.size() == 12) &&
         std::ranges::all_of(region, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::string> at_level(const std::optional<std::string>& region, RegionLevel level) {
  if (!region || !is_code(*region)) return region;
  if (level == RegionLevel::city) return region->substr(0, 4) + "00";
  if (level == RegionLevel::province) return region->substr(0, 2) + "0000";
  return region;
}

void add(RegionFigures& to, const RegionFigures& more) {
  to.members += more.members;
  to.buying += more.buying;
  to.receipts += more.receipts;
  to.net += more.net;
}

RegionFigures divided(RegionFigures figures) {
  if (figures.buying > 0)
    figures.net_per_buyer = Money{multiply_divide_round(figures.net.count(), 1, figures.buying)};
  return figures;
}

std::vector<RegionFigures> in_order(const std::map<std::string, RegionFigures>& known,
                                    RegionLevel level) {
  std::vector<RegionFigures> all;
  for (const auto& [name, figures] : known) all.push_back(divided(figures));
  if (level != RegionLevel::city_size) return all;
  std::ranges::sort(all, {}, [](const RegionFigures& one) {
    return from_word<CitySize>(one.region.value_or(""));
  });
  return all;
}

bool is_empty(const RegionFigures& figures) {
  return figures.members == 0 && figures.receipts == 0 && figures.net == Money{0};
}

}  // namespace

RegionReport region_report(const Store& store, const Period& period, RegionLevel level) {
  vault::require(store.impl(), vault::Permission::view_figures);
  const bool is_size = level == RegionLevel::city_size;
  std::map<std::string, RegionFigures> known;
  RegionFigures unknown{}, all{};
  for (const auto& figures : figures_by_place(store, period, is_size ? "city_size" : "region")) {
    add(all, figures);
    if (is_empty(figures)) continue;
    const auto region = at_level(figures.region, level);
    RegionFigures& sums = region ? known[*region] : unknown;
    sums.region = region;
    add(sums, figures);
  }
  RegionReport report{.from = period.from,
                      .to = period.to,
                      .in_all = divided(all),
                      .regions = in_order(known, level)};
  if (!is_empty(unknown)) report.regions.push_back(divided(unknown));
  return report;
}

}  // namespace pharmacy
