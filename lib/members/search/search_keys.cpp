#include "members/search/search_keys.h"

#include <algorithm>
#include <optional>

#include "base/utf8.h"
#include "members/search/pinyin.h"
#include "pharmacy/text.h"

namespace pharmacy::members {
namespace {

constexpr std::size_t characters_max = 48;
constexpr std::size_t spellings_max = 8;

using Syllables = std::vector<std::string_view>;

std::u32string code_points(std::string_view text) {
  std::u32string all;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    all.push_back(point.value);
    at += point.length;
  }
  return all;
}

bool is_left_out(char32_t c) {
  return c == ' ' || c == '.' || c == '-' || c == '\'' || c == U'·' || c == U'\u2019' ||
         c == U'\u2027' || c == U'\u2022' || c == U'\u30FB' || c == U'\u3000';
}

std::string without_marks(std::string_view folded) {
  std::string kept;
  for (const char32_t c : code_points(folded)) {
    if (is_left_out(c)) continue;
    append_utf8(kept, c == U'ü' ? U'v' : c);
  }
  return kept;
}

std::string_view cut(std::string_view key) {
  if (key.size() <= key_size_max) return key;
  std::size_t size = key_size_max;
  while ((static_cast<unsigned char>(key[size]) & 0xC0U) == 0x80) --size;
  return key.substr(0, size);
}

// A name in its parts: characters that are read as a syllable, and words of letters.
struct Part {
  std::vector<std::string> spellings;
};

std::vector<Part> parts_of(std::string_view folded) {
  const std::u32string name = code_points(folded);
  std::vector<Part> parts;
  bool in_word = false;
  for (std::size_t at = 0; at < name.size() && at < characters_max; ++at) {
    if (is_left_out(name[at])) {
      in_word = in_word && name[at] == '\'';
      continue;
    }
    const auto readings = readings_of(name, at);
    if (!readings.empty()) {
      parts.push_back({{readings.begin(), readings.end()}});
      in_word = false;
      continue;
    }
    if (!in_word) parts.push_back({{std::string{}}});
    in_word = true;
    append_utf8(parts.back().spellings[0], name[at] == U'ü' ? U'v' : name[at]);
  }
  return parts;
}

// The ways to read the whole name, the likeliest first.
std::vector<Syllables> spellings_of(const std::vector<Part>& parts) {
  std::vector<Syllables> all{{}};
  for (const auto& part : parts) {
    std::vector<Syllables> longer;
    for (const auto& spelling : part.spellings) {
      for (const auto& before : all) {
        if (longer.size() == spellings_max) break;
        longer.push_back(before);
        longer.back().push_back(spelling);
      }
    }
    all = std::move(longer);
  }
  return all;
}

std::string_view first_character(std::string_view text) {
  return text.substr(0, code_point_at(text, 0).length);
}

}  // namespace

std::string search_form(std::string_view text) {
  return std::string{cut(without_marks(fold(text)))};
}

std::vector<SearchKey> search_keys(std::string_view name) {
  const std::string folded = fold(name);
  const std::string form = without_marks(folded);
  std::vector<SearchKey> keys;
  std::size_t count = 0;
  for (std::size_t at = 0; at < form.size() && count < characters_max; ++count) {
    keys.push_back({at != 0, std::string{cut(std::string_view{form}.substr(at))}});
    at += code_point_at(form, at).length;
  }
  const auto parts = parts_of(folded);
  for (const auto& syllables : spellings_of(parts)) {
    std::string full;
    std::string initials;
    for (std::size_t i = syllables.size(); i-- > 0;) {
      full.insert(0, syllables[i]);
      initials.insert(0, first_character(syllables[i]));
      keys.push_back({i != 0, std::string{cut(full)}});
      keys.push_back({i != 0, std::string{cut(initials)}});
    }
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::string after_prefix(std::string_view prefix) { return std::string{prefix} + "\U0010FFFF"; }

}  // namespace pharmacy::members
