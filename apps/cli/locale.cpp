#include "cli/locale.h"

#include <algorithm>

namespace pharmacy::cli {

// "zh_CN" of "zh_CN.UTF-8@pinyin".
static std::string_view language_of(std::string_view locale) {
  return locale.substr(0, locale.find_first_of(".@"));
}

// Simplified Chinese of some place: the one of China will do. Taiwan's and Hong Kong's will not.
static bool reads_zh_cn(std::string_view language) {
  return language == "zh" || language == "zh_SG" || language == "zh_MY" ||
         language.starts_with("zh_Hans");
}

static std::string with_fallbacks(std::string_view languages) {
  std::string all;
  while (!languages.empty()) {
    const auto one = languages.substr(0, languages.find(':'));
    languages.remove_prefix(std::min(one.size() + 1, languages.size()));
    if (one.empty()) continue;
    all += (all.empty() ? "" : ":") + std::string{one};
    if (reads_zh_cn(language_of(one))) all += ":zh_CN";
  }
  return all;
}

std::optional<std::string> languages_for(std::string_view locale, std::string_view languages,
                                         bool installed) {
  const bool said = !languages.empty();
  auto all = with_fallbacks(said ? languages : language_of(locale));
  const bool as_it_is = said ? all == languages : installed && all == language_of(locale);
  if (all.empty() || as_it_is) return std::nullopt;
  return all;
}

bool says_other_encoding(std::string_view locale) {
  const auto dot = locale.find('.');
  if (dot == std::string_view::npos) return false;
  std::string encoding;
  for (const char c : locale.substr(dot + 1, locale.find('@') - dot - 1)) {
    if (c != '-') encoding += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return encoding != "utf8";
}

}  // namespace pharmacy::cli
