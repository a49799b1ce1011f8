// Enumerations by the words that stand for them in the store, in options and in machine output:
// English, snake_case, never translated.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pharmacy {

// Specialised for every enumeration that is written out: `static constexpr std::array table` of
// pairs (value, word).
template <class Enum>
struct EnumNames;

template <class Enum>
concept NamedEnum = requires {
  EnumNames<Enum>::table;
};

template <NamedEnum Enum>
constexpr const char* to_word(Enum value) {
  for (const auto& [known, word] : EnumNames<Enum>::table) {
    if (known == value) return word;
  }
  return "";  // not reached: a table names every value
}

template <NamedEnum Enum>
constexpr std::optional<Enum> from_word(std::string_view word) {
  for (const auto& [value, known] : EnumNames<Enum>::table) {
    if (word == known) return value;
  }
  return std::nullopt;
}

// All the words, for "did you mean".
template <NamedEnum Enum>
std::vector<std::string> words_of() {
  std::vector<std::string> words;
  for (const auto& entry : EnumNames<Enum>::table) words.emplace_back(entry.second);
  return words;
}

}  // namespace pharmacy
