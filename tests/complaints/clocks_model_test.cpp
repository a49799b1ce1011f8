// The clocks of complaints against a model that goes through the days half an hour at a time, and
// asks of each half hour whether it counts.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "complaints/clocks.h"
#include "complaints/lifecycle.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

constexpr std::int64_t half_hour = 1'800;
constexpr std::int64_t day_slots = 48;
constexpr int lived_days = 28;
constexpr int days = 3 * lived_days;

// Days from a Monday on, with hours on the half hour.
struct ModelCalendar {
  bool is_office = false;
  int opens = 0;  // slots of a day
  int closes = 0;
  std::vector<int> closed_days{};  // from the first
  std::vector<int> open_days{};    // weekends on which an office works
  std::array<bool, days> works{};  // each day

  [[nodiscard]] bool is_open(std::int64_t slot) const {
    const auto at = slot % day_slots;
    return at >= opens && at < closes && works[static_cast<std::size_t>(slot / day_slots)];
  }
};

// Monday, 2026-03-02 in Shanghai.
const Zone& zone() {
  static const Zone shanghai{"Asia/Shanghai"};
  return shanghai;
}
const Date first_day = Date{std::chrono::year{2026} / std::chrono::March / 2};
Instant at_slot(std::int64_t slot) {
  return {zone().at_local(first_day, {}).seconds + slot * half_hour};
}

ModelCalendar random_calendar(Random& random) {
  ModelCalendar model;
  model.is_office = random.one_in(2);
  model.opens = static_cast<int>(random.between(0, 24));
  model.closes = static_cast<int>(random.between(model.opens + 1, day_slots));
  for (int day = 0; day < days; ++day) {
    bool& works = model.works[static_cast<std::size_t>(day)];
    works = !model.is_office || day % 7 < 5;
    if (random.one_in(7)) {
      model.closed_days.push_back(day);
      works = false;
    } else if (!works && random.one_in(3)) {
      model.open_days.push_back(day);
      works = true;
    }
  }
  return model;
}

Calendar made(const ModelCalendar& model) {
  CalendarRules rules{.kind = model.is_office ? CalendarKind::office : CalendarKind::shop,
                      .zone = zone(),
                      .hours = {{first_day, model.opens * 30, model.closes * 30}}};
  for (const int day : model.closed_days)
    rules.closed.push_back(first_day + std::chrono::days{day});
  for (const int day : model.open_days) rules.open.push_back(first_day + std::chrono::days{day});
  return Calendar{std::move(rules)};
}

// A complaint's life, each step at a slot, and in which states the clock of the answer runs.
struct Life {
  std::int64_t received;
  std::int64_t now;
  std::int64_t ack_slots;
  std::int64_t answer_slots;  // as the last change of severity made it
  std::vector<complaints::TimedStep> steps;
  ComplaintState state = ComplaintState::received;
};

bool is_counting(ComplaintState state) {
  return state == ComplaintState::received || state == ComplaintState::acknowledged ||
         state == ComplaintState::investigating || state == ComplaintState::planned;
}

std::int64_t slot_of(Instant at) { return (at.seconds - at_slot(0).seconds) / half_hour; }

std::optional<std::int64_t> answered_slot(const Life& life) {
  std::optional<std::int64_t> answered;
  for (const auto& step : life.steps) {
    if (step.step == ComplaintStepKind::reply || step.step == ComplaintStepKind::close_exhausted)
      answered = slot_of(step.at);
    if (step.step == ComplaintStepKind::unsatisfied || step.step == ComplaintStepKind::reopen)
      answered.reset();
  }
  return answered;
}

Life random_life(Random& random, std::int64_t slots) {
  Life life{.received = random.between(0, slots / 4),
            .now = slots - 1,
            .ack_slots = random.between(0, 40),
            .answer_slots = random.between(0, 120),
            .steps = {}};
  std::int64_t at = life.received;
  ComplaintState before_pause = ComplaintState::received;
  std::int64_t round = 1;
  while (true) {
    at += random.between(0, 60);
    if (at >= life.now) return life;
    auto possible = possible_steps(ComplaintKind::complaint, life.state, round);
    // Ends that no answer is wanted after are counted elsewhere.
    std::erase_if(possible, [](ComplaintStepKind step) {
      return step == ComplaintStepKind::close_withdrawn || step == ComplaintStepKind::close_mistake;
    });
    const auto step = possible[random.below(static_cast<std::uint32_t>(possible.size()))];
    const auto* row = complaints::transition(step, ComplaintKind::complaint, life.state, round);
    if (step == ComplaintStepKind::pause) before_pause = life.state;
    if (row->leads == complaints::Leads::to) life.state = row->to;
    if (row->leads == complaints::Leads::back) life.state = before_pause;
    round += row->begins == complaints::Begins::round ||
             (row->begins == complaints::Begins::round_if_answered && answered_slot(life));
    if (step == ComplaintStepKind::grade) life.answer_slots = random.between(0, 120);
    life.steps.push_back({ComplaintId{2026000001}, step, life.state, at_slot(at)});
  }
}

struct Counted {
  std::int64_t slots = 0;             // until the answer that stands, or now
  std::optional<std::int64_t> due{};  // the slot at which the last allowed one is over, if ever
};

