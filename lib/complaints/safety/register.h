// The register of adverse reactions, as it is stored.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "db/database.h"
#include "pharmacy/adverse_reactions.h"
#include "pharmacy/time.h"

namespace pharmacy::complaints {

// Of a report, whether it was in time and when it is due.
struct ReportTimes {
  Instant due;
  ClockState clock;
};
// What the clock of a report is counted from.
struct ReportClock {
  Instant received;
  std::optional<ReactionGrade> grade;
  bool is_new;
  std::optional<Instant> reported;
};
ReportTimes report_times(const ReportClock& what, Instant now, int warn_percent, const Zone& zone);

// How it was judged last; absent where nobody did.
struct Judged {
  std::int64_t id;
  ReactionGrade grade;
  bool is_new;
  Date onset;
  ReactionOutcome outcome;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Judged::id}, Field{"grade", &Judged::grade},
                      Field{"is_new", &Judged::is_new}, Field{"onset", &Judged::onset},
                      Field{"outcome", &Judged::outcome}};
  }
};
std::optional<Judged> last_judged(db::Database& database, ComplaintId id);

std::vector<Suspect> suspects_of(db::Database& database, std::int64_t reaction);

// Whether the complaint ended as what should never have been taken in.
bool is_mistake(db::Database& database, ComplaintId id);

// With their clocks as of the reading's now, in the order of their numbers. Of one complaint, also
// where it was taken in by mistake.
std::vector<Reaction> stored_reactions(Reading& reading, const ReactionFilter& filter);
Reaction stored_reaction(Reading& reading, ComplaintId id);

// Adds what is due of reports, whatever became of the complaints.
void add_due_reports(Reading& reading, DueScope scope, std::vector<DueComplaint>& due);

}  // namespace pharmacy::complaints
