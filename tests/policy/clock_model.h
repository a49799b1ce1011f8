// Calendars and clocks as a test knows them: written differently from the library's. A zone is a
// list of offsets, and time is swept from one change of anything to the next.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pharmacy/calendar.h"
#include "support/trials.h"

namespace pharmacy::test {

// A zone by its changes, 1985 to 2040, as they are found by asking it at many instants.
class ZoneTable {
 public:
  explicit ZoneTable(const std::string& name);

  [[nodiscard]] const Zone& zone() const { return zone_; }
  // The first instant at which clocks show so many seconds since 1970-01-01T00:00 or more.
  [[nodiscard]] std::int64_t first_showing(std::int64_t local) const;
  // Instants at which the offset changes.
  [[nodiscard]] const std::vector<std::int64_t>& changes() const { return changes_; }

 private:
  Zone zone_;
  std::vector<std::int64_t> changes_;
  std::vector<std::int64_t> offsets_;  // one more: the first before all changes
};

// A clock with everything that may happen to it, made up by chance.
struct MadeClock {
  const ZoneTable* zone;
  CalendarRules rules;
  Date first;     // the days that the model knows
  Date last;      // too
  Instant from;   // when the clock starts
  Instant until;  // when it is looked at
  std::int64_t allowance;
  std::vector<Pause> pauses;
};
MadeClock make_clock(const std::vector<ZoneTable>& zones, Random& random);

// What counts of a clock, by the model.
class SweptClock {
 public:
  explicit SweptClock(const MadeClock& clock);

  // Until when the model knows.
  [[nodiscard]] Instant end() const { return {end_}; }
  [[nodiscard]] std::int64_t counted(Instant from, Instant until) const;
  // nullopt where it is not reached before end().
  [[nodiscard]] std::optional<Instant> due(Instant from, std::int64_t allowance) const;

 private:
  struct Change {
    std::int64_t at;
    int open;    // by how much more
    int paused;  // likewise
  };
  std::vector<Change> changes_;  // in order
  std::int64_t end_;
};

}  // namespace pharmacy::test
