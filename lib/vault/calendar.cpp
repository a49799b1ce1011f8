// Calendars behind their permissions.
#include "pharmacy/calendar.h"

#include <fmt/format.h>

#include "policy/calendars.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {

using vault::Permission;

Calendar calendar_of(Reading& reading, CalendarKind kind) {
  return policy::calendar(vault::database(reading), reading.zone(), kind);
}

std::vector<CalendarDay> list_calendar_days(Reading& reading, const std::optional<Period>& within) {
  return policy::days(vault::database(reading), within);
}

std::vector<ImportedYear> plan_calendar_import(Reading& reading,
                                               std::span<const CalendarFile> files) {
  vault::require(reading, Permission::set_policies);
  return policy::CalendarImport{vault::database(reading), files}.years();
}

std::vector<ImportedYear> import_calendar(Transaction& tx, std::span<const CalendarFile> files) {
  vault::require(tx, Permission::set_policies);
  const policy::CalendarImport import{vault::database(tx), files};
  import.write(vault::database(tx));
  auto years = import.years();
  for (const auto& year : years) {
    if (year.result != YearImport::unchanged)
      vault::shown(tx).note(fmt::format("calendar {}", year.year));
  }
  return years;
}

std::vector<CalendarDay> close_shop(Transaction& tx, const Period& days, std::string_view reason) {
  vault::require(tx, Permission::set_policies);
  auto closed = policy::close_shop(vault::database(tx), days, reason,
                                   {.staff = tx.actor().id, .now = tx.now(), .today = tx.today()});
  vault::shown(tx).note(fmt::format("closed {}", to_string(days)));
  return closed;
}

std::vector<CalendarDay> open_shop(Transaction& tx, const Period& days) {
  vault::require(tx, Permission::set_policies);
  auto opened = policy::open_shop(vault::database(tx), days);
  vault::shown(tx).note(fmt::format("open {}", to_string(days)));
  return opened;
}

}  // namespace pharmacy
