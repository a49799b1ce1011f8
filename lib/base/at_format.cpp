#include "base/at_format.h"

#include <fmt/format.h>
#include <time.h>

#include <array>

#include "base/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy {
namespace {

// Saturday 2026-10-31 21:09:05 as the format writes it: what cannot be read back so can never be.
std::string sample_of(const std::string& format) {
  std::tm parts{};
  parts.tm_year = 2026 - 1900;
  parts.tm_mon = 9;
  parts.tm_mday = 31;
  parts.tm_hour = 21;
  parts.tm_min = 9;
  parts.tm_sec = 5;
  parts.tm_wday = 6;
  parts.tm_yday = 303;
  parts.tm_zone = "UTC";
  static const locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
  PHARMACY_CHECK(c_locale != nullptr);
  std::string text(format.size() * 16 + 256, '\0');  // no conversion writes more
  text.resize(::strftime_l(text.data(), text.size(), format.c_str(), &parts, c_locale));
  return text;
}

}  // namespace

void check_at_format(const std::optional<std::string>& format) {
  if (!format) return;
  const std::string sample = sample_of(*format);
  if (!sample.empty() && parse_instant(sample, *format, Zone::utc())) return;
  throw Error(Errc::invalid_input,
              fmt::format(fmt::runtime(_("no date can be read by the format '{}'")), *format),
              _("write it as in strptime(3), with a year: '%Y/%m/%d %H:%M'; a * at the end ignores "
                "the rest"));
}

std::optional<std::string> guess_at_format(std::string_view cell, const Zone& zone) {
  constexpr std::array days{"%Y/%m/%d", "%Y-%m-%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"};
  constexpr std::array times{"", " %H:%M", " %H:%M:%S", "T%H:%M:%S", "%H%M%S", "%H%M", "*"};
  for (const std::string_view time : times) {
    for (const std::string_view day : days) {
      auto format = std::string{day}.append(time);
      if (parse_instant(cell, format, zone)) return format;
    }
  }
  return std::nullopt;
}

}  // namespace pharmacy
