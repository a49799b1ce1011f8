#include "base/phone.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/count.h"
#include "base/i18n.h"
#include "pharmacy/text.h"

namespace pharmacy {
namespace {

constexpr std::size_t typed_max = 64;  // bytes; no number is longer
constexpr std::size_t e164_digits_min = 7;
constexpr std::size_t e164_digits_max = 15;

bool is_separator(char c) {
  return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/';
}

// Digits, with a + only before them. Empty where there is anything else.
std::string bare_number(std::string_view text) {
  if (text.size() > typed_max) return {};
  std::string bare;
  for (const char c : fold_width(text)) {
    if (is_separator(c)) continue;
    if (!is_digit(c) && !(c == '+' && bare.empty())) return {};
    bare.push_back(c);
  }
  return bare;
}

bool is_mobile(std::string_view national) {
  return national.size() == 11 && national[0] == '1' && national[1] >= '3';
}

// An area code without its 0, then the subscriber's number.
bool is_landline(std::string_view national) {
  if (national.size() < 9) return false;
  const bool short_area = national.starts_with("10") || national[0] == '2';
  if (!short_area && (national[0] < '3' || national[1] == '0')) return false;
  const std::string_view subscriber = national.substr(short_area ? 2 : 3);
  const bool fits = subscriber.size() == 8 || (!short_area && subscriber.size() == 7);
  return fits && subscriber[0] >= '2';
}

bool is_service(std::string_view national) {
  return national.size() == 10 && (national.starts_with("400") || national.starts_with("800"));
}

// What follows +86; some write the 0 of long distance there too.
std::optional<std::string> chinese(std::string_view national) {
  const bool long_distance = national.starts_with('0');
  if (long_distance) national.remove_prefix(1);
  const bool valid =
      is_mobile(national) || is_landline(national) || (!long_distance && is_service(national));
  return valid ? std::optional{"+86" + std::string{national}} : std::nullopt;
}

std::optional<std::string> international(std::string_view digits) {
  if (digits.starts_with("86")) return chinese(digits.substr(2));
  if (digits.size() < e164_digits_min || digits.size() > e164_digits_max || digits[0] == '0') {
    return std::nullopt;
  }
  if (digits[0] == '1' && (digits.size() != 11 || digits[1] < '2')) return std::nullopt;
  return "+" + std::string{digits};
}

}  // namespace

std::optional<std::string> normalise_phone(std::string_view text) {
  const std::string bare = bare_number(text);
  const std::string_view number{bare};
  if (number.starts_with('+')) return international(number.substr(1));
  if (number.starts_with("00")) return international(number.substr(2));
  if (number.size() == 13 && number.starts_with("86") && is_mobile(number.substr(2))) {
    return chinese(number.substr(2));
  }
  // A landline without its 0 could be anything.
  if (!number.starts_with('0') && is_landline(number) && !is_mobile(number) &&
      !is_service(number)) {
    return std::nullopt;
  }
  return chinese(number);
}

Fault no_phone(std::string_view text) {
  return {fmt::format(fmt::runtime(_("this is no phone number: {}")), for_terminal(text)),
          _("give a mobile number, a landline with its area code, or + and the country's code")};
}

std::string_view last_four(std::string_view phone) {
  return phone.substr(phone.size() - std::min<std::size_t>(4, phone.size()));
}

std::string mask_phone(std::string_view phone) {
  if (phone.starts_with("+86")) {
    phone.remove_prefix(3);
  } else if (phone.starts_with('+')) {
    phone.remove_prefix(1);
  }
  const std::string_view shown = last_four(phone);
  return std::string(phone.size() - shown.size(), '*') + std::string{shown};
}

}  // namespace pharmacy
