// The language of the messages, taken from what a session says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pharmacy::cli {

// What LANGUAGE is to say so that gettext finds our catalogues: `locale` is the one asked for
// ("zh_SG.UTF-8"), `languages` what LANGUAGE says, both may be empty; `installed` is whether the
// system has the locale. nullopt where gettext needs no help.
std::optional<std::string> languages_for(std::string_view locale, std::string_view languages,
                                         bool installed);

// Whether the name of a locale says another encoding than UTF-8 ("zh_CN.GBK").
bool says_other_encoding(std::string_view locale);

}  // namespace pharmacy::cli
