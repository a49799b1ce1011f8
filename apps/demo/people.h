// The made-up members of the drugstore. Nobody's name, number or address: names are put together
// from lists, phones are of a range that is not given out.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "demo/random.h"
#include "pharmacy/time.h"

namespace demo {

using pharmacy::Date;

// What the sales need of a member.
struct Person {
  std::int32_t joined;       // day
  std::int32_t quiet_until;  // a day up to which they buy nothing, since goods may come back
  std::uint8_t activity;     // 1-8: how often they come without need
};

struct PeopleOptions {
  std::uint32_t count;
  Date from;  // of the sales: most have joined before
  Date until;
};

// In the order of their joining. Their facts go to `csv`, one line each.
std::vector<Person> make_people(const PeopleOptions& options, Random random, std::FILE* csv);
// The card of the member at `index`.
std::string card_number(std::size_t index);

}  // namespace demo
