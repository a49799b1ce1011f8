// store calendar: holidays and make-up working days, days on which the shop is closed, and what
// business day comes so many later.
#include "pharmacy/calendar.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/frame.h"
#include "cli/i18n.h"
#include "cli/phrases.h"
#include "store/store.h"

namespace pharmacy::cli {
namespace {

constexpr const char* days_schema = "store.calendar";

bool is_new(const ImportedYear& year) { return year.result != YearImport::unchanged; }

std::string import_line(const ImportedYear& year) {
  const auto line = [&year](const char* text) {
    return fmt::format(fmt::runtime(text), fmt::arg("year", year.year), fmt::arg("days", year.days),
                       fmt::arg("changed", year.changed));
  };
  switch (year.result) {
    case YearImport::added:
      return line(P_("imported the calendar of {year}: {days} day",
                     "imported the calendar of {year}: {days} days", year.days));
    case YearImport::replaced:
      return line(P_("replaced the calendar of {year}: {changed} day changed",
                     "replaced the calendar of {year}: {changed} days changed", year.changed));
    case YearImport::unchanged:
      break;
  }
  return line(_("the calendar of {year} is there already, so nothing was imported"));
}

// Where there is anybody to ask. A no is told.
bool agreed(Session& session, const std::vector<ImportedYear>& plan) {
  std::vector<std::string> years;
  for (const auto& year : plan) {
    if (is_new(year)) years.push_back(std::to_string(year.year));
  }
  if (years.empty() || session.dry_run() || !session.can_ask()) return true;
  for (const auto& year : plan) {
    if (year.result != YearImport::replaced) continue;
    session.out().note(
        fmt::format(fmt::runtime(P_("the calendar of {year} is there: {changed} day of it changes",
                                    "the calendar of {year} is there: {changed} days of it change",
                                    year.changed)),
                    fmt::arg("year", year.year), fmt::arg("changed", year.changed)));
  }
  return session.confirm(fmt::format(fmt::runtime(_("import the calendar of {}?")), listed(years)));
}

void import_files(Session& session, const std::vector<FileName>& names) {
  std::vector<CalendarFile> files;
  for (const auto& name : names) {
    files.push_back({.name = name.path == "-" ? _("standard input") : name.path,
                     .content = session.read_file(name.path, calendar_bytes_max)});
  }
  if (session.replayed()) return;
  std::vector<ImportedYear> plan;
  {
    Reading reading = session.store().read();
    plan = plan_calendar_import(reading, files);
  }
  if (!agreed(session, plan)) {
    session.out().ends_with(static_cast<int>(Exit::not_found));
    return;
  }
  session.change([&](Transaction& tx, Output& out) {
    const auto years = import_calendar(tx, files);
    out.list("store.calendar.import", "years", years);
    for (const auto& year : years) out.changed(import_line(year), {});
  });
}

void define_calendar_import(Frame& frame) {
  CLI::App& cmd = frame.command(
      "calendar import", _("Take in the holidays and make-up working days of one year or several"),
      {"store calendar import 2026.json", "store calendar import 2025.json 2026.json --dry-run"});
  auto names = std::make_shared<std::vector<FileName>>();
  frame.option(cmd, "files", *names, _("JSON, one file a year; - for standard input"))->required();
  frame.on_session(cmd, [names](Session& session) { import_files(session, *names); });
}

// Of the years from the first to the last, those of which nothing is known: "2024, 2027-2030".
std::string unknown_years(const Calendar& office, int first, int last) {
  std::vector<std::string> ranges;
  for (int year = first; year <= last; ++year) {
    if (knows_year(office, year)) continue;
    const int from = year;
    while (year < last && !knows_year(office, year + 1)) ++year;
    ranges.push_back(from == year ? std::to_string(from) : fmt::format("{}-{}", from, year));
  }
  return listed(ranges);
}

// True where something is not known.
bool tell_unknown(const Calendar& office, const Period& days, Output& out) {
  const auto year_of = [](Date day) { return static_cast<int>(day.ymd().year()); };
  const std::string years = unknown_years(office, year_of(days.from), year_of(days.to));
  if (years.empty()) return false;
  out.note(fmt::format(fmt::runtime(_("no calendar is imported for {}: its weekends are known, and "
                                      "no holidays")),
                       years));
  return true;
}

void define_calendar_list(Frame& frame) {
  CLI::App& cmd =
      frame.command("calendar list",
                    _("List holidays, make-up working days, and days on which the shop is closed"),
                    {"store calendar list", "store calendar list 2026 --format csv"});
  auto within = std::make_shared<std::optional<Period>>();
  frame.option(cmd, "period", *within, _("Only those of this year, month or other period"));
  frame.on_read(cmd, [within](const Store& store, Output& out) {
    Reading reading = store.read();
    out.list(days_schema, "days", list_calendar_days(reading, *within), _("no day is special"));
    if (*within) tell_unknown(calendar_of(reading, CalendarKind::office), **within, out);
  });
}

struct BusinessDay {
  Date from;
  std::int64_t business_days;
  Date day;
  bool known;  // whether the calendars of all years that were asked are there

