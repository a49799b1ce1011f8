// The instants of a period of days.
#pragma once

#include <chrono>

#include "pharmacy/time.h"

namespace pharmacy {

// From the first, to before the second.
struct InstantBounds {
  Instant from;
  Instant end;
};
inline InstantBounds bounds_of(const Period& period, const Zone& zone) {
  return {zone.at_local(period.from, {}), zone.at_local(period.to + std::chrono::days{1}, {})};
}

}  // namespace pharmacy
