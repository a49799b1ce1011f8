// Words of other systems, and of people, for the values of an enumeration.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "pharmacy/enums.h"
#include "pharmacy/text.h"

namespace pharmacy {

// What a value is called, folded.
template <NamedEnum Enum>
using Called = std::pair<std::string_view, Enum>;

// The value that a text names, by our own word for it or by one of these; width and case do not
// count.
template <NamedEnum Enum, std::size_t N>
std::optional<Enum> value_called(std::string_view text, const std::array<Called<Enum>, N>& words) {
  if (!is_valid_utf8(text)) return std::nullopt;
  const std::string folded = fold(text);
  if (const auto value = from_word<Enum>(folded)) return value;
  const auto found = std::ranges::find(words, folded, &Called<Enum>::first);
  return found == words.end() ? std::nullopt : std::optional{found->second};
}

}  // namespace pharmacy
