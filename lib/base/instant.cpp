#include <fmt/format.h>
#include <locale.h>
#include <time.h>

#include <cstdlib>

#include "base/count.h"
#include "base/digits.h"
#include "base/utf8.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"
#include "pharmacy/time.h"

namespace pharmacy {
namespace {

namespace ch = std::chrono;

struct LocalTime {
  Date day;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

LocalTime local_time(Instant at, const Zone& zone) {
  const Date day = zone.day_of(at);
  const std::int64_t midnight = ch::sys_seconds{day.sys_days()}.time_since_epoch().count();
  const int second = static_cast<int>(at.seconds + zone.offset_at(at).count() - midnight);
  return {day, second / 3600, second / 60 % 60, second % 60};
}

std::string offset_text(ch::seconds offset) {
  const auto size = std::abs(offset.count());
  std::string text =
      fmt::format("{}{:02}:{:02}", offset.count() < 0 ? '-' : '+', size / 3600, size / 60 % 60);
  // Local mean time, before there were zones.
  if (size % 60 != 0) text += fmt::format(":{:02}", size % 60);
  return text;
}

bool in_range(int number, int max) { return number >= 0 && number <= max; }

// "+08:00", "+0800", "+08", "+08:05:43", "Z".
std::optional<ch::seconds> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") return ch::seconds{0};
  if (text.size() < 3 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const bool colons = text.size() > 3 && text[3] == ':';
  const std::size_t step = colons ? 3 : 2;
  int parts[3] = {0, 0, 0};
  std::size_t at = 1;
  for (int& part : parts) {
    if (at >= text.size()) break;
    if (at > 1 && colons && text[at - 1] != ':') return std::nullopt;
    part = digits(text, at, 2);
    if (part < 0) return std::nullopt;
    at += step;
  }
  const std::size_t end = colons ? at - 1 : at;
  if (end != text.size() || !in_range(parts[0], 23) || !in_range(parts[1], 59) ||
      !in_range(parts[2], 59)) {
    return std::nullopt;
  }
  const ch::seconds size{parts[0] * 3600 + parts[1] * 60 + parts[2]};
  return text[0] == '-' ? -size : size;
}

Instant at_offset(Date day, ch::seconds since_midnight, ch::seconds offset) {
  return {(ch::sys_seconds{day.sys_days()} + since_midnight - offset).time_since_epoch().count()};
}

// Takes ".25" from the front; false where a point has no digits.
bool skip_fraction(std::string_view& text) {
  if (!text.starts_with('.')) return true;
  const std::size_t end = text.find_first_not_of("0123456789", 1);
  const std::size_t length = end == std::string_view::npos ? text.size() : end;
  text.remove_prefix(length);
  return length > 1;
}

std::optional<Instant> parse_iso(std::string_view text, const Zone& zone) {
  const auto day = parse_date(text.substr(0, 10));
  if (!day) return std::nullopt;
  if (text.size() == 10) return zone.at_local(*day, ch::seconds{0});
  if (text[10] != 'T' && text[10] != ' ') return std::nullopt;

  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  if (!in_range(hour, 23) || !in_range(minute, 59) || text[13] != ':') return std::nullopt;
  int second = 0;
  text.remove_prefix(16);
  if (text.starts_with(':')) {
    second = digits(text, 1, 2);
    if (!in_range(second, 59)) return std::nullopt;
    text.remove_prefix(3);
    if (!skip_fraction(text)) return std::nullopt;
  }
  const ch::seconds since_midnight{hour * 3600 + minute * 60 + second};
  if (text.empty()) return zone.at_local(*day, since_midnight);
  const auto offset = parse_offset(text);
  return offset ? std::optional{at_offset(*day, since_midnight, *offset)} : std::nullopt;
}

// Whether `format` has the conversion `letter`, as in %z; "%%z" has not.
bool has_conversion(std::string_view format, char letter) {
  for (std::size_t i = 0; i + 1 < format.size(); ++i) {
    if (format[i] == '%' && format[++i] == letter) return true;
  }
  return false;
}

locale_t c_locale() {
  static const locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
  PHARMACY_CHECK(locale != nullptr);
  return locale;
}

}  // namespace

std::string to_string(Instant at, const Zone& zone) {
  const LocalTime local = local_time(at, zone);
  return fmt::format("{}T{:02}:{:02}:{:02}{}", to_string(local.day), local.hour, local.minute,
                     local.second, offset_text(zone.offset_at(at)));
}

std::string to_minute_string(Instant at, const Zone& zone) {
  const LocalTime local = local_time(at, zone);
  return fmt::format("{} {:02}:{:02}", to_string(local.day), local.hour, local.minute);
}

std::optional<Instant> parse_instant(std::string_view text, const Zone& zone) {
  if (is_ascii(text)) return parse_iso(text, zone);
  const std::string folded = fold_width(text);
  return is_ascii(folded) ? parse_iso(folded, zone) : std::nullopt;
}

std::optional<Instant> parse_instant(std::string_view text, std::string_view format,
                                     const Zone& zone) {
  const bool rest_ignored = format.ends_with('*');
  if (rest_ignored) format.remove_suffix(1);
  // %s reads a number of seconds in the zone of the machine.
  if (has_conversion(format, 's') || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  // strptime wants zeros at the end; these strings keep their memory from row to row.
  thread_local std::string text_z;
  thread_local std::string format_z;
  text_z.assign(text);
  format_z.assign(format);

  constexpr int no_year = -20'000;
  std::tm parts{};
  parts.tm_year = no_year;
  parts.tm_mday = 1;
  const char* end = ::strptime_l(text_z.c_str(), format_z.c_str(), &parts, c_locale());
  if (end == nullptr || (*end != '\0' && !rest_ignored)) return std::nullopt;

  // strptime takes the 30th of February, and 60 and 61 for leap seconds.
  const auto day = date_of(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
  if (!day || !in_range(parts.tm_hour, 23) || !in_range(parts.tm_min, 59) ||
      !in_range(parts.tm_sec, 59)) {
    return std::nullopt;
  }
  const ch::seconds since_midnight{parts.tm_hour * 3600 + parts.tm_min * 60 + parts.tm_sec};
  if (has_conversion(format, 'z')) {
    return at_offset(*day, since_midnight, ch::seconds{parts.tm_gmtoff});
  }
  return zone.at_local(*day, since_midnight);
}

}  // namespace pharmacy