// Half an hour after the other, as long as there are days. What is answered goes on as if it were
// not: when that was due does not depend on it.
Counted count(const Life& life, const ModelCalendar& model,
              const std::optional<std::int64_t>& answered) {
  Counted counted;
  ComplaintState state = ComplaintState::received;
  auto next = life.steps.begin();
  std::int64_t all = 0;
  for (std::int64_t slot = life.received; slot < days * day_slots; ++slot) {
    for (; next != life.steps.end() && slot_of(next->at) <= slot; ++next) state = next->state;
    const bool is_after = answered && slot >= *answered;
    if ((!is_after && !is_counting(state)) || !model.is_open(slot)) continue;
    if (++all == life.answer_slots) counted.due = slot + 1;
    counted.slots += slot < answered.value_or(life.now);
  }
  return counted;
}

complaints::TimedComplaint timed(const Life& life) {
  return {.id = ComplaintId{2026000001},
          .kind = ComplaintKind::complaint,
          .severity = ComplaintSeverity::minor,
          .state = life.state,
          .department = {},
          .owner = {},
          .received = at_slot(life.received),
          .calendar = CalendarKind::shop,
          .ack_seconds = life.ack_slots * half_hour,
          .answer_seconds = life.answer_slots * half_hour};
}

ClockState expected_state(const Life& life, const Counted& counted, bool is_answered) {
  const bool is_over = counted.slots > life.answer_slots;
  if (is_answered) return is_over ? ClockState::missed : ClockState::met;
  if (is_over) return ClockState::overdue;
  if (!is_counting(life.state)) return ClockState::waiting;
  return counted.slots * 100 >= life.answer_slots * 80 ? ClockState::warned : ClockState::running;
}

using Clocks = ComplaintClocks (*)(const complaints::TimedComplaint&,
                                   std::span<const complaints::TimedStep>, const Calendar&, int,
                                   Instant);

bool agrees(Random& random, Clocks clocks_of) {
  const ModelCalendar model = random_calendar(random);
  const Life life = random_life(random, lived_days * day_slots);
  const auto answered = answered_slot(life);
  const Counted counted = count(life, model, answered);
  const auto clocks = clocks_of(timed(life), life.steps, made(model), 80, at_slot(life.now));
  bool is_right = clocks.answer_seconds_spent == counted.slots * half_hour &&
                  clocks.answer == expected_state(life, counted, answered.has_value());
  // The moment at which it was or will be due: in time it is not known while the clock stands
  // still, nor is it after the last of the days.
  is_right = is_right && clocks.answer_due.has_value() == (clocks.answer != ClockState::waiting);
  if (clocks.answer_due && life.answer_slots > 0) {
    is_right = is_right && (counted.due ? *clocks.answer_due == at_slot(*counted.due)
                                        : *clocks.answer_due > at_slot(days * day_slots - 1));
  }
  const auto first =
      std::ranges::find(life.steps, ComplaintStepKind::ack, &complaints::TimedStep::step);
  const std::int64_t acked = first == life.steps.end() ? life.now : slot_of(first->at);
  std::int64_t ack_slots = 0;
  for (std::int64_t slot = life.received; slot < acked; ++slot) ack_slots += model.is_open(slot);
  const bool is_late = ack_slots > life.ack_slots;
  if (first != life.steps.end()) {
    is_right = is_right && clocks.ack == (is_late ? ClockState::missed : ClockState::met);
  } else {
    is_right = is_right && (clocks.ack == ClockState::overdue) == is_late;
  }
  return is_right;
}

// A clock that takes a pause away as long as it is, whether the shop was open or not.
ComplaintClocks wrong_clocks(const complaints::TimedComplaint& complaint,
                             std::span<const complaints::TimedStep> steps, const Calendar& calendar,
                             int warn_percent, Instant now) {
  auto clocks = complaints::clocks_of(complaint, steps, calendar, warn_percent, now);
  const Instant end = clocks.answered.value_or(now);
  std::int64_t paused = 0;
  for (const Pause& pause : complaints::pauses_of(steps)) {
    const Instant until = std::min(pause.until.value_or(end), end);
    if (pause.from < until) paused += until.seconds - pause.from.seconds;
  }
  clocks.answer_seconds_spent =
      std::max<std::int64_t>(0, open_seconds(calendar, complaint.received, end) - paused);
  return clocks;
}

}  // namespace

TEST_CASE("the clocks of complaints agree with a model, whatever happens to them") {
  Trials trials{"clocks of complaints", 100'000, 5'000'000};
  trials.each([&](std::int64_t number, Random& random) {
    if (agrees(random, complaints::clocks_of)) return;
    trials.tally("wrong");
    MESSAGE("wrong: trial " << number);
  });
  CHECK(trials.tallied("wrong") == 0);
}

TEST_CASE("the control: a clock that takes pauses off hours for time is found out") {
  int found = 0;
  Random random{1};
  for (int trial = 0; trial < 2'000; ++trial) found += !agrees(random, wrong_clocks);
  MESSAGE("found out: " << found << " of 2000");
  CHECK(found > 500);
}

}  // namespace pharmacy::test
