#include "base/posix_rule.h"

namespace pharmacy {
namespace {

namespace ch = std::chrono;

// Reads a rule from its front. What is missing or wrong makes ok() false.
class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : rest_{text} {}
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] bool next_is(char c) const { return rest_.starts_with(c); }

  bool take(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // "EST" or "<+0330>".
  void skip_name() {
    std::size_t length = 0;
    if (take('<')) {
      length = rest_.find('>');
      ok_ = ok_ && length != std::string_view::npos;
      rest_.remove_prefix(ok_ ? length + 1 : rest_.size());
      return;
    }
    while (length < rest_.size() && is_letter(rest_[length])) ++length;
    ok_ = ok_ && length >= 3;
    rest_.remove_prefix(length);
  }

  int number(int min, int max) {
    int value = 0;
    std::size_t length = 0;
    while (length < rest_.size() && length < 4 && rest_[length] >= '0' && rest_[length] <= '9') {
      value = value * 10 + (rest_[length++] - '0');
    }
    ok_ = ok_ && length > 0 && value >= min && value <= max;
    rest_.remove_prefix(length);
    return value;
  }

  // [+-]hh[:mm[:ss]] in seconds.
  int time() {
    const bool negative = take('-');
    if (!negative) take('+');
    int seconds = number(0, 167) * 3600;
    if (take(':')) seconds += number(0, 59) * 60;
    if (take(':')) seconds += number(0, 59);
    return negative ? -seconds : seconds;
  }

  YearlyChange change() {
    YearlyChange result;
    if (take('M')) {
      result.month = number(1, 12);
      ok_ = take('.') && ok_;
      result.week = number(1, 5);
      ok_ = take('.') && ok_;
      result.day = number(0, 6);
    } else if (take('J')) {
      result.kind = YearlyChange::Kind::day_without_leap;
      result.day = number(1, 365);
    } else {
      result.kind = YearlyChange::Kind::day_with_leap;
      result.day = number(0, 365);
    }
    result.seconds = take('/') ? time() : 2 * 3600;
    return result;
  }

 private:
  static bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace

std::int64_t YearlyChange::in_year(ch::year year) const {
  ch::sys_days date = ch::sys_days{year / 1 / 1};
  switch (kind) {
    case Kind::weekday_of_month: {
      const ch::month in{static_cast<unsigned>(month)};
      const ch::weekday on{static_cast<unsigned>(day)};
      if (week == 5) {
        date = ch::sys_days{year / in / on[ch::last]};
      } else {
        date = ch::sys_days{year / in / on[static_cast<unsigned>(week)]};
      }
      break;
    }
    case Kind::day_without_leap:  // the 29th of February has no number
      date += ch::days{day - 1 + (year.is_leap() && day >= 60 ? 1 : 0)};
      break;
    case Kind::day_with_leap:
      date += ch::days{day};
      break;
  }
  return ch::sys_seconds{date}.time_since_epoch().count() + seconds;
}

ch::seconds PosixRule::offset_at(Instant at) const {
  if (!has_summer) return standard;
  const ch::sys_seconds local{ch::seconds{at.seconds} + standard};
  const ch::year year = ch::year_month_day{ch::floor<ch::days>(local)}.year();
  const std::int64_t start = to_summer.in_year(year) - standard.count();
  const std::int64_t end = to_standard.in_year(year) - summer.count();
  // South of the equator summer spans the turn of the year.
  const bool in_summer = start < end ? at.seconds >= start && at.seconds < end
                                     : at.seconds >= start || at.seconds < end;
  return in_summer ? summer : standard;
}

std::optional<PosixRule> parse_posix_rule(std::string_view text) {
  RuleReader reader{text};
  PosixRule rule;
  reader.skip_name();
  rule.standard = ch::seconds{-reader.time()};  // POSIX counts west of Greenwich
  if (!reader.ok()) return std::nullopt;
  if (reader.at_end()) return rule;

  rule.has_summer = true;
  reader.skip_name();
  rule.summer = reader.next_is(',') ? rule.standard + ch::hours{1} : ch::seconds{-reader.time()};
  if (!reader.take(',')) return std::nullopt;
  rule.to_summer = reader.change();
  if (!reader.take(',')) return std::nullopt;
  rule.to_standard = reader.change();
  if (!reader.ok() || !reader.at_end()) return std::nullopt;
  return rule;
}

}  // namespace pharmacy
