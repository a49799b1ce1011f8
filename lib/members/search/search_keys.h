// What a member is found by: the keys of a name, and a query in the same form.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pharmacy::members {

// Bytes of a key, at most. Longer text is compared by so much of it.
constexpr std::size_t key_size_max = 64;

struct SearchKey {
  bool inner;  // begins inside of the name, not where it begins
  std::string key;
  friend auto operator<=>(const SearchKey&, const SearchKey&) = default;
};

// The name folded, without spaces and the marks that people leave out (张·伟, O'Hara, A. B.);
// ü and v are the same. At most key_size_max bytes, cut at a character.
std::string search_form(std::string_view text);

// Every suffix of the name's search form, every suffix of its full pinyin that begins at a
// syllable, and every suffix of its initials; sorted, each once. Of a longer name, the first 48
// characters count; of many readings, the first 8 of the whole name.
std::vector<SearchKey> search_keys(std::string_view name);

// The first text after all that begin with `prefix`.
std::string after_prefix(std::string_view prefix);

}  // namespace pharmacy::members
