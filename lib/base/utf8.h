// Walking over UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace pharmacy {

// Whether eight bytes at `at` are there, and all ASCII.
inline bool has_eight_ascii(std::string_view text, std::size_t at) {
  if (text.size() - at < 8) return false;
  std::uint64_t eight = 0;
  std::memcpy(&eight, text.data() + at, 8);
  return (eight & 0x8080808080808080U) == 0;
}

inline bool is_ascii(std::string_view text) {
  std::size_t at = 0;
  while (has_eight_ascii(text, at)) at += 8;
  for (; at < text.size(); ++at) {
    if (static_cast<unsigned char>(text[at]) >= 0x80) return false;
  }
  return true;
}

// One code point of a text. `length` is 0 where the bytes are not UTF-8: overlong forms,
// surrogates and values above U+10FFFF included.
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 0;
};

// The code point at `at`, which must be inside the text.
inline CodePoint code_point_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < length) return {};
  char32_t value = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3FU);
  }
  constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
  return {value, length};
}

// Where the text stops being UTF-8; its size where all of it is.
inline std::size_t first_bad_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (has_eight_ascii(text, at)) {
      at += 8;
      continue;
    }
    const CodePoint point = code_point_at(text, at);
    if (point.length == 0) break;
    at += point.length;
  }
  return at;
}

inline void append_utf8(std::string& out, char32_t value) {
  const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (value < 0x80) {
    put(value);
  } else if (value < 0x800) {
    put(0xC0 | (value >> 6));
    put(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    put(0xE0 | (value >> 12));
    put(0x80 | ((value >> 6) & 0x3F));
    put(0x80 | (value & 0x3F));
  } else {
    put(0xF0 | (value >> 18));
    put(0x80 | ((value >> 12) & 0x3F));
    put(0x80 | ((value >> 6) & 0x3F));
    put(0x80 | (value & 0x3F));
  }
}

// CJK unified ideographs of the two common blocks: nearly all of a Chinese name. Each is its own
// NFC, NFKC and case fold, and two columns wide.
inline bool is_common_ideograph(char32_t value) {
  return (value >= 0x4E00 && value <= 0x9FFF) || (value >= 0x3400 && value <= 0x4DBF);
}

}  // namespace pharmacy
