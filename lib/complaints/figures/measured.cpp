#include "complaints/figures/measured.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/bounds.h"
#include "base/i18n.h"
#include "complaints/clocks.h"
#include "complaints/learning/counted.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "vault/access.h"

namespace pharmacy::complaints {
namespace {

// Received from ?1 to before ?2 and not after ?3, the instant as of which all is.
#define PHARMACY_IS_COUNTED                                             \
  " c.received_at >= ?1 AND c.received_at < ?2 AND c.received_at <= ?3" \
  " AND NOT " PHARMACY_IS_MISTAKE

// The one that it repeats may itself repeat one, and be a mistake.
constexpr const char* counted_complaints =
    "SELECT c.id, c.kind, c.origin, c.channel, c.severity, c.received_at, c.calendar,"
    " c.ack_seconds, c.answer_seconds, p.code,"
    " (SELECT t.login FROM complaint_step s JOIN staff t ON t.id = s.person"
    "  WHERE s.complaint = c.id AND s.step IN ('assign', 'escalate') AND s.at <= ?3"
    "  ORDER BY s.id DESC LIMIT 1) AS owner,"
    " (SELECT s.cause FROM complaint_step s WHERE s.complaint = c.id AND s.step = 'cause'"
    "  AND s.at <= ?3 ORDER BY s.id DESC LIMIT 1) AS cause,"
    " EXISTS (WITH RECURSIVE earlier(id) AS (SELECT c.repeats UNION SELECT b.repeats"
    "   FROM complaint b JOIN earlier ON b.id = earlier.id)"
    "  SELECT 1 FROM earlier JOIN complaint c ON c.id = earlier.id"
    "  WHERE NOT " PHARMACY_IS_MISTAKE
    ")"
    " FROM complaint c LEFT JOIN product p ON p.id = c.product WHERE" PHARMACY_IS_COUNTED
    " ORDER BY c.id";
constexpr const char* counted_steps =
    "SELECT s.complaint, s.step, s.state, s.round, s.at FROM complaint_step s"
    " JOIN complaint c ON c.id = s.complaint WHERE s.at <= ?3 AND" PHARMACY_IS_COUNTED
    " ORDER BY s.complaint, s.id";

#undef PHARMACY_IS_COUNTED

struct CountedStep {
  ComplaintId complaint;
  ComplaintStepKind step;
  ComplaintState state;
  std::int64_t round;
  Instant at;

  static constexpr auto fields() {
    return std::tuple{Field{"complaint", &CountedStep::complaint},
                      Field{"step", &CountedStep::step}, Field{"state", &CountedStep::state},
                      Field{"round", &CountedStep::round}, Field{"at", &CountedStep::at}};
  }
};

bool is_late(ClockState clock, std::int64_t spent, std::int64_t allowed) {
  // One that stands still and is over already cannot be met any more.
  return clock == ClockState::missed || clock == ClockState::overdue ||
         (clock == ClockState::waiting && spent > allowed);
}

Response response_of(ClockState clock, bool has_ended, std::int64_t spent, std::int64_t allowed) {
  Response response;
  response.is_in_time = clock == ClockState::met;
  response.is_due = response.is_in_time || is_late(clock, spent, allowed);
  if (has_ended) response.seconds = spent;
  return response;
}

// Measures complaints one after the other.
class Measuring {
 public:
  explicit Measuring(Reading& reading)
      : reading_{reading},
        warn_percent_{policy_on(reading, reading.today()).complaints.warn_percent} {}

  Measured measure(Received&& it, std::span<const CountedStep> steps) {
    Measured measured{.it = std::move(it)};
    const Calendar& calendar = calendar_named(measured.it.calendar);
    put_responses(measured, steps, calendar);
    Instant since = measured.it.received;
    for (const CountedStep& step : steps) {
      put_time(measured, calendar, since, step.at);
      since = step.at;
      measured.state = step.state;
      measured.round = step.round;
      put_outcome(measured, step.step);
    }
    put_time(measured, calendar, since, reading_.now());
    return measured;
  }

 private:
  const Calendar& calendar_named(CalendarKind kind) {
    if (!calendars_.contains(kind)) calendars_.emplace(kind, calendar_of(reading_, kind));
    return calendars_.at(kind);
  }

  void put_responses(Measured& measured, std::span<const CountedStep> steps,
                     const Calendar& calendar) {
    const Received& it = measured.it;
    std::vector<TimedStep> timed;
    for (const CountedStep& step : steps)
      timed.push_back({step.complaint, step.step, step.state, step.at});
    const auto clocks =
        clocks_of({.id = it.id,
                   .kind = it.kind,
                   .severity = it.severity,
                   .state = steps.empty() ? ComplaintState::received : steps.back().state,
                   .department = {},
                   .owner = it.owner,
                   .received = it.received,
                   .calendar = it.calendar,
                   .ack_seconds = it.ack_seconds,
                   .answer_seconds = it.answer_seconds},
                  timed, calendar, warn_percent_, reading_.now());
    const Instant acked = clocks.acknowledged.value_or(reading_.now());
    measured.ack = response_of(clocks.ack, clocks.acknowledged.has_value(),
                               open_seconds(calendar, it.received, acked), it.ack_seconds);
    measured.answer = response_of(clocks.answer, clocks.answered.has_value(),
                                  clocks.answer_seconds_spent, clocks.answer_seconds_allowed);
  }

  // What passed in the state that it was in.
  static void put_time(Measured& measured, const Calendar& calendar, Instant from, Instant until) {
    if (measured.state == ComplaintState::closed) return;
    const std::int64_t seconds = open_seconds(calendar, from, until);
    measured.seconds += seconds;
    if (measured.state == ComplaintState::paused) measured.paused_seconds += seconds;
  }

  static void put_outcome(Measured& measured, ComplaintStepKind step) {
    using enum ComplaintStepKind;
    if (step == pause) measured.was_paused = true;
    if (step == investigate) measured.is_studied = true;
    if (step == adopt || step == decline) measured.decision = step;
    if (step == inform) measured.is_told = true;
    if (step != reopen) return;
    measured.decision.reset();
    measured.is_told = false;
  }

  Reading& reading_;
  int warn_percent_;
  std::map<CalendarKind, Calendar> calendars_{};
};

}  // namespace

void require_short(const Period& period) {
  if (period.to - period.from >= complaint_report_days_max) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("the period {} is longer than {} days")),
                            to_string(period), complaint_report_days_max.count()),
                _("ask for ten years at most"));
  }
}

std::vector<Measured> measured_complaints(Reading& reading, const Period& period) {
  require_short(period);
  auto& database = vault::database(reading);
  const auto [from, end] = bounds_of(period, reading.zone());
  const Instant now = reading.now();
  const auto steps = database.rows<CountedStep>(counted_steps, from, end, now);
  Measuring measuring{reading};
  std::vector<Measured> all;
  for (Received& one : database.rows<Received>(counted_complaints, from, end, now)) {
    const auto first = std::ranges::lower_bound(steps, one.id, {}, &CountedStep::complaint);
    const auto last = std::ranges::upper_bound(steps, one.id, {}, &CountedStep::complaint);
    all.push_back(measuring.measure(std::move(one), {first, last}));
  }
  return all;
}

bool is_grievance(const Measured& one) {
  return one.it.kind == ComplaintKind::complaint || one.it.kind == ComplaintKind::objection;
}

}  // namespace pharmacy::complaints
