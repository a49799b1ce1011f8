#include "policy/calendar_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/count.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy::policy {
namespace {

using nlohmann::json;

constexpr std::size_t faults_max = 20;
constexpr std::size_t occasion_bytes_max = 100;

// Its keys.
constexpr const char* holidays = "holidays";
constexpr const char* make_up_days = "workdays";
constexpr const char* days_in_lieu = "inLieuDays";

class CalendarReader {
 public:
  explicit CalendarReader(std::string_view name) : name_{for_terminal(name)} {}

  PublishedYear read(std::string_view text) {
    const json document = parse(text);
    stop_at_faults();
    read_days(document, holidays, DayKind::holiday);
    read_days(document, make_up_days, DayKind::make_up);
    read_days(document, days_in_lieu, DayKind::in_lieu);
    refuse_others(document);
    stop_at_faults();
    return whole_year();
  }

 private:
  void fault(const std::string& message, std::string hint = {}) {
    if (faults_.size() == faults_max) return;
    faults_.push_back({fmt::format("{}: {}", name_, message), std::move(hint)});
  }

  void stop_at_faults() {
    if (!faults_.empty()) throw Error(Errc::bad_data, std::move(faults_));
  }

  // An object that has a key twice says two things; the parser would keep the last.
  json parse(std::string_view text) {
    if (text.size() > calendar_bytes_max) {
      fault(fmt::format(fmt::runtime(_("a calendar has at most {} bytes")), calendar_bytes_max));
      return {};
    }
    std::vector<std::set<std::string>> open;  // the keys of the objects that are being read
    const auto note_twice = [&](int /*depth*/, json::parse_event_t event, const json& parsed) {
      if (event == json::parse_event_t::object_start) open.emplace_back();
      if (event == json::parse_event_t::object_end) open.pop_back();
      if (event == json::parse_event_t::key &&
          !open.back().insert(parsed.get<std::string>()).second) {
        fault(fmt::format(fmt::runtime(_("this is there twice: {}")),
                          for_terminal(parsed.get<std::string>())));
      }
      return true;
    };
    try {
      return json::parse(text, note_twice);
    } catch (const json::parse_error& error) {
      fault_at(text, error.byte);
    } catch (const json::exception&) {  // a number that is too large
      fault_at(text, text.size());
    }
    return {};
  }

  // The parser's own words are English; the place is what counts. `byte` is counted from 1.
  void fault_at(std::string_view text, std::size_t byte) {
    const auto before = text.substr(0, std::min(std::max<std::size_t>(byte, 1) - 1, text.size()));
    const auto line = std::ranges::count(before, '\n') + 1;
    const auto column = before.size() - (before.rfind('\n') + 1) + 1;  // npos + 1 is 0
    faults_.push_back(
        {fmt::format("{}:{}:{}: {}", name_, line, column, _("this is not JSON")), {}});
  }

  void read_days(const json& document, const char* key, DayKind kind) {
    const auto found = document.find(key);  // the end where it is no object
    if (found == document.end() || !found->is_object()) {
      fault(fmt::format(fmt::runtime(_("no days under \"{}\"")), key),
            _("pharmacy-policy(5) shows the form of a calendar"));
      return;
    }
    for (const auto& [day, about] : found->items()) read_day(day, about, kind);
  }

  void read_day(const std::string& text, const json& about, DayKind kind) {
    const auto day = parse_date(text);
    if (!day || to_string(*day) != text) {
      fault(fmt::format(fmt::runtime(_("not a day: {}")), for_terminal(text)),
            _("write it as 2026-10-01"));
      return;
    }
    const auto occasion = about.is_string() ? occasion_of(about.get<std::string>()) : std::nullopt;
    if (!occasion) {
      fault(fmt::format(fmt::runtime(_("{} is not said to be what it is")), text),
            _("write it as \"National Day,国庆节,3\""));
      return;
    }
    add({.day = *day, .kind = kind, .occasion = *occasion});
  }

  // "National Day,国庆节,3": in English, in Chinese, and for how many days the law frees people.
  static std::optional<std::string> occasion_of(const std::string& text) {
    const auto first = text.find(',');
    const auto last = text.rfind(',');
    if (first == std::string::npos || first == last) return std::nullopt;
    const auto chinese = normalise(std::string_view{text}.substr(first + 1, last - first - 1));
    if (!chinese || chinese->empty() || chinese->size() > occasion_bytes_max ||
        chinese->find(',') != std::string::npos ||
        !parse_count(std::string_view{text}.substr(last + 1), 0, 366)) {
      return std::nullopt;
    }
    return chinese;
  }

  // A day in lieu is among the holidays too, by the same name.
  void add(const CalendarDay& day) {
    const auto [there, is_new] = days_.try_emplace(day.day, day);
    const bool is_holiday =
        !is_new && there->second.kind == DayKind::holiday && there->second.occasion == day.occasion;
    if (day.kind == DayKind::in_lieu) {
      there->second.kind = DayKind::in_lieu;
      if (!is_holiday) {
        fault(fmt::format(fmt::runtime(_("{} is a day in lieu, and no such holiday")),
                          to_string(day.day)));
      }
    } else if (!is_new) {
      fault(fmt::format(fmt::runtime(_("{} is a holiday and a working day")), to_string(day.day)));
    }
  }

  void refuse_others(const json& document) {
    if (!document.is_object()) return;
    for (const auto& [key, value] : document.items()) {
      if (key == holidays || key == make_up_days || key == days_in_lieu) continue;
      fault(fmt::format(fmt::runtime(_("unknown key {}")), for_terminal(key)));
    }
  }

  PublishedYear whole_year() {
    if (days_.empty()) fault(_("there is no day in it"));
    stop_at_faults();
    const auto year_of = [](Date day) { return static_cast<int>(day.ymd().year()); };
    PublishedYear whole{.year = year_of(days_.begin()->first), .days = {}};
    const int last = year_of(days_.rbegin()->first);
    if (last != whole.year) {
      fault(fmt::format(fmt::runtime(_("it has days of {first} and of {last}")),
                        fmt::arg("first", whole.year), fmt::arg("last", last)),
            _("a file holds one year, which it replaces"));
    }
    stop_at_faults();
    for (auto& [day, about] : days_) whole.days.push_back(std::move(about));
    return whole;
  }

  std::string name_;
  std::vector<Fault> faults_;
  std::map<Date, CalendarDay> days_;
};

}  // namespace

PublishedYear parse_calendar(std::string_view text, std::string_view name) {
  return CalendarReader{name}.read(text);
}

}  // namespace pharmacy::policy
