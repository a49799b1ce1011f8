#include "complaints/safety/details.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/checked_text.h"
#include "base/count.h"
#include "base/i18n.h"
#include "complaints/health.h"
#include "pharmacy/text.h"

namespace pharmacy::complaints {
namespace {

constexpr std::int64_t age_max = 150;
constexpr Quantity weight_max{500'000};

using Text = std::optional<std::string> ReactionDetails::*;
struct NamedText {
  const char* key;
  const char* what;  // for people
  Text text;
};
constexpr std::array texts{
    NamedText{"name", N_("the reaction"), &ReactionDetails::name},
    NamedText{"course", N_("the course"), &ReactionDetails::course},
    NamedText{"treatment", N_("the treatment"), &ReactionDetails::treatment},
    NamedText{"result", N_("the result"), &ReactionDetails::result},
    NamedText{"dosage", N_("the dosage"), &ReactionDetails::dosage},
    NamedText{"taken_for", N_("what it was taken for"), &ReactionDetails::taken_for},
    NamedText{"other_drugs", N_("other medicines"), &ReactionDetails::other_drugs},
    NamedText{"history", N_("the history"), &ReactionDetails::history}};

// Details may be const.
template <class Details, class Do>
void each_value(Details& details, Do&& act) {
  act("sex", details.sex);
  act("age", details.age);
  act("weight", details.weight);
  act("better_when_stopped", details.better_when_stopped);
  act("again_when_taken", details.again_when_taken);
}

template <NamedEnum Enum>
std::string written_value(Enum value) {
  return to_word(value);
}
std::string written_value(std::int64_t value) { return std::to_string(value); }
std::string written_value(Quantity value) { return std::to_string(value.count()); }

template <class Value>
std::string shown_value(const Value& value) {
  return written_value(value);
}
std::string shown_value(Quantity value) { return to_string(value); }

template <NamedEnum Enum>
void read_value(std::string_view text, std::optional<Enum>& value) {
  value = from_word<Enum>(text);
}
void read_value(std::string_view text, std::optional<std::int64_t>& value) {
  value = parse_whole(text, 0, age_max);
}
void read_value(std::string_view text, std::optional<Quantity>& value) {
  if (const auto count = parse_whole(text, 1, weight_max.count())) value = Quantity{*count};
}

// "key bytes\ntext\n", so that a text may be anything.
void write_part(std::string& written, const char* key, std::string_view text) {
  written += fmt::format("{} {}\n{}\n", key, text.size(), text);
}

// The part at the beginning, which is taken off; nullopt where there is none.
std::optional<std::pair<std::string, std::string>> take_part(std::string_view& rest) {
  const auto line_end = rest.find('\n');
  const auto space = rest.find(' ');
  if (line_end == std::string_view::npos || space > line_end) return std::nullopt;
  const auto size = parse_whole(rest.substr(space + 1, line_end - space - 1), 0,
                                static_cast<std::int64_t>(rest.size()));
  const std::size_t from = line_end + 1;
  if (!size || from + static_cast<std::size_t>(*size) >= rest.size()) return std::nullopt;
  std::pair part{std::string{rest.substr(0, space)},
                 std::string{rest.substr(from, static_cast<std::size_t>(*size))}};
  rest.remove_prefix(from + part.second.size() + 1);
  return part;
}

}  // namespace

ReactionDetails checked_details(const ReactionDetails& given, std::vector<Fault>& faults) {
  ReactionDetails kept = given;
  for (const auto& [key, what, text] : texts) {
    if (!(given.*text)) continue;
    const bool is_name = text == &ReactionDetails::name;
    kept.*text =
        is_name ? checked_text(faults, _(what), std::string_view{*(given.*text)}, reaction_name_max)
                : checked_lines(faults, _(what), *(given.*text), reaction_text_max);
  }
  if (given.age && (*given.age < 0 || *given.age > age_max)) {
    faults.push_back({fmt::format(fmt::runtime(_("not an age in years: {}")), *given.age), {}});
  }
  if (given.weight && (*given.weight <= Quantity{0} || *given.weight > weight_max)) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("not a weight in kg: {}")), to_string(*given.weight)), {}});
  }
  return kept;
}

bool has_any(const ReactionDetails& details) {
  bool has = false;
  for (const auto& named : texts) has = has || (details.*named.text).has_value();
  each_value(details, [&](const char*, const auto& value) { has = has || value.has_value(); });
  return has;
}

void put_over(ReactionDetails& known, const ReactionDetails& newer) {
  const auto put = [](auto& old, const auto& given) {
    if (given) old = given;
  };
  for (const auto& named : texts) put(known.*named.text, newer.*named.text);
  put(known.sex, newer.sex);
  put(known.age, newer.age);
  put(known.weight, newer.weight);
  put(known.better_when_stopped, newer.better_when_stopped);
  put(known.again_when_taken, newer.again_when_taken);
}

std::vector<std::pair<std::string, std::string>> named_details(const ReactionDetails& details) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& named : texts) {
    if (details.*named.text) all.emplace_back(named.key, *(details.*named.text));
  }
  each_value(details, [&](const char* key, const auto& value) {
    if (value) all.emplace_back(key, shown_value(*value));
  });
  return all;
}

std::string written_details(const ReactionPlace& place, const ReactionDetails& details) {
  std::string written = fmt::format("pharmacy-reaction-1\ncomplaint={}\nreaction={}\n",
                                    to_string(place.complaint), place.reaction);
  for (const auto& named : texts) {
    if (details.*named.text) write_part(written, named.key, *(details.*named.text));
  }
  each_value(details, [&](const char* key, const auto& value) {
    if (value) write_part(written, key, written_value(*value));
  });
  return filled_up(std::move(written));
}

std::optional<ReactionDetails> read_details(const ReactionPlace& place, std::string_view written) {
  ReactionDetails details;
  std::string_view rest = written;
  for (int line = 0; line < 3; ++line) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(end + 1);
  }
  while (const auto part = take_part(rest)) {
    for (const auto& named : texts) {
      if (part->first == named.key) details.*named.text = part->second;
    }
    each_value(details, [&](const char* key, auto& value) {
      if (part->first == key) read_value(part->second, value);
    });
  }
  // Only what written_details() writes of what checked_details() took; whoever has the public key
  // can seal anything.
  std::vector<Fault> faults;
  const bool is_kept = written_details(place, checked_details(details, faults)) == written;
  return is_kept && faults.empty() ? std::optional{std::move(details)} : std::nullopt;
}

}  // namespace pharmacy::complaints
