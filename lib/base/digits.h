// Fixed fields of digits, as in dates.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "pharmacy/time.h"

namespace pharmacy {

// The number in the `count` digits at `at`; -1 where one is missing or not a digit.
inline int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int number = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

// nullopt where there is no such day, and outside of the years 1 to 9999.
inline std::optional<Date> date_of(int year, int month, int day) {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31) {
    return std::nullopt;
  }
  const std::chrono::year_month_day ymd{std::chrono::year{year},
                                        std::chrono::month{static_cast<unsigned>(month)},
                                        std::chrono::day{static_cast<unsigned>(day)}};
  if (!ymd.ok()) return std::nullopt;
  return Date{ymd};
}

}  // namespace pharmacy
