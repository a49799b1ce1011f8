// The rule at the end of a TZif file, for instants after its table: a POSIX TZ string as in
// "EST5EDT,M3.2.0,M11.1.0" (RFC 9636, 3.3).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "pharmacy/time.h"

namespace pharmacy {

// A day of every year and a time of that day.
struct YearlyChange {
  enum class Kind { weekday_of_month, day_without_leap, day_with_leap };
  Kind kind = Kind::weekday_of_month;
  int month = 0;    // 1 to 12
  int week = 0;     // 1 to 5, where 5 is the last
  int day = 0;      // of the week from Sunday = 0; else of the year
  int seconds = 0;  // after local midnight; may be negative or above a day

  // In seconds of local time since the epoch.
  [[nodiscard]] std::int64_t in_year(std::chrono::year year) const;
};

struct PosixRule {
  std::chrono::seconds standard{};
  std::chrono::seconds summer{};
  bool has_summer = false;
  YearlyChange to_summer;
  YearlyChange to_standard;

  [[nodiscard]] std::chrono::seconds offset_at(Instant at) const;
};

std::optional<PosixRule> parse_posix_rule(std::string_view text);

}  // namespace pharmacy
