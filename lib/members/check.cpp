#include "members/check.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <utility>

#include "base/i18n.h"
#include "base/phone.h"
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

using namespace std::chrono_literals;

constexpr std::size_t name_size_max = 200;
constexpr std::size_t card_size_max = 64;
constexpr std::size_t address_size_max = 500;
constexpr std::size_t note_size_max = 4000;
constexpr Date earliest{1850y / 1 / 1};  // nobody alive, and no pharmacy's file, is older

// `kept` is what normalising made of the text.
std::optional<std::string> of_size(std::optional<std::string> kept, std::size_t max,
                                   const char* field, Faults& faults) {
  if (!kept) {
    faults.push_back(
        {field,
         {fmt::format(fmt::runtime(_("the {} has control characters, or is not UTF-8")), _(field)),
          {}}});
  } else if (kept->size() > max) {
    faults.push_back(
        {field,
         {fmt::format(fmt::runtime(_("the {} is longer than {} bytes")), _(field), max), {}}});
    kept.reset();
  }
  return kept;
}

std::optional<Date> in_range(Date day, Date today, const char* field, Faults& faults) {
  if (earliest <= day && day <= today) return day;
  faults.push_back({field,
                    {fmt::format(fmt::runtime(_("the {} is not between {} and today: {}")),
                                 _(field), to_string(earliest), to_string(day)),
                     {}}});
  return std::nullopt;
}

bool is_given(const std::optional<std::string>& text) { return text && !text->empty(); }

}  // namespace

std::optional<std::string> checked_name(std::string_view text, Faults& faults) {
  return of_size(normalise(text), name_size_max, N_("name"), faults);
}

std::optional<std::string> checked_card(std::string_view text, Faults& faults) {
  auto card = of_size(normalise(text), card_size_max, N_("card"), faults);
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
    faults.push_back(
        {"phone",
         {fmt::format(fmt::runtime(_("this is no phone number: {}")), for_terminal(text)),
          _("give a mobile number, a landline with its area code, or + and the country's code")}});
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
  if (birth) return in_range(*birth, today, N_("birth"), faults);
  faults.push_back({"birth",
                    {fmt::format(fmt::runtime(_("this is no date: {}")), for_terminal(text)),
                     _("write it as 1980-02-03")}});
  return std::nullopt;
}

std::optional<std::string> checked_address(std::string_view text, Faults& faults) {
  return of_size(normalise(text), address_size_max, N_("address"), faults);
}

std::optional<std::string> checked_note(std::string_view text, Faults& faults) {
  return of_size(normalise_lines(text), note_size_max, N_("note"), faults);
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
  if (input.birth) kept.birth = in_range(*input.birth, today, N_("birth"), faults);
  if (input.joined) kept.joined = in_range(*input.joined, today, N_("joined"), faults);
  if (!kept.name && !kept.card && faults.size() == before) {
    faults.push_back({"name", {_("a member needs a name or a card"), {}}});
  }
  return kept;
}

void check_limit(std::size_t limit) {
  if (limit >= 1 && limit <= members_limit_max) return;
  throw Error(Errc::invalid_input, fmt::format(fmt::runtime(_("a limit is between 1 and {}: {}")),
                                               members_limit_max, limit));
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
