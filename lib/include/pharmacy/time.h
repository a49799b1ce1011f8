// Days, instants, periods, and the store's zone.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pharmacy/export.h"

namespace pharmacy {

// A calendar day of the store's zone, 0001-01-01 to 9999-12-31.
class PHARMACY_API Date {
 public:
  constexpr Date() = default;
  // `day` must be ok().
  constexpr explicit Date(std::chrono::year_month_day day) : days_{std::chrono::sys_days{day}} {}
  constexpr explicit Date(std::chrono::sys_days day) : days_{day} {}
  static constexpr Date from_epoch_days(std::int32_t days) {
    return Date{std::chrono::sys_days{std::chrono::days{days}}};
  }

  [[nodiscard]] constexpr std::int32_t epoch_days() const {
    return static_cast<std::int32_t>(days_.time_since_epoch().count());
  }
  [[nodiscard]] constexpr std::chrono::sys_days sys_days() const { return days_; }
  [[nodiscard]] constexpr std::chrono::year_month_day ymd() const { return days_; }

  friend constexpr auto operator<=>(Date, Date) = default;
  friend constexpr Date operator+(Date d, std::chrono::days n) { return Date{d.days_ + n}; }
  friend constexpr Date operator-(Date d, std::chrono::days n) { return Date{d.days_ - n}; }
  friend constexpr std::chrono::days operator-(Date a, Date b) { return a.days_ - b.days_; }

 private:
  std::chrono::sys_days days_{};  // since 1970-01-01
};

// An instant: whole seconds since 1970-01-01T00:00:00Z.
struct Instant {
  std::int64_t seconds = 0;
  friend constexpr auto operator<=>(Instant, Instant) = default;
};

// A range of days, both ends included; from <= to.
struct Period {
  Date from;
  Date to;
  [[nodiscard]] bool contains(Date day) const { return from <= day && day <= to; }
  friend bool operator==(const Period&, const Period&) = default;
};

// A time zone of the system's tz database, by its name ("Asia/Shanghai").
class PHARMACY_API Zone {
 public:
  // Throws Error(invalid_input) for a name that the tz database does not have.
  explicit Zone(std::string name);
  static Zone utc();

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::chrono::seconds offset_at(Instant at) const;
  [[nodiscard]] Date day_of(Instant at) const;
  // The instant of a local wall-clock time. A time that a clock change skips is taken as of
  // before the change; one that happens twice is the first.
  [[nodiscard]] Instant at_local(Date day, std::chrono::seconds since_midnight) const;

 private:
  struct Rules;
  std::string name_;
  std::shared_ptr<const Rules> rules_;
};

// Where "now" comes from; tests pass their own.
using Clock = std::function<Instant()>;
PHARMACY_API Instant system_clock_now();

PHARMACY_API std::string to_string(Date day);  // "2026-10-31"
// "2026-10-31T09:30:00+08:00"
PHARMACY_API std::string to_string(Instant at, const Zone& zone);
// "2026-10-31 09:30", for tables that people read.
PHARMACY_API std::string to_minute_string(Instant at, const Zone& zone);
PHARMACY_API std::string to_string(const Period& period);  // "2026-10-01..2026-10-31"

// "2026-10-31" exactly (full-width digits are folded first). nullopt for anything else.
PHARMACY_API std::optional<Date> parse_date(std::string_view text);
// One day as people say it: a date, "today", "yesterday", "tomorrow", 今天, 昨天, 明天, "7d" (7
// days before today).
PHARMACY_API std::optional<Date> parse_day(std::string_view text, Date today);
// A period as people say it: a day; "2026-10", "2026-Q4", "2026"; this|last week|month|quarter|
// year, also with a hyphen ("last-month"); 本周 上周 本月 上月 今年 去年; "7d" (the 7 days that
// end today); "A..B" of two of them, both ends included. Weeks begin on Monday.
PHARMACY_API std::optional<Period> parse_period(std::string_view text, Date today);
// What parse_day and parse_period take, for an error's hint (translated).
PHARMACY_API std::string date_forms();
PHARMACY_API std::string period_forms();
// ISO 8601: a date (midnight), or date and time joined by T or one space, seconds and their
// fraction optional (a fraction is dropped), then nothing (local in `zone`), Z or an offset.
PHARMACY_API std::optional<Instant> parse_instant(std::string_view text, const Zone& zone);
// By a strptime format in the C locale; a trailing `*` in `format` ignores the rest of the
// text. A time of day that the format does not give is 0, a day or month the first; a year must
// be given. Local in `zone` unless %z is given; %s is not taken.
PHARMACY_API std::optional<Instant> parse_instant(std::string_view text, std::string_view format,
                                                  const Zone& zone);
// `months` after `day`, the day clamped to the month's last: 2026-01-31 + 1 = 2026-02-28.
PHARMACY_API Date add_months(Date day, int months);

}  // namespace pharmacy
