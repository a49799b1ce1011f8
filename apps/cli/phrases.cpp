#include "cli/phrases.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/i18n.h"
#include "pharmacy/store.h"

namespace pharmacy::cli {

std::string listed(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, _(", ")));
}

std::string in_one_line(const std::vector<Fault>& faults) {
  std::vector<std::string> parts;
  for (const auto& fault : faults) {
    parts.push_back(fault.message);
    if (!fault.hint.empty()) parts.push_back(fault.hint);
  }
  return fmt::format("{}", fmt::join(parts, _("; ")));
}

std::string more_behind(const std::string& last) {
  return fmt::format(fmt::runtime(_("there are more: go on with --after {}")), last);
}

static int whole_months(Date from, Date to) {
  const auto first = from.ymd(), last = to.ymd();
  const int months = (static_cast<int>(last.year()) - static_cast<int>(first.year())) * 12 +
                     static_cast<int>(static_cast<unsigned>(last.month())) -
                     static_cast<int>(static_cast<unsigned>(first.month()));
  return add_months(from, months) <= to ? months : months - 1;
}

std::string time_between(Date from, Date to) {
  constexpr int months_of_year = 12;
  const int months = whole_months(from, to);
  const int years = months / months_of_year, rest = months % months_of_year;
  const auto days = static_cast<int>((to - add_months(from, months)).count());
  const auto said = [](const char* text, int count) {
    return fmt::format(fmt::runtime(text), count);
  };
  std::vector<std::string> parts;
  if (years > 0) parts.push_back(said(P_("{} year", "{} years", years), years));
  if (rest > 0) parts.push_back(said(P_("{} month", "{} months", rest), rest));
  if (days > 0) parts.push_back(said(P_("{} day", "{} days", days), days));
  if (parts.empty()) return _("today");
  std::string all = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) {
    all = fmt::format(fmt::runtime(_("{longer} {shorter}")), fmt::arg("longer", all),
                      fmt::arg("shorter", parts[i]));
  }
  return all;
}

std::string question(const std::string& what) { return fmt::format(fmt::runtime(_("{}: ")), what); }

std::string shell_word(std::string_view word) {
  const auto plain = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
           (c >= 'a' && c <= 'z') ||
           std::string_view{"+-_.,:@/%"}.find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return std::string{word};
  std::string in_quotes{'\''};
  for (const char c : word) in_quotes += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return in_quotes + '\'';
}

bool is_secret(std::string_view text) {
  constexpr std::string_view first_word = "pharmacy-key-1";  // a shell may have cut off the rest
  return text == first_word || text.starts_with(std::string{first_word} + ' ') ||
         is_recovery_code(text);
}

}  // namespace pharmacy::cli
