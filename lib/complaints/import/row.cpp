#include "complaints/import/row.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/at_format.h"
#include "base/i18n.h"
#include "base/phone.h"
#include "pharmacy/complaint_steps.h"
#include "pharmacy/text.h"
#include "pharmacy/visits.h"

namespace pharmacy::complaints {
namespace {

constexpr std::size_t shown_columns = 40;  // of a cell in a message
constexpr std::size_t reference_max = 64;  // bytes
constexpr std::size_t other_number_max = 64;
constexpr int first_year = 1900;

std::string shown(std::string_view cell) { return cut_to_width(for_terminal(cell), shown_columns); }

// Reads one row, collecting what is wrong.
class CaseReader {
 public:
  CaseReader(const Sheet& sheet, const CaseRules& rules) : sheet_{sheet}, rules_{rules} {}

  Case read() {
    case_.line = sheet_.line();
    case_.raw = sheet_.raw();
    case_.faults = sheet_.faults();
    if (sheet_.is_ragged()) return std::move(case_);
    case_.reference = number(reference_field, reference_max).value_or("");
    read_words();
    read_person();
    read_texts();
    read_times();
    return std::move(case_);
  }

 private:
  void fail(FieldPlace place, std::string message) {
    case_.faults.push_back({sheet_.column(place), std::move(message)});
  }

  // What is kept of a cell; nullopt where it is empty, or cannot be kept.
  std::optional<std::string> checked(FieldPlace place, std::optional<std::string> kept,
                                     std::size_t longest) {
    const auto cell = sheet_.cell(place);
    if (cell.empty()) return std::nullopt;
    if (!kept || kept->empty()) {
      fail(place, fmt::format(fmt::runtime(_("{} is no text that can be kept")), shown(cell)));
      return std::nullopt;
    }
    if (kept->size() <= longest) return kept;
    fail(place, fmt::format(fmt::runtime(_("the text has {bytes} bytes: at most {most} can be"
                                           " kept")),
                            fmt::arg("bytes", kept->size()), fmt::arg("most", longest)));
    return std::nullopt;
  }
  std::optional<std::string> lines(FieldPlace place, std::size_t longest) {
    return checked(place, normalise_lines(sheet_.cell(place)), longest);
  }
  std::optional<std::string> line(FieldPlace place, std::size_t longest) {
    return checked(place, normalise(on_one_line(sheet_.cell(place))), longest);
  }
  // A number that is a name: of a case, a card, a product, a phone.
  std::optional<std::string> number(FieldPlace place, std::size_t longest) {
    const auto cell = without_digit_guard(sheet_.cell(place));
    if (is_mangled_number(cell)) {
      fail(place,
           fmt::format(fmt::runtime(_("{} is a number that a spreadsheet cut short: export the "
                                      "column as text")),
                       shown(cell)));
      return std::nullopt;
    }
    return checked(place, normalise(fold_width(cell)), longest);
  }

  // A word of an enumeration, or what other systems write for it.
  template <class Enum>
  std::optional<Enum> word(FieldPlace place, std::optional<Enum> (*called)(std::string_view)) {
    const auto cell = sheet_.cell(place);
    if (cell.empty()) return std::nullopt;
    const auto read = called(cell);
    if (!read) {
      fail(place, fmt::format(fmt::runtime(_("not a known word: {word}; known are {all}")),
                              fmt::arg("word", shown(cell)),
                              fmt::arg("all", fmt::join(words_of<Enum>(), ", "))));
    }
    return read;
  }

  void read_words() {
    auto& said = case_.said;
    said.kind = word(kind_field, kind_called).value_or(ComplaintKind::complaint);
    said.channel = word(channel_field, complaint_channel_called).value_or(ComplaintChannel::store);
    said.severity = word(severity_field, severity_called).value_or(ComplaintSeverity::minor);
    said.category = word(category_field, category_called);
    case_.outcome = word(outcome_field, outcome_called);
    case_.cause = word(cause_field, cause_called);
  }

  void read_person() {
    auto& said = case_.said;
    said.name = line(name_field, complaint_name_max);
    said.contact = number(contact_field, complaint_contact_max);
    if (said.contact) {
      if (auto phone = normalise_phone(*said.contact)) said.contact = std::move(phone);
    }
    case_.who = number(member_field, other_number_max);
    said.product = number(product_field, other_number_max);
    said.batch = number(batch_field, batch_max);
    if (said.batch && sheet_.cell(product_field).empty())
      fail(batch_field, _("a batch of no product"));
    case_.department = line(department_field, department_max);
    case_.owner = line(owner_field, complaint_name_max);
  }

