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
