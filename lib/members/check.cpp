#include "members/check.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

#include "base/i18n.h"
#include "base/phone.h"
#include "members/facts/facts.h"
#include "pharmacy/text.h"

namespace pharmacy {

std::optional<Sex> parse_sex(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, Sex>, 8> words{{{"female", Sex::female},
                                                                   {"male", Sex::male},
                                                                   {"f", Sex::female},
                                                                   {"m", Sex::male},
                                                                   {"女", Sex::female},
                                                                   {"男", Sex::male},
                                                                   {"女性", Sex::female},
                                                                   {"男性", Sex::male}}};
  if (!is_valid_utf8(text)) return std::nullopt;
  const std::string folded = fold(text);
  for (const auto& [word, sex] : words) {
    if (folded == word) return sex;
  }
  return std::nullopt;
}

namespace members {
namespace {

// A text, the bytes it may have, and what is said where it is wrong.
struct TextRule {
  const char* field;
  std::size_t size_max;
  const char* not_text;
  const char* too_long;
};
constexpr TextRule name_rule{"name", 200, N_("the name has control characters, or is not UTF-8"),
                             N_("the name is longer than {} bytes")};
constexpr TextRule card_rule{"card", 64,
                             N_("the card's number has control characters, or is not UTF-8"),
                             N_("the card's number is longer than {} bytes")};
constexpr TextRule address_rule{"address", 500,
                                N_("the address has control characters, or is not UTF-8"),
                                N_("the address is longer than {} bytes")};
constexpr TextRule note_rule{"note", 4000, N_("the note has control characters, or is not UTF-8"),
                             N_("the note is longer than {} bytes")};
constexpr TextRule region_rule{"region", 100,
                               N_("the region has control characters, or is not UTF-8"),
                               N_("the region is longer than {} bytes")};
constexpr TextRule call_as_rule{"call_as", 60,
                                N_("how to address her has control characters, or is not UTF-8"),
                                N_("how to address her is longer than {} bytes")};

// `kept` is what normalising made of the text.
std::optional<std::string> by_rule(std::optional<std::string> kept, const TextRule& rule,
                                   Faults& faults) {
  if (!kept) {
    faults.push_back({rule.field, {_(rule.not_text), {}}});
  } else if (kept->size() > rule.size_max) {
    faults.push_back(
        {rule.field, {fmt::format(fmt::runtime(_(rule.too_long)), rule.size_max), {}}});
    kept.reset();
  }
  return kept;
}

// `message` is translated, and holds {earliest} and {day}.
std::optional<Date> in_range(Date day, Date today, const char* field, const char* message,
                             Faults& faults) {
  if (earliest_day <= day && day <= today) return day;
  faults.push_back(
      {field,
       {fmt::format(fmt::runtime(message), fmt::arg("earliest", to_string(earliest_day)),
                    fmt::arg("day", to_string(day))),
        {}}});
  return std::nullopt;
}

std::optional<Date> birth_in_range(Date day, Date today, Faults& faults) {
  return in_range(day, today, "birth",
                  _("the day of birth is before {earliest} or after today: {day}"), faults);
}

bool is_given(const std::optional<std::string>& text) { return text && !text->empty(); }

}  // namespace

std::optional<std::string> checked_name(std::string_view text, Faults& faults) {
  return by_rule(normalise(text), name_rule, faults);
}

std::optional<std::string> checked_card(std::string_view text, Faults& faults) {
  auto card = by_rule(normalise(text), card_rule, faults);
  if (!card) return card;
  *card = fold_width(*card);
  if (card->find(' ') == std::string::npos) return card;
  faults.push_back(
      {"card", {fmt::format(fmt::runtime(_("a card's number has no spaces: {}")), *card), {}}});
  return std::nullopt;
}

std::optional<std::string> checked_phone(std::string_view text, Faults& faults) {
  auto phone = is_valid_utf8(text) ? normalise_phone(text) : std::nullopt;
  if (!phone) {
    faults.push_back({"phone", no_phone(text)});
  }
  return phone;
}

std::optional<Sex> checked_sex(std::string_view text, Faults& faults) {
  const auto sex = parse_sex(text);
  if (!sex) {
    faults.push_back({"sex",
                      {fmt::format(fmt::runtime(_("this is no sex: {}")), for_terminal(text)),
                       _("female, male, f, m, 女 or 男")}});
  }
  return sex;
}

std::optional<Date> checked_birth(std::string_view text, Date today, Faults& faults) {
  const auto birth = parse_date(text);
  if (birth) return birth_in_range(*birth, today, faults);
  faults.push_back({"birth",
                    {fmt::format(fmt::runtime(_("this is no date: {}")), for_terminal(text)),
                     _("write it as 1980-02-03")}});
  return std::nullopt;
}

std::optional<std::string> checked_address(std::string_view text, Faults& faults) {
  return by_rule(normalise(text), address_rule, faults);
}

std::optional<std::string> checked_note(std::string_view text, Faults& faults) {
  return by_rule(normalise_lines(text), note_rule, faults);
}

std::optional<std::string> checked_region(std::string_view text, Faults& faults) {
  return by_rule(normalise(text), region_rule, faults);
}

std::optional<std::string> checked_call_as(std::string_view text, Faults& faults) {
  return by_rule(normalise(text), call_as_rule, faults);
}

NewMember checked(const NewMember& input, Date today, Faults& faults) {
  const std::size_t before = faults.size();
  NewMember kept;
  kept.shared_phone = input.shared_phone;
  kept.sex = input.sex;
  const auto text = [&](const std::optional<std::string>& given, auto check) {
    std::optional<std::string> value;
    if (is_given(given)) value = check(*given, faults);
    return value && !value->empty() ? value : std::nullopt;
  };
  kept.name = text(input.name, checked_name);
  kept.card = text(input.card, checked_card);
  kept.phone = text(input.phone, checked_phone);
  kept.address = text(input.address, checked_address);
  kept.note = text(input.note, checked_note);
  kept.region = text(input.region, checked_region);
  kept.call_as = text(input.call_as, checked_call_as);
  kept.kind = input.kind;
  kept.member_class = input.member_class;
  kept.relation = input.relation;
  kept.contact_by = input.contact_by;
  kept.city_size = input.city_size;
  kept.reason = input.reason;
  check_person(input.kind, input.sex || input.birth, faults);
  if (input.birth) kept.birth = birth_in_range(*input.birth, today, faults);
  if (input.joined) {
    kept.joined =
        in_range(*input.joined, today, "joined",
                 _("the day of joining is before {earliest} or after today: {day}"), faults);
  }
  if (!kept.name && !kept.card && faults.size() == before) {
    faults.push_back({"name", {_("a member needs a name or a card"), {}}});
  }
  return kept;
}

void check_limit(std::size_t limit) {
  if (limit >= 1 && limit <= members_limit_max) return;
  throw Error(Errc::invalid_input,
              fmt::format(fmt::runtime(_("not a limit from 1 to {most}: {limit}")),
                          fmt::arg("most", members_limit_max), fmt::arg("limit", limit)));
}

void throw_if_any(const Faults& faults, const std::vector<Fault>& conflicts) {
  if (faults.empty() && conflicts.empty()) return;
  std::vector<Fault> all;
  for (const auto& fault : faults) all.push_back(fault.fault);
  all.insert(all.end(), conflicts.begin(), conflicts.end());
  throw Error(faults.empty() ? Errc::conflict : Errc::invalid_input, std::move(all));
}

}  // namespace members
}  // namespace pharmacy