  void read_texts() {
    if (case_.said.kind == ComplaintKind::adverse_reaction) return read_health();
    case_.said.text = lines(text_field, complaint_text_max).value_or("");
    case_.reply = lines(reply_field, step_text_max);
  }
  // What was told of a reaction, and what was done about it, is about health: it is sealed.
  void read_health() {
    auto& health = case_.said.health;
    health = lines(text_field, complaint_health_max);
    const auto reply = lines(reply_field, step_text_max);
    if (!reply) return;
    health = health ? *health + "\n\n" + *reply : *reply;
    if (health->size() <= complaint_health_max) return;
    fail(reply_field,
         fmt::format(fmt::runtime(_("the text has {bytes} bytes: at most {most} can be kept")),
                     fmt::arg("bytes", health->size()), fmt::arg("most", complaint_health_max)));
  }

  void read_times() {
    const auto received = time(received_field);
    if (!received) {
      for (const auto place : {acknowledged_field, replied_field, closed_field}) time(place);
      return;
    }
    if (static_cast<int>(rules_.zone.day_of(*received).ymd().year()) < first_year) {
      fail(received_field, fmt::format(fmt::runtime(_("{} lies before the year 1900")),
                                       shown(sheet_.cell(received_field))));
    }
    case_.received = *received;
    Before before{received_field, *received};
    case_.acknowledged = time_after(acknowledged_field, before);
    case_.replied = time_after(replied_field, before);
    case_.closed = time_after(closed_field, before);
  }

  // The latest of the times before.
  struct Before {
    FieldPlace place;
    Instant at;
  };

  // Of a day that is written without a time it was the beginning or, on the day of what was before
  // it, that moment.
  std::optional<Instant> time_after(FieldPlace place, Before& before) {
    auto at = time(place);
    if (!at) return std::nullopt;
    const Date day = rules_.zone.day_of(*at);
    const bool is_day_only = *at == rules_.zone.at_local(day, std::chrono::seconds{0});
    if (is_day_only && day == rules_.zone.day_of(before.at)) at = std::max(*at, before.at);
    if (*at < before.at) {
      fail(place, fmt::format(fmt::runtime(_("{time} lies before {column}: {other}")),
                              fmt::arg("time", shown(sheet_.cell(place))),
                              fmt::arg("column", sheet_.column(before.place)),
                              fmt::arg("other", shown(sheet_.cell(before.place)))));
      return std::nullopt;
    }
    before = {place, *at};
    return at;
  }

  std::optional<Instant> time(FieldPlace place) {
    const auto cell = sheet_.cell(place);
    if (cell.empty()) return std::nullopt;
    const auto& format = rules_.at_format;
    const auto at =
        format ? parse_instant(cell, *format, rules_.zone) : parse_instant(cell, rules_.zone);
    if (!at) {
      fail(place, why_no_time(cell));
    } else if (*at > rules_.now) {
      fail(place, fmt::format(fmt::runtime(_("{} lies in the future")), shown(cell)));
      return std::nullopt;
    }
    return at;
  }

  std::string why_no_time(std::string_view cell) {
    if (rules_.at_format) {
      return fmt::format(fmt::runtime(_("{0} is not a date or time of the form {1}")), shown(cell),
                         *rules_.at_format);
    }
    if (const auto proposed = guess_at_format(cell, rules_.zone)) {
      return fmt::format(
          fmt::runtime(_("{0} is not a date or time such as 2026-10-31 or 2026-10-31 09:30; try "
                         "--at-format '{1}'")),
          shown(cell), *proposed);
    }
    return fmt::format(
        fmt::runtime(_("{} is not a date or time such as 2026-10-31 or 2026-10-31 09:30; say how "
                       "they are written with --at-format")),
        shown(cell));
  }

  const Sheet& sheet_;
  const CaseRules& rules_;
  Case case_;
};

}  // namespace

Case read_case(const Sheet& sheet, const CaseRules& rules) {
  return CaseReader{sheet, rules}.read();
}

}  // namespace pharmacy::complaints
