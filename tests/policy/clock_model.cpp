#include "policy/clock_model.h"

#include <algorithm>
#include <chrono>

namespace pharmacy::test {

namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t known_from = 473'385'600;     // 1985-01-01
constexpr std::int64_t known_until = 2'208'988'800;  // 2040-01-01
constexpr std::int64_t step = 6 * 3'600;             // no zone changes twice in it

std::int64_t offset(const Zone& zone, std::int64_t at) { return zone.offset_at({at}).count(); }

// The hours that hold on a day; the last of those that are said to have begun.
OpenHours hours_on(const CalendarRules& rules, Date day) {
  OpenHours found = rules.hours.front();
  for (const auto& hours : rules.hours) {
    if (hours.from <= day) found = hours;
  }
  return found;
}

bool is_among(const std::vector<Date>& days, Date day) {
  return std::find(days.begin(), days.end(), day) != days.end();
}

bool is_open_on(const CalendarRules& rules, Date day) {
  if (is_among(rules.closed, day)) return false;
  if (rules.kind == CalendarKind::shop) return true;
  // 1970-01-01 was a Thursday.
  const int weekday = ((day.epoch_days() + 3) % 7 + 7) % 7;
  return weekday < 5 || is_among(rules.open, day);
}

template <class T>
const T& one_of(const std::vector<T>& all, Random& random) {
  return all[random.below(static_cast<std::uint32_t>(all.size()))];
}

int minute(Random& random, int most) {
  const int any = static_cast<int>(random.below(static_cast<std::uint32_t>(most) + 1));
  return random.one_in(3) ? any : any / 30 * 30;
}

CalendarRules make_rules(const MadeClock& clock, Random& random) {
  CalendarRules rules{.kind = CalendarKind::shop, .zone = clock.zone->zone()};
  if (random.one_in(10)) rules.kind = CalendarKind::natural;
  if (random.one_in(2)) rules.kind = CalendarKind::office;
  const auto count = static_cast<int>((clock.last - clock.first).count());
  for (int day = -400; day < count; day += 1 + static_cast<int>(random.below(500))) {
    rules.hours.push_back({.from = clock.first + std::chrono::days{day},
                           .opens = minute(random, 1'439),
                           .closes = minute(random, 1'440)});
  }
  // Hours as they are, mostly.
  if (!random.one_in(3)) {
    for (auto& hours : rules.hours) hours.closes = std::min(hours.opens + 480, 1'440);
  }
  const std::uint32_t closed_one_in = random.one_in(50) ? 1 : 6;
  for (Date day = clock.first; day <= clock.last; day = day + std::chrono::days{1}) {
    if (random.one_in(closed_one_in)) rules.closed.push_back(day);
    if (random.one_in(6)) rules.open.push_back(day);
  }
  return rules;
}

// Any second of the days, or one at which something begins or ends.
Instant make_instant(const MadeClock& clock, Random& random) {
  const auto count = (clock.last - clock.first).count() - 3;
  const Date day = clock.first + std::chrono::days{2 + random.between(0, count - 1)};
  const std::int64_t midnight = day.epoch_days() * day_seconds;
  const std::int64_t near = random.between(-1, 1);
  switch (random.below(4)) {
    case 0: {
      const OpenHours hours = hours_on(clock.rules, day);
      const int minute = random.one_in(2) ? hours.opens : hours.closes;
      return {clock.zone->first_showing(midnight + minute * 60) + near};
    }
    case 1:
      for (const auto change : clock.zone->changes()) {
        const bool is_soon = change >= midnight && change < midnight + 7 * day_seconds;
        if (is_soon && change < clock.last.epoch_days() * day_seconds - day_seconds)
          return {change + near};
      }
      break;
    default:
      break;
  }
  return {midnight + random.between(0, day_seconds - 1)};
}

}  // namespace

ZoneTable::ZoneTable(const std::string& name) : zone_{name} {
  offsets_.push_back(offset(zone_, known_from));
  for (std::int64_t at = known_from; at < known_until; at += step) {
    const std::int64_t next = offset(zone_, at + step);
    if (next == offsets_.back()) continue;
    std::int64_t change = at + 1;
    while (offset(zone_, change) != next) change += offset(zone_, change + 59) == next ? 1 : 60;
    changes_.push_back(change);
    offsets_.push_back(next);
  }
}

std::int64_t ZoneTable::first_showing(std::int64_t local) const {
  for (auto i = static_cast<std::size_t>(
           std::lower_bound(changes_.begin(), changes_.end(), local - 2 * day_seconds) -
           changes_.begin());
       i < changes_.size(); ++i) {
    // Between one change and the next.
    const std::int64_t from = i == 0 ? known_from : changes_[i - 1];
    const std::int64_t at = std::max(from, local - offsets_[i]);
    if (at < changes_[i]) return at;
  }
  return std::max(changes_.empty() ? known_from : changes_.back(), local - offsets_.back());
}

MadeClock make_clock(const std::vector<ZoneTable>& zones, Random& random) {
  MadeClock clock{};
  clock.zone = &one_of(zones, random);
  const auto& changes = clock.zone->changes();
  std::int64_t about =
      random.between(known_from + 400 * day_seconds, known_until - 400 * day_seconds);
  if (!changes.empty() && !random.one_in(4)) about = one_of(changes, random);
  const auto before = static_cast<int>(random.between(3, 20));
  const auto after = static_cast<int>(random.between(5, 25));
  const auto day = static_cast<std::int32_t>(about / day_seconds);
  clock.first = Date::from_epoch_days(day - before);
  clock.last = Date::from_epoch_days(day + after);
  clock.rules = make_rules(clock, random);
  clock.from = make_instant(clock, random);
  clock.until = make_instant(clock, random);
  const std::int64_t days = random.one_in(3) ? 10 : 2;
  clock.allowance = random.one_in(20) ? 0 : random.between(1, days * day_seconds);
  if (random.one_in(2)) clock.allowance -= clock.allowance % 3'600;
  for (auto count = random.below(6); count > 0; --count) {
    Pause pause{.from = make_instant(clock, random), .until = {}};
    if (!random.one_in(12)) {
      const Instant end = make_instant(clock, random);
      pause.until = random.one_in(10) ? end : std::max(end, pause.from);
    }
    clock.pauses.push_back(pause);
  }
  if (clock.rules.kind == CalendarKind::natural && random.one_in(2)) clock.rules.hours.clear();
  return clock;
}

SweptClock::SweptClock(const MadeClock& clock) : end_{(clock.last.epoch_days() - 1) * day_seconds} {
  if (clock.rules.kind == CalendarKind::natural) {
    changes_.push_back({clock.first.epoch_days() * day_seconds - 10 * day_seconds, 1, 0});
  } else {
    for (Date day = clock.first - std::chrono::days{2}; day <= clock.last;
         day = day + std::chrono::days{1}) {
      if (!is_open_on(clock.rules, day)) continue;
      const OpenHours hours = hours_on(clock.rules, day);
      const std::int64_t midnight = day.epoch_days() * day_seconds;
      std::int64_t closes = midnight + hours.closes * 60;
      if (hours.closes <= hours.opens) closes += day_seconds;
      changes_.push_back({clock.zone->first_showing(midnight + hours.opens * 60), 1, 0});
      changes_.push_back({clock.zone->first_showing(closes), -1, 0});
    }
  }
  for (const auto& pause : clock.pauses) {
    if (pause.until && *pause.until <= pause.from) continue;
    changes_.push_back({pause.from.seconds, 0, 1});
    if (pause.until) changes_.push_back({pause.until->seconds, 0, -1});
  }
  std::sort(changes_.begin(), changes_.end(),
            [](const Change& a, const Change& b) { return a.at < b.at; });
}

std::int64_t SweptClock::counted(Instant from, Instant until) const {
  std::int64_t sum = 0;
  std::int64_t at = from.seconds;
  int open = 0;
  int paused = 0;
  for (const auto& change : changes_) {
    const std::int64_t next = std::clamp(change.at, from.seconds, std::max(from, until).seconds);
    if (open > 0 && paused == 0) sum += next - at;
    at = next;
    open += change.open;
    paused += change.paused;
  }
  if (open > 0 && paused == 0) sum += std::max(from, until).seconds - at;
  return sum;
}

std::optional<Instant> SweptClock::due(Instant from, std::int64_t allowance) const {
  if (allowance == 0) return from;
  std::int64_t at = from.seconds;
  int open = 0;
  int paused = 0;
  for (const auto& change : changes_) {
    const std::int64_t next = std::clamp(change.at, from.seconds, std::max(end_, from.seconds));
    if (open > 0 && paused == 0) {
      if (next - at >= allowance) return Instant{at + allowance};
      allowance -= next - at;
    }
    at = next;
    open += change.open;
    paused += change.paused;
  }
  if (open > 0 && paused == 0 && end_ - at >= allowance) return Instant{at + allowance};
  return std::nullopt;
}

}  // namespace pharmacy::test
