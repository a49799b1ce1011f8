// What the store itself tells: its files, its access log, its backups, and what is in it.
#include <algorithm>

#include "pharmacy/calendar.h"
#include "pharmacy/text.h"
#include "vault/access.h"
#include "vault/doctor/look.h"
#include "vault/store_impl.h"

namespace pharmacy::vault {
namespace {

constexpr std::chrono::days backup_age{7};
constexpr std::chrono::days anchor_age{35};
constexpr std::chrono::days checkup_age{30};
constexpr std::chrono::seconds clock_slack{120};  // by which clocks are set right all the time
constexpr std::size_t max_files = 100;

// Something that is done now and then: bad where it was never done, or too long ago.
CheckSeen look_at_age(Reading& reading, const char* check, std::optional<Instant> last,
                      std::chrono::days most) {
  CheckSeen seen{.check = check};
  if (!last) {
    seen.bad.push_back({});
  } else if (const Date day = reading.zone().day_of(*last); reading.today() - day >= most) {
    seen.bad.push_back({"", to_string(day)});
  }
  return seen;
}

CheckSeen look_at_clock(Reading& reading, Instant clock) {
  CheckSeen seen{.check = "clock"};
  // The entry of this very checkup is dated by the same clock: the one before it tells.
  const auto newest = database(reading).value<Instant>(
      "SELECT coalesce(max(at), 0) FROM (SELECT at FROM log_entry ORDER BY seq DESC LIMIT 1000)");
  if (newest && newest->seconds > clock.seconds + clock_slack.count())
    seen.bad.push_back({"", to_string(*newest, reading.zone())});
  return seen;
}

CheckSeen look_at_backup_place(Reading& reading) {
  const auto place = find_setting(database(reading), backup_place_setting);
  CheckSeen seen{.check = "backup_place", .is_known = place.has_value()};
  if (place == backup_beside) seen.bad.push_back({});
  return seen;
}

// The last one before this; a store that was never looked at counts from its first entry.
CheckSeen look_at_checkups(Reading& reading) {
  const auto last = database(reading).value<Instant>(
      "SELECT at FROM checkup WHERE part = 'all' ORDER BY id DESC LIMIT 1");
  const auto first = database(reading).value<Instant>("SELECT at FROM log_entry WHERE seq = 1");
  return look_at_age(reading, "checkup", last ? last : first, checkup_age);
}

// Whoever imported a year will want the next one too, which is published before it begins.
CheckSeen look_at_calendar(Reading& reading) {
  const Calendar office = calendar_of(reading, CalendarKind::office);
  const auto today = reading.today().ymd();
  const int year = static_cast<int>(today.year());
  CheckSeen seen{.check = "calendar"};
  if (!knows_year(office, year)) {
    if (knows_year(office, year - 1)) seen.bad.push_back({"", std::to_string(year)});
  } else if (today.month() == std::chrono::December && !knows_year(office, year + 1)) {
    seen.bad.push_back({"", std::to_string(year + 1)});
  }
  return seen;
}

}  // namespace

std::vector<CheckSeen> look_at_log(Reading& reading, Instant clock) {
  return {look_at_age(reading, "anchor", find_time_setting(database(reading), anchor_setting),
                      anchor_age),
          look_at_clock(reading, clock)};
}

std::vector<CheckSeen> look_at_upkeep(Reading& reading) {
  return {look_at_age(reading, "backup", find_time_setting(database(reading), verified_setting),
                      backup_age),
          look_at_backup_place(reading), look_at_calendar(reading), look_at_checkups(reading)};
}

CheckSeen look_at_files(const Place& place) {
  CheckSeen seen{.check = "files"};
  for (const auto& file : unsafe_files(place)) seen.bad.push_back({for_terminal(file.name), ""});
  std::ranges::sort(seen.bad, {}, &Observation::subject);
  if (seen.bad.size() > max_files) seen.bad.resize(max_files);
  return seen;
}

CheckSeen look_at_whole(Store::Impl& store,
                        const std::function<void(std::int64_t, std::int64_t)>& progress) {
  CheckSeen seen{.check = "store_check"};
  const auto found = std::ranges::count_if(check(store, progress), [](const Finding& finding) {
    // Of these there are checks of their own, and one is nothing wrong.
    return finding.check != "modes" && finding.check != "keys" && finding.check != "untied_refund";
  });
  if (found > 0) seen.bad.push_back({"", std::to_string(found)});
  return seen;
}

}  // namespace pharmacy::vault
