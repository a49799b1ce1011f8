// The sales of a made-up drugstore, day by day: what people take every day and buy again, what
// the season brings, the member day on the 8th, and what comes back.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "demo/people.h"
#include "demo/random.h"

namespace demo {

struct SalesOptions {
  std::uint32_t lines;  // exactly so many, refunds included
  Date from;
  Date until;
};

// What was made, to be told to the person who asked for it.
struct SalesSummary {
  std::uint32_t receipts;
  std::uint32_t refunds;
  std::string recalled_code;
  std::string recalled_batch;
  std::uint32_t recalled_lines;
};

// Writes the lines to `csv` in the order of their times.
SalesSummary make_sales(const SalesOptions& options, std::vector<Person> people, Random random,
                        std::FILE* csv);

}  // namespace demo
