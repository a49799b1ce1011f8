// Complaints as they are stored.
#pragma once

#include <optional>
#include <vector>

#include "db/database.h"
#include "pharmacy/calendar.h"
#include "pharmacy/complaint_steps.h"

namespace pharmacy::complaints {

// Throws not_found.
Complaint stored_complaint(db::Database& database, ComplaintId id);
// The newest first; one more than the limit, to know whether there are more. `owner`: a login that
// is known.
std::vector<Complaint> stored_complaints(db::Database& database, const ComplaintFilter& filter,
                                         const Zone& zone);

// The oldest first.
std::vector<ComplaintEvent> stored_events(db::Database& database, ComplaintId id);

// What a clock is counted from.
struct TimedComplaint {
  ComplaintId id;
  ComplaintKind kind;
  ComplaintSeverity severity;
  ComplaintState state;
  std::optional<std::string> department;
  std::optional<std::string> owner;  // login
  Instant received;
  CalendarKind calendar;
  std::int64_t ack_seconds;
  std::int64_t answer_seconds;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &TimedComplaint::id},
                      Field{"kind", &TimedComplaint::kind},
                      Field{"severity", &TimedComplaint::severity},
                      Field{"state", &TimedComplaint::state},
                      Field{"department", &TimedComplaint::department},
                      Field{"owner", &TimedComplaint::owner},
                      Field{"received_at", &TimedComplaint::received},
                      Field{"calendar", &TimedComplaint::calendar},
                      Field{"ack_seconds", &TimedComplaint::ack_seconds},
                      Field{"answer_seconds", &TimedComplaint::answer_seconds}};
  }
};
struct TimedStep {
  ComplaintId complaint;
  ComplaintStepKind step;
  ComplaintState state;
  Instant at;

  static constexpr auto fields() {
    return std::tuple{Field{"complaint", &TimedStep::complaint}, Field{"step", &TimedStep::step},
                      Field{"state", &TimedStep::state}, Field{"at", &TimedStep::at}};
  }
};
TimedComplaint timed_complaint(db::Database& database, ComplaintId id);
std::vector<TimedStep> timed_steps(db::Database& database, ComplaintId id);
// Of all that are open: by their numbers, and their steps likewise.
std::vector<TimedComplaint> open_complaints(db::Database& database);
std::vector<TimedStep> steps_of_open(db::Database& database);

}  // namespace pharmacy::complaints
