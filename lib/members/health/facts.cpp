#include "members/health/facts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/checked_text.h"
#include "base/i18n.h"
#include "base/substance_keys.h"
#include "members/check.h"
#include "pharmacy/text.h"

namespace pharmacy::members {
namespace {

constexpr std::size_t longest_fact = 200;  // bytes
constexpr std::size_t longest_text = 4'000;
constexpr std::string_view first_line = "pharmacy-health-1\n";
constexpr std::size_t padded_to = 256;

using enum HealthKind;

// What a kind of note has, as letters: the facts below, in capitals where it must have them. An
// allergy has an ingredient or a class.
struct Shape {
  HealthKind kind;
  std::string_view facts;
};
constexpr Shape shapes[] = {{condition, "Cvft"}, {history, "Cvft"},   {allergy, "igxvft"},
                            {regimen, "Idft"},   {response, "IRxft"}, {pregnancy, "ft"},
                            {other, "fT"}};

std::string_view shape_of(HealthKind kind) {
  return std::ranges::find(shapes, kind, &Shape::kind)->facts;
}

// Each fact once: its letter, the word before its value in what is sealed, and what it is called.
template <class Facts, class Visit>
void each_fact(Facts& facts, const Visit& visit) {
  visit('i', "ingredient", _("ingredient"), facts.ingredient);
  visit('g', "drug_class", _("class of drugs"), facts.drug_class);
  visit('c', "condition", _("illness"), facts.condition);
  visit('x', "reaction", _("reaction"), facts.reaction);
  visit('v', "severity", _("severity"), facts.severity);
  visit('r', "response", _("response to a drug"), facts.response);
  visit('d', "dose", _("dose"), facts.dose);
  visit('f', "since", _("first day"), facts.since);
  visit('f', "until", _("last day"), facts.until);
  visit('t', "text", _("text"), facts.text);
}

std::string upper(char letter) { return {static_cast<char>(letter - 'a' + 'A')}; }

void check_shape(const HealthFacts& facts, std::vector<Fault>& faults) {
  const std::string_view shape = shape_of(facts.kind);
  each_fact(facts, [&](char letter, const char*, const char* name, const auto& value) {
    const bool is_required = shape.find(upper(letter)) != std::string_view::npos;
    const bool is_known = is_required || shape.find(letter) != std::string_view::npos;
    if (value && !is_known) {
      faults.push_back(
          {fmt::format(fmt::runtime(_("a note of this kind has no such fact: {}")), name),
           _("leave it out, or write it into the text")});
    }
    if (!value && is_required)
      faults.push_back({fmt::format(fmt::runtime(_("a note of this kind needs: {}")), name), {}});
  });
  if (facts.kind == allergy && !facts.ingredient && !facts.drug_class) {
    faults.push_back(
        {_("an allergy is to an ingredient, or to a class of drugs"),
         _("give --ingredient, or --drug-class with an ATC code or the name of a class")});
  }
}

void check_days(const HealthFacts& facts, Date today, std::vector<Fault>& faults) {
  if (facts.since && (*facts.since > today || *facts.since < earliest_day)) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("not a day until today: {}")), to_string(*facts.since)), {}});
  }
  if (facts.since && facts.until && *facts.until < *facts.since) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("this ends before it begins: {}")), to_string(*facts.until)),
         {}});
  }
}

HealthFacts with_kept_texts(const HealthFacts& facts, std::vector<Fault>& faults) {
  HealthFacts kept = facts;
  const auto check = [&](const char* name, std::optional<std::string>& text, std::size_t longest) {
    text = checked_text(faults, name, text, longest);
  };
  check(_("ingredient"), kept.ingredient, longest_fact);
  check(_("class of drugs"), kept.drug_class, longest_fact);
  check(_("illness"), kept.condition, longest_fact);
  check(_("reaction"), kept.reaction, longest_fact);
  check(_("dose"), kept.dose, longest_fact);
  check(_("text"), kept.text, longest_text);
  return kept;
}

// Of what somebody is allergic to, as it is typed: a code goes by itself and as one below each
// level above it, all else by its name.
void add_allergy_keys(std::vector<std::string>& keys, const std::string& typed,
                      std::string (*by_name)(std::string_view)) {
  const auto code = kept_atc(typed);
  if (!code) {
    keys.push_back(by_name(typed));
    return;
  }
  keys.push_back(atc_key(*code));
  for (const std::string& level : atc_level_keys(*code)) {
    if (name_of_key(level) != *code) keys.push_back(below_atc_key(name_of_key(level)));
  }
}

