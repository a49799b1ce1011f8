// Complaints of a period, each with what its steps and its clocks tell, to be added up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pharmacy/calendar.h"
#include "pharmacy/complaint_clocks.h"
#include "pharmacy/complaint_figures.h"
#include "pharmacy/complaint_steps.h"

namespace pharmacy::complaints {

// As it is stored, with what the steps until the instant that is asked for made of it.
struct Received {
  ComplaintId id;
  ComplaintKind kind;
  ComplaintOrigin origin;
  ComplaintChannel channel;
  ComplaintSeverity severity;
  Instant received;
  CalendarKind calendar;
  std::int64_t ack_seconds;
  std::int64_t answer_seconds;
  std::optional<std::string> product;  // its code
  std::optional<std::string> owner;    // login
  std::optional<ComplaintCause> cause;
  bool repeats;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &Received::id},
                      Field{"kind", &Received::kind},
                      Field{"origin", &Received::origin},
                      Field{"channel", &Received::channel},
                      Field{"severity", &Received::severity},
                      Field{"received_at", &Received::received},
                      Field{"calendar", &Received::calendar},
                      Field{"ack_seconds", &Received::ack_seconds},
                      Field{"answer_seconds", &Received::answer_seconds},
                      Field{"product", &Received::product},
                      Field{"owner", &Received::owner},
                      Field{"cause", &Received::cause},
                      Field{"repeats", &Received::repeats}};
  }
};

// Whether something was in time, and how long it took.
struct Response {
  bool is_due = false;  // ended, or overdue
  bool is_in_time = false;
  std::optional<std::int64_t> seconds{};  // counted, where it ended
};

struct Measured {
  Received it;
  ComplaintState state = ComplaintState::received;
  std::int64_t round = 1;
  Response ack{};
  Response answer{};
  bool was_paused = false;
  std::int64_t seconds = 0;  // open ones in which it was not closed
  std::int64_t paused_seconds = 0;
  // Of a suggestion.
  bool is_studied = false;
  std::optional<ComplaintStepKind> decision{};  // adopt or decline
  bool is_told = false;
};

// Throws invalid_input for a period that is too long.
void require_short(const Period& period);

// Those received in the period, mistakes left out, in the order of their numbers. Throws
// as require_short().
std::vector<Measured> measured_complaints(Reading& reading, const Period& period);

// Complaints and objections: what causes and scorecards are about.
bool is_grievance(const Measured& one);

std::vector<SuggestionFigures> suggestion_figures(const std::vector<Measured>& all);
// `known`: causes of which there is any, each with how often.
std::vector<CauseFigures> pareto(std::vector<std::pair<ComplaintCause, std::int64_t>> known);

}  // namespace pharmacy::complaints
