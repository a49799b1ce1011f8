// The clocks of one complaint, from the steps that were taken.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "complaints/rows.h"
#include "pharmacy/calendar.h"
#include "pharmacy/complaint_clocks.h"

namespace pharmacy::complaints {

// Of a clock that still runs, in seconds.
ClockState running_state(std::int64_t spent, std::int64_t allowed, int warn_percent);
// Whether it is among what is asked for.
[[nodiscard]] bool is_in_scope(ClockState clock, DueScope scope);

// Whether it was handed to a manager since the round began.
bool is_escalated(std::span<const TimedStep> steps);
struct Due {
  Deadline deadline;
  Instant at;
  ClockState clock;
};
DueComplaint due_line(const TimedComplaint& complaint, std::span<const TimedStep> steps,
                      const Due& what);

// In which the clock of the answer stands still; the last may go on.
std::vector<Pause> pauses_of(std::span<const TimedStep> steps);

// When the last answer was given that still stands; absent where another is awaited.
std::optional<Instant> answered_at(std::span<const TimedStep> steps);

ComplaintClocks clocks_of(const TimedComplaint& complaint, std::span<const TimedStep> steps,
                          const Calendar& calendar, int warn_percent, Instant now);

}  // namespace pharmacy::complaints
