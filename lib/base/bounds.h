// Periods of days, and their instants.
#pragma once

#include <chrono>

#include "pharmacy/time.h"

namespace pharmacy {

// Every day that there can be.
inline constexpr Period all_days{Date{std::chrono::year{1} / std::chrono::January / 1},
                                 Date{std::chrono::year{9999} / std::chrono::December / 31}};

// From the first, to before the second.
struct InstantBounds {
  Instant from;
  Instant end;
};
inline InstantBounds bounds_of(const Period& period, const Zone& zone) {
  return {zone.at_local(period.from, {}), zone.at_local(period.to + std::chrono::days{1}, {})};
}

}  // namespace pharmacy
