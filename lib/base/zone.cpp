#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/i18n.h"
#include "base/posix_rule.h"
#include "pharmacy/error.h"
#include "pharmacy/time.h"

namespace pharmacy {
namespace {

namespace ch = std::chrono;

constexpr const char* tz_database = "/usr/share/zoneinfo/";
constexpr std::size_t tz_file_max = std::size_t{64} * 1024;  // the largest has 4 KiB
constexpr std::size_t zone_name_max = 64;
constexpr std::int64_t day_seconds = 86'400;

// Keeps the calendar arithmetic inside of the years 0 to 10000, whatever the instant.
constexpr Instant within_calendar(Instant at) {
  constexpr ch::sys_seconds first = ch::sys_days{ch::year{0} / 1 / 1};
  constexpr ch::sys_seconds last = ch::sys_days{ch::year{10'000} / 12 / 31};
  return {std::clamp(at.seconds, std::int64_t{first.time_since_epoch().count()},
                     std::int64_t{last.time_since_epoch().count()})};
}

// Names are paths below the database, and nothing else.
bool is_zone_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  };
  return !name.empty() && name.size() <= zone_name_max && name.front() != '/' &&
         std::all_of(name.begin(), name.end(), allowed);
}

// The counts of a TZif header (RFC 9636, 3.1), in the order of the file.
struct Counts {
  std::size_t ut, standard, leap, time, type, chars;
  [[nodiscard]] std::size_t body_size(std::size_t time_size) const {
    return time * time_size + time + type * 6 + chars + leap * (time_size + 4) + standard + ut;
  }
};

constexpr std::size_t header_size = 44;

std::int64_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return size == 4 ? static_cast<std::int32_t>(value) : static_cast<std::int64_t>(value);
}

std::optional<Counts> read_counts(std::string_view bytes) {
  if (bytes.size() < header_size || !bytes.starts_with("TZif") || bytes[4] < '2') {
    return std::nullopt;
  }
  std::size_t counts[6];
  for (std::size_t i = 0; i < 6; ++i) {
    const std::int64_t count = big_endian(bytes, 20 + 4 * i, 4);
    if (count < 0 || count > static_cast<std::int64_t>(tz_file_max)) return std::nullopt;
    counts[i] = static_cast<std::size_t>(count);
  }
  return Counts{counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]};
}

}  // namespace

struct Zone::Rules {
  struct Change {
    std::int64_t at;
    ch::seconds offset;  // from then on
  };
  ch::seconds before{};         // the first change
  std::vector<Change> changes;  // in order
  std::optional<PosixRule> after;

  [[nodiscard]] ch::seconds offset_at(Instant at) const {
    if (after && (changes.empty() || at.seconds >= changes.back().at)) {
      return after->offset_at(at);
    }
    const auto next = std::upper_bound(
        changes.begin(), changes.end(), at.seconds,
        [](std::int64_t seconds, const Change& change) { return seconds < change.at; });
    return next == changes.begin() ? before : std::prev(next)->offset;
  }

  // nullopt where the bytes are no TZif file of version 2 or later, or count leap seconds.
  static std::optional<Rules> parse(std::string_view bytes);
};

std::optional<Zone::Rules> Zone::Rules::parse(std::string_view bytes) {
  const auto old_counts = read_counts(bytes);
  if (!old_counts) return std::nullopt;
  const std::size_t old_size = header_size + old_counts->body_size(4);
  if (bytes.size() < old_size) return std::nullopt;
  bytes.remove_prefix(old_size);

  const auto counts = read_counts(bytes);
  if (!counts || counts->leap != 0 || counts->type == 0) return std::nullopt;
  const std::size_t end = header_size + counts->body_size(8);
  if (bytes.size() < end + 2 || bytes[end] != '\n' || bytes.back() != '\n') return std::nullopt;

  const std::size_t indexes = header_size + counts->time * 8;
  const std::size_t types = indexes + counts->time;
  const auto offset_of = [&](std::size_t type) {
    return ch::seconds{big_endian(bytes, types + type * 6, 4)};
  };
  Rules rules;
  rules.before = offset_of(0);
  rules.changes.reserve(counts->time);
  for (std::size_t i = 0; i < counts->time; ++i) {
    const auto type = static_cast<unsigned char>(bytes[indexes + i]);
    const std::int64_t at = big_endian(bytes, header_size + i * 8, 8);
    const bool in_order = rules.changes.empty() || rules.changes.back().at < at;
    if (type >= counts->type || !in_order) return std::nullopt;
    rules.changes.push_back({at, offset_of(type)});
  }
  const std::string_view footer = bytes.substr(end + 1, bytes.size() - end - 2);
  if (!footer.empty()) {
    rules.after = parse_posix_rule(footer);
    if (!rules.after) return std::nullopt;
  }
  return rules;
}

// Whether it is not for want of such a zone that the file was not read.
static bool is_there(const std::string& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         static_cast<std::size_t>(status.st_size) <= tz_file_max;
}

Zone::Zone(std::string name) : name_{std::move(name)} {
  std::optional<Rules> rules;
  if (name_ == "UTC") {
    rules = Rules{};
  } else if (is_zone_name(name_)) {
    const std::string file = tz_database + name_;
    if (const auto bytes = read_system_file(file, tz_file_max)) {
      rules = Rules::parse(*bytes);
    } else if (is_there(file)) {
      throw Error(Errc::io, fmt::format(fmt::runtime(_("cannot read {}")), file));
    }
  }
  if (!rules) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("no time zone is called {}")), name_),
                _("use a name of the tz database, as Asia/Shanghai"));
  }
  rules_ = std::make_shared<const Rules>(std::move(*rules));
}

Zone Zone::utc() { return Zone{"UTC"}; }

ch::seconds Zone::offset_at(Instant at) const { return rules_->offset_at(within_calendar(at)); }

Date Zone::day_of(Instant at) const {
  const Instant known = within_calendar(at);
  const ch::sys_seconds local{ch::seconds{known.seconds} + rules_->offset_at(known)};
  return Date{ch::floor<ch::days>(local)};
}

Instant Zone::at_local(Date day, ch::seconds since_midnight) const {
  const std::int64_t local =
      ch::sys_seconds{day.sys_days()}.time_since_epoch().count() + since_midnight.count();
  // No offset reaches a day, so the offsets a day before and after enclose every change that
  // could matter.
  const ch::seconds before = rules_->offset_at({local - day_seconds});
  const ch::seconds after = rules_->offset_at({local + day_seconds});
  const Instant first{local - before.count()};
  if (before == after || rules_->offset_at(first) == before) return first;
  const Instant second{local - after.count()};
  return rules_->offset_at(second) == after ? second : first;
}

Instant system_clock_now() { return {std::time(nullptr)}; }

}  // namespace pharmacy
