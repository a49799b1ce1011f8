// The calendars of a store: which days are special, and what follows from that and from the hours
// of its policies. For the vault, which asks for permissions; the rooms above ask by a Reading
// (pharmacy/calendar.h).
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "pharmacy/calendar.h"
#include "policy/policies.h"

namespace pharmacy::policy {

// See calendar_of() and list_calendar_days().
Calendar calendar(db::Database& database, const Zone& zone, CalendarKind kind);
std::vector<CalendarDay> days(db::Database& database, const std::optional<Period>& within);

// The files of an import, by what they would change.
class CalendarImport {
 public:
  // Reads them. Throws what import_calendar() throws.
  CalendarImport(db::Database& database, std::span<const CalendarFile> files);

  [[nodiscard]] std::vector<ImportedYear> years() const;
  void write(db::Database& database) const;

 private:
  struct Year {
    ImportedYear about;
    std::vector<CalendarDay> days;
  };
  std::vector<Year> years_;
};

// See close_shop() and open_shop().
std::vector<CalendarDay> close_shop(db::Database& database, const Period& days,
                                    std::string_view reason, const Recorder& by);
std::vector<CalendarDay> open_shop(db::Database& database, const Period& days);

}  // namespace pharmacy::policy
