// Members and what they buy, by where they live: figures, which name nobody.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

// What is one region. A code of GB/T 2260 has two digits of the province, two of the city, and two
// of the district; codes of streets and villages go on with three and six more. A region that is
// no such code stands by itself for `city` and `province` too.
enum class RegionLevel {
  region,     // as it is recorded
  city,       // 310115 counts for 310100
  province,   // and for 310000
  city_size,  // a word of CitySize, whatever the region is
};
template <>
struct EnumNames<RegionLevel> {
  using enum RegionLevel;
  static constexpr std::array table{std::pair{region, "region"}, std::pair{city, "city"},
                                    std::pair{province, "province"},
                                    std::pair{city_size, "city_size"}};
};

// One region, as it is recorded of members now. Sales to nobody known belong to none.
struct RegionFigures {
  std::optional<std::string> region;   // absent: of whom none is recorded, or may be used
  std::int64_t members;                // on the last day, neither merged nor erased
  std::int64_t buying;                 // with a purchase in the period, as in pharmacy/reports.h
  std::int64_t receipts;               // their purchases
  Money net;                           // sales less refunds, each on its own day
  std::optional<Money> net_per_buyer;  // net / buying, rounded half away from zero; absent at 0

  static constexpr auto fields() {
    return std::tuple{Field{"region", &RegionFigures::region},
                      Field{"members", &RegionFigures::members},
                      Field{"buying", &RegionFigures::buying},
                      Field{"receipts", &RegionFigures::receipts},
                      Field{"net_fen", &RegionFigures::net},
                      Field{"net_per_buyer_fen", &RegionFigures::net_per_buyer}};
  }
};

struct RegionReport {
  Date from;
  Date to;
  RegionFigures in_all;                // of all members
  std::vector<RegionFigures> regions;  // by the region, sizes from large to small; unknown last
};

// Of a member who is restricted the region is not used, and of those who were erased it is gone:
// both count for the unknown. Throws not_permitted to anyone who reads no figures.
PHARMACY_API RegionReport region_report(const Store& store, const Period& period,
                                        RegionLevel level = RegionLevel::region);

}  // namespace pharmacy
