// Business calendars, and clocks that run by them.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/time.h"

namespace pharmacy {

class Reading;  // pharmacy/store.h
class Transaction;

// What time is counted by.
enum class CalendarKind {
  shop,    // hours in which the shop is open, every day
  office,  // working days with holidays and make-up working days, in office hours
  natural  // all the time: the clocks of the law
};
template <>
struct EnumNames<CalendarKind> {
  static constexpr std::array table{std::pair{CalendarKind::shop, "shop"},
                                    std::pair{CalendarKind::office, "office"},
                                    std::pair{CalendarKind::natural, "natural"}};
};

// Hours that hold from a day on, until others do; those that come first hold on all days before.
struct OpenHours {
  Date from;
  int opens = 0;         // minutes since midnight, 0 to 1439
  int closes = 24 * 60;  // the same, 0 to 1440; where that is not after `opens`, on the next day
};

// Of which days and hours a calendar is made.
struct CalendarRules {
  CalendarKind kind = CalendarKind::natural;
  Zone zone = Zone::utc();
  std::vector<OpenHours> hours{};  // in the order of their days, at least one but where natural
  // Days that are closed although others like them are open, and days that are open although they
  // are Saturdays or Sundays (an office is closed on these).
  std::vector<Date> closed{};
  std::vector<Date> open{};
  std::vector<int> years{};  // of which the holidays are known; an office's alone are asked for
};

// From when until when something is open.
struct OpenSpan {
  Instant opens;
  Instant closes;
};

// Open hours of each day: made by calendar_of() from what the store holds, or by hand. A day has
// one interval [opens, closes) at most. A local time that a clock change skips is the moment of the
// change, and one that happens twice is the first. Cheap to copy.
class PHARMACY_API Calendar {
 public:
  // Aborts where rules.hours are not as said there.
  explicit Calendar(CalendarRules rules);

  [[nodiscard]] CalendarKind kind() const;
  [[nodiscard]] const Zone& zone() const;
  // Whether it opens on this day: for an office, whether it is a business day.
  [[nodiscard]] bool opens_on(Date day) const;
  // nullopt where it does not open on this day, or a clock change skips all of its hours.
  [[nodiscard]] std::optional<OpenSpan> span_on(Date day) const;

  class PHARMACY_HIDDEN Impl;
  [[nodiscard]] const Impl& impl() const { return *impl_; }

 private:
  std::shared_ptr<const Impl> impl_;
};

// By the hours of the policy in force on each day, by the holidays that were imported and the days
// for which the shop was closed. Asks for no permission, as policy_on() does not.
PHARMACY_API Calendar calendar_of(Reading& reading, CalendarKind kind);

// Whether the holidays and make-up days of a year are known; else it has weekends only. True of a
// calendar that has no holidays.
PHARMACY_API bool knows_year(const Calendar& calendar, int year);

// Half open: [from, until). Without `until` it goes on.
struct Pause {
  Instant from;
  std::optional<Instant> until;
};

// Open seconds in [from, until); 0 where until <= from.
PHARMACY_API std::int64_t open_seconds(const Calendar& calendar, Instant from, Instant until);
// The same less what of it lies in pauses, which may overlap, lie outside, and come in any order.
// A pause takes away open time only.
PHARMACY_API std::int64_t counted_seconds(const Calendar& calendar, Instant from, Instant until,
                                          std::span<const Pause> pauses);

// How far due_at() looks: a hundred years.
inline constexpr std::chrono::days due_search_max{36'525};
// The earliest t >= from with counted_seconds(from, t) = allowance, in seconds, >= 0: `from` itself
// where the allowance is 0. Absent where a pause that goes on begins before that, and where it is
// more than due_search_max after `from`, as where the calendar never opens again.
PHARMACY_API std::optional<Instant> due_at(const Calendar& calendar, Instant from,
                                           std::int64_t allowance,
                                           std::span<const Pause> pauses = {});

// The n-th business day after `day`, which itself does not count, by the office calendar. n >= 0;
// 0 is the day itself or, where that is no business day, the next one. Throws invalid_input where
// that is after 9999-12-31.
PHARMACY_API Date add_business_days(const Calendar& office, Date day, int n);

// What is special about a day.
enum class DayKind {
  holiday,     // offices are closed
  in_lieu,     // the same: a working day that people get for one of the next kind
  make_up,     // offices are open, on a Saturday or Sunday
  shop_closed  // the shop is closed
};
template <>
struct EnumNames<DayKind> {
  static constexpr std::array table{
      std::pair{DayKind::holiday, "holiday"}, std::pair{DayKind::in_lieu, "in_lieu"},
      std::pair{DayKind::make_up, "make_up"}, std::pair{DayKind::shop_closed, "shop_closed"}};
};
struct CalendarDay {
  Date day;
  DayKind kind;
  std::string occasion;  // 春节

  static constexpr auto fields() {
    return std::tuple{Field{"day", &CalendarDay::day}, Field{"kind", &CalendarDay::kind},
                      Field{"occasion", &CalendarDay::occasion}};
  }
  friend bool operator==(const CalendarDay&, const CalendarDay&) = default;
};
// In their order; a day can be a holiday and one on which the shop is closed. All of them, or those
// of a period. Asks for no permission.
PHARMACY_API std::vector<CalendarDay> list_calendar_days(
    Reading& reading, const std::optional<Period>& within = std::nullopt);

// The holidays and make-up days of a year as they are published, in JSON: pharmacy-policy(5) has
// its form.
inline constexpr std::size_t calendar_bytes_max = 1'048'576;
struct CalendarFile {
  std::string name;  // for its mistakes
  std::string content;
};
enum class YearImport { added, replaced, unchanged };
template <>
struct EnumNames<YearImport> {
  static constexpr std::array table{std::pair{YearImport::added, "added"},
                                    std::pair{YearImport::replaced, "replaced"},
                                    std::pair{YearImport::unchanged, "unchanged"}};
};
struct ImportedYear {
  std::int64_t year;
  YearImport result;
  std::int64_t days;     // that it has now
  std::int64_t changed;  // of them and those it had: how many came, went, or are something else

  static constexpr auto fields() {
    return std::tuple{Field{"year", &ImportedYear::year}, Field{"result", &ImportedYear::result},
                      Field{"days", &ImportedYear::days}, Field{"changed", &ImportedYear::changed}};
  }
};

// These throw not_permitted to anyone but a manager.

// Puts each file in place of what is known of its year: all of them, or none. In the order of the
// years. Throws bad_data with the mistakes of all files, each beginning with its name.
PHARMACY_API std::vector<ImportedYear> import_calendar(Transaction& tx,
                                                       std::span<const CalendarFile> files);
// What that would do.
PHARMACY_API std::vector<ImportedYear> plan_calendar_import(Reading& reading,
                                                            std::span<const CalendarFile> files);

// The shop is closed on these days, at most closed_days_max, for a reason of 1-200 bytes: its
// clocks stand still. Those that it is closed on already keep their reason. Returns the others.
// Throws invalid_input.
inline constexpr std::chrono::days closed_days_max{62};
PHARMACY_API std::vector<CalendarDay> close_shop(Transaction& tx, const Period& days,
                                                 std::string_view reason);
// It is open on them after all. Returns those for which it was closed; throws not_found where there
// are none.
PHARMACY_API std::vector<CalendarDay> open_shop(Transaction& tx, const Period& days);

}  // namespace pharmacy
