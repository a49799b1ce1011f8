#include "policy/calendars.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "policy/calendar_file.h"
#include "policy/document.h"

namespace pharmacy::policy {
namespace {

namespace ch = std::chrono;

constexpr std::size_t reason_bytes_max = 200;

int year_of(Date day) { return static_cast<int>(day.ymd().year()); }

Period whole_year(int year) {
  return {Date{ch::year{year} / ch::January / 1}, Date{ch::year{year} / ch::December / 31}};
}

// Of one day the later version; hours that stay as they were are not said again.
std::vector<OpenHours> hours_of_policies(db::Database& database, CalendarKind kind) {
  std::vector<OpenHours> all;
  auto statement = database.prepare(
      "SELECT version, effective_on, document FROM policy p"
      " WHERE NOT EXISTS (SELECT 1 FROM policy q"
      "   WHERE q.effective_on = p.effective_on AND q.version > p.version)"
      " ORDER BY effective_on");
  statement.bind();
  while (statement.step()) {
    const auto name = fmt::format("policy {}", statement.get<std::int64_t>(0));
    const Policy policy = parse_document(statement.get<std::string>(2), name);
    OpenHours hours{.from = statement.get<Date>(1)};
    if (kind == CalendarKind::shop) {
      hours.opens = policy.shop.opens;
      hours.closes = policy.shop.closes;
    } else {
      hours.opens = policy.office.opens;
      hours.closes = policy.office.closes;
    }
    if (!all.empty() && all.back().opens == hours.opens && all.back().closes == hours.closes)
      continue;
    all.push_back(hours);
  }
  if (all.empty()) throw Error(Errc::damaged, _("the store has no policy for this day"));
  return all;
}

std::vector<CalendarDay> published_days(db::Database& database, const Period& within) {
  return database.rows<CalendarDay>(
      "SELECT day, kind, occasion FROM calendar_day WHERE day BETWEEN ?1 AND ?2 ORDER BY day",
      within.from, within.to);
}

constexpr Period all_days{Date{ch::year{1} / ch::January / 1},
                          Date{ch::year{9999} / ch::December / 31}};

std::int64_t count_differences(const std::vector<CalendarDay>& before,
                               const std::vector<CalendarDay>& after) {
  std::vector<CalendarDay> either;
  std::ranges::set_symmetric_difference(
      before, after, std::back_inserter(either), [](const CalendarDay& a, const CalendarDay& b) {
        return std::tie(a.day, a.kind, a.occasion) < std::tie(b.day, b.kind, b.occasion);
      });
  // A day that is something else is in it twice.
  const auto same = std::unique(either.begin(), either.end(),
                                [](const auto& a, const auto& b) { return a.day == b.day; });
  return std::distance(either.begin(), same);
}

std::vector<PublishedYear> parse_all(std::span<const CalendarFile> files) {
  std::vector<PublishedYear> years;
  std::vector<Fault> faults;
  for (const auto& file : files) {
    try {
      auto year = parse_calendar(file.content, file.name);
      if (std::ranges::find(years, year.year, &PublishedYear::year) != years.end()) {
        faults.push_back({fmt::format(fmt::runtime(_("{file}: another file is of {year} too")),
                                      fmt::arg("file", file.name), fmt::arg("year", year.year)),
                          _("leave one of them away")});
      }
      years.push_back(std::move(year));
    } catch (const Error& error) {
      std::ranges::copy(error.faults(), std::back_inserter(faults));
    }
  }
  if (!faults.empty()) throw Error(Errc::bad_data, std::move(faults));
  std::ranges::sort(years, {}, &PublishedYear::year);
  return years;
}

std::vector<CalendarDay> closed_days(db::Database& database, const Period& within) {
  return database.rows<CalendarDay>(
      "SELECT day, 'shop_closed', reason FROM shop_closed_day WHERE day BETWEEN ?1 AND ?2"
      " ORDER BY day",
      within.from, within.to);
}

}  // namespace

Calendar calendar(db::Database& database, const Zone& zone, CalendarKind kind) {
  CalendarRules rules{.kind = kind, .zone = zone};
  if (kind == CalendarKind::natural) return Calendar{std::move(rules)};
  rules.hours = hours_of_policies(database, kind);
  if (kind == CalendarKind::shop) {
    for (const auto& day : closed_days(database, all_days)) rules.closed.push_back(day.day);
    return Calendar{std::move(rules)};
  }
  for (const auto& day : published_days(database, all_days)) {
    (day.kind == DayKind::make_up ? rules.open : rules.closed).push_back(day.day);
    const int year = year_of(day.day);
    if (rules.years.empty() || rules.years.back() != year) rules.years.push_back(year);
  }
  return Calendar{std::move(rules)};
}

std::vector<CalendarDay> days(db::Database& database, const std::optional<Period>& within) {
  const Period period = within.value_or(all_days);
  std::vector<CalendarDay> all;
  std::ranges::merge(published_days(database, period), closed_days(database, period),
                     std::back_inserter(all), {}, &CalendarDay::day, &CalendarDay::day);
  return all;
}

CalendarImport::CalendarImport(db::Database& database, std::span<const CalendarFile> files) {
  for (auto& [year, days] : parse_all(files)) {
    const auto before = published_days(database, whole_year(year));
    const std::int64_t changed = count_differences(before, days);
    const auto result = before.empty() ? YearImport::added
                        : changed > 0  ? YearImport::replaced
                                       : YearImport::unchanged;
    years_.push_back(
        {{.year = year, .result = result, .days = std::ssize(days), .changed = changed},
         std::move(days)});
  }
}

std::vector<ImportedYear> CalendarImport::years() const {
  std::vector<ImportedYear> all;
  for (const auto& year : years_) all.push_back(year.about);
  return all;
}

void CalendarImport::write(db::Database& database) const {
  for (const auto& [about, days] : years_) {
    if (about.result == YearImport::unchanged) continue;
    const Period year = whole_year(static_cast<int>(about.year));
    database.run("DELETE FROM calendar_day WHERE day BETWEEN ?1 AND ?2", year.from, year.to);
    for (const auto& day : days) {
      database.run("INSERT INTO calendar_day (day, kind, occasion) VALUES (?1, ?2, ?3)", day.day,
                   day.kind, day.occasion);
    }
  }
}

std::vector<CalendarDay> close_shop(db::Database& database, const Period& days,
                                    std::string_view reason, const Recorder& by) {
  std::vector<Fault> faults;
  const std::string text = checked_text(faults, _("reason"), reason, reason_bytes_max);
  if (days.to - days.from >= closed_days_max) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("these are more than {} days")), closed_days_max.count()),
         _("close the shop for a shorter time, and then again")});
  }
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  std::vector<CalendarDay> closed;
  for (Date day = days.from; day <= days.to; day = day + ch::days{1}) {
    database.run(
        "INSERT INTO shop_closed_day (day, reason, recorded_at, recorded_by)"
        " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (day) DO NOTHING",
        day, text, by.now, by.staff);
    if (database.changes() > 0)
      closed.push_back({.day = day, .kind = DayKind::shop_closed, .occasion = text});
  }
  return closed;
}

std::vector<CalendarDay> open_shop(db::Database& database, const Period& days) {
  auto closed = closed_days(database, days);
  if (closed.empty()) {
    throw Error(
        Errc::not_found,
        fmt::format(fmt::runtime(_("the shop is not closed on these days: {}")), to_string(days)),
        _("list the days with: store calendar list"));
  }
  database.run("DELETE FROM shop_closed_day WHERE day BETWEEN ?1 AND ?2", days.from, days.to);
  return closed;
}

}  // namespace pharmacy::policy