// Two names may be the same, and two codes below the same level.
std::vector<std::string> each_once(const std::vector<std::string>& keys) {
  std::vector<std::string> once;
  for (const std::string& key : keys) {
    if (std::ranges::find(once, key) == once.end()) once.push_back(key);
  }
  return once;
}

std::string value_text(const std::string& value) { return value; }
std::string value_text(Date value) { return to_string(value); }
std::string value_text(NamedEnum auto value) { return to_word(value); }

bool take(std::optional<std::string>& fact, std::string_view text) {
  fact = std::string{text};
  return true;
}
bool take(std::optional<Date>& fact, std::string_view text) {
  fact = parse_date(text);
  return fact.has_value();
}
template <NamedEnum Enum>
bool take(std::optional<Enum>& fact, std::string_view text) {
  fact = from_word<Enum>(text);
  return fact.has_value();
}

// "word=value" into the fact of that word; false where there is none, or it is no value of it.
bool take_line(WrittenNote& note, std::string_view line) {
  const auto mark = line.find('=');
  if (mark == std::string_view::npos) return false;
  const std::string_view value = line.substr(mark + 1);
  const std::string_view word = line.substr(0, mark);
  if (word == "member") {
    const auto member = parse_member_id(value);
    if (member) note.member = *member;
    return member.has_value();
  }
  if (word == "kind") {
    const auto kind = from_word<HealthKind>(value);
    if (kind) note.facts.kind = *kind;
    return kind.has_value();
  }
  bool is_taken = false;
  each_fact(note.facts, [&](char, std::string_view name, const char*, auto& fact) {
    if (name == word) is_taken = take(fact, value);
  });
  return is_taken;
}

}  // namespace

HealthFacts checked(const HealthFacts& facts, Date today, std::vector<Fault>& faults) {
  check_shape(facts, faults);
  check_days(facts, today, faults);
  return with_kept_texts(facts, faults);
}

std::vector<std::string> keys_of(const HealthFacts& facts) {
  std::vector<std::string> keys;
  const auto names = split_names(facts.ingredient.value_or(""));
  switch (facts.kind) {
    case allergy:
      for (const auto& name : names) add_allergy_keys(keys, name, ingredient_key);
      if (facts.drug_class) add_allergy_keys(keys, *facts.drug_class, allergen_class_key);
      break;
    case regimen:
      for (const auto& name : names) keys.push_back(regimen_key(name));
      break;
    case condition:
      keys.push_back(condition_key(facts.condition.value_or("")));
      break;
    case pregnancy:
      keys.push_back(pregnancy_key());
      break;
    case history:
    case response:
    case other:
      break;
  }
  return each_once(keys);
}

bool alerts_by_itself(HealthKind kind) {
  return kind == allergy || kind == regimen || kind == pregnancy;
}

std::string written(const WrittenNote& note) {
  std::string text{first_line};
  const auto line = [&text](std::string_view word, std::string_view value) {
    text += fmt::format("{}={}\n", word, value);
  };
  line("member", to_string(note.member));
  line("kind", to_word(note.facts.kind));
  each_fact(note.facts, [&](char, const char* word, const char*, const auto& fact) {
    if (fact) line(word, value_text(*fact));
  });
  text.resize((text.size() + padded_to - 1) / padded_to * padded_to, '\0');
  return text;
}

std::optional<WrittenNote> read_written(std::string_view text) {
  WrittenNote note{};
  std::string_view rest = text.substr(0, text.find('\0'));
  if (!rest.starts_with(first_line)) return std::nullopt;
  rest.remove_prefix(first_line.size());
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos || !take_line(note, rest.substr(0, end))) return std::nullopt;
    rest.remove_prefix(end + 1);
  }
  // Whoever has the public key can seal what no verb would take.
  std::vector<Fault> faults;
  check_shape(note.facts, faults);
  note.facts = with_kept_texts(note.facts, faults);
  // Only what written() writes: each fact once, in their order, as it is kept, nothing behind.
  if (!faults.empty() || written(note) != text) return std::nullopt;
  return note;
}

}  // namespace pharmacy::members