  static constexpr auto fields() {
    return std::tuple{Field{"from", &BusinessDay::from},
                      Field{"business_days", &BusinessDay::business_days},
                      Field{"day", &BusinessDay::day}, Field{"known", &BusinessDay::known}};
  }
};

void define_add_days(Frame& frame) {
  struct Asked {
    Date from;
    int days = 0;
  };
  CLI::App& cmd = frame.command(
      "calendar add-days", _("Print the day that is so many business days after another"),
      {"store calendar add-days today 3", "store calendar add-days 2026-09-30 15 --format json"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "date", asked->from, _("The day, which does not count"))->required();
  frame
      .option(cmd, "days", asked->days,
              _("How many business days; with 0 the day itself, or the next business day"))
      ->required();
  frame.on_read(cmd, [asked](const Store& store, Output& out) {
    Reading reading = store.read();
    const Calendar office = calendar_of(reading, CalendarKind::office);
    BusinessDay found{.from = asked->from,
                      .business_days = asked->days,
                      .day = add_business_days(office, asked->from, asked->days),
                      .known = true};
    found.known = !tell_unknown(office, {found.from, found.day}, out);
    out.document(to_string(found.day) + '\n', "store.calendar.day", to_table(std::vector{found}),
                 {});
  });
}

std::string days_text(const Period& days) {
  return days.from == days.to ? to_string(days.from) : to_string(days);
}

std::string closed_line(const Period& days, std::size_t closed) {
  if (closed == 0) return _("the shop is closed on these days already, so nothing changed");
  return fmt::format(fmt::runtime(P_("the shop is closed on {days}, {count} day",
                                     "the shop is closed on {days}, {count} days", closed)),
                     fmt::arg("days", days_text(days)), fmt::arg("count", closed));
}

bool are_all(const std::vector<CalendarDay>& found, const Period& days) {
  return static_cast<std::ptrdiff_t>(found.size()) == (days.to - days.from).count() + 1;
}

void define_calendar_close(Frame& frame) {
  struct Asked {
    Period days;
    std::string reason;
  };
  CLI::App& cmd =
      frame.command("calendar close", _("Say on which days the shop is closed: its clocks stop"),
                    {"store calendar close 2099-01-21..2099-01-24 --reason 春节",
                     "store calendar close tomorrow --reason 盘点"});
  auto asked = std::make_shared<Asked>();
  frame.option(cmd, "days", asked->days, _("The day, or the first and the last: A..B"))->required();
  frame.option(cmd, "--reason", asked->reason, _("Why"))->required();
  frame.on_write(cmd, [asked](Transaction& tx, Output& out) {
    const auto closed = close_shop(tx, asked->days, asked->reason);
    out.list(days_schema, "days", closed);
    out.changed(closed_line(asked->days, closed.size()),
                are_all(closed, asked->days) ? "store calendar open " + days_text(asked->days)
                                             : std::string{});
  });
}

// What closes the shop again as it was; empty where that is no one command.
std::string close_again(const std::vector<CalendarDay>& opened, const Period& days) {
  const auto& reason = opened.front().occasion;
  const bool is_one = std::ranges::all_of(
      opened, [&reason](const CalendarDay& day) { return day.occasion == reason; });
  if (!is_one || !are_all(opened, days)) return {};
  return fmt::format("store calendar close {} --reason {}", days_text(days), shell_word(reason));
}

void define_calendar_open(Frame& frame) {
  CLI::App& cmd =
      frame.command("calendar open", _("Say that the shop is open after all on such days"),
                    {"store calendar open 2099-01-24"});
  auto days = std::make_shared<Period>();
  frame.option(cmd, "days", *days, _("The day, or the first and the last: A..B"))->required();
  frame.on_write(cmd, [days](Transaction& tx, Output& out) {
    const auto opened = open_shop(tx, *days);
    out.list(days_schema, "days", opened);
    out.changed(fmt::format(fmt::runtime(P_("the shop is open again on {count} day of {days}",
                                            "the shop is open again on {count} days of {days}",
                                            opened.size())),
                            fmt::arg("count", opened.size()), fmt::arg("days", days_text(*days))),
                close_again(opened, *days));
  });
}

}  // namespace

void define_calendar(Frame& frame) {
  frame.noun("calendar", _("Business days, holidays, and days on which the shop is closed"));
  define_calendar_import(frame);
  define_calendar_list(frame);
  define_add_days(frame);
  define_calendar_close(frame);
  define_calendar_open(frame);
}

}  // namespace pharmacy::cli
