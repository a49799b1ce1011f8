// The holidays and make-up days of a year, in the JSON in which they are published.
#pragma once

#include <string_view>
#include <vector>

#include "pharmacy/calendar.h"

namespace pharmacy::policy {

struct PublishedYear {
  int year;
  std::vector<CalendarDay> days;  // in their order; at least one, all of the year
};

// What the document says. Throws bad_data with its faults, each beginning with `name`.
PublishedYear parse_calendar(std::string_view text, std::string_view name);

}  // namespace pharmacy::policy
