#include "programs/canaries.h"

#include <cstring>

#include "support/store_keys.h"

namespace pharmacy::test {

// Three times, as the bytes before it shift it; without what they have a part in.
static std::vector<std::string> in_base64(std::string_view bytes) {
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::string> all;
  for (std::size_t skipped = 0; skipped < 3; ++skipped) {
    std::string text;
    for (std::size_t i = skipped; i + 3 <= bytes.size(); i += 3) {
      std::uint32_t three = 0;
      for (const char byte : bytes.substr(i, 3))
        three = three << 8 | static_cast<unsigned char>(byte);
      for (const int shift : {18, 12, 6, 0}) text += digits[three >> shift & 63];
    }
    if (text.size() >= 8) all.push_back(text);  // less is found by chance
  }
  return all;
}

static std::string in_hex(std::string_view bytes, const char* digits) {
  std::string text;
  for (const char byte : bytes) {
    text += digits[static_cast<unsigned char>(byte) >> 4];
    text += digits[static_cast<unsigned char>(byte) & 15];
  }
  return text;
}

// Of characters below U+10000. `high`: the higher byte comes first.
static std::string in_utf16(std::string_view text, bool high) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size();) {
    const auto at = [&](std::size_t n) { return static_cast<unsigned>(text[i + n]) & 63; };
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : 3;
    const unsigned point = size == 1   ? first
                           : size == 2 ? (first & 31U) << 6 | at(1)
                                       : (first & 15U) << 12 | at(1) << 6 | at(2);
    const char pair[] = {static_cast<char>(point >> 8), static_cast<char>(point & 255)};
    bytes += high ? pair[0] : pair[1];
    bytes += high ? pair[1] : pair[0];
    i += size;
  }
  return bytes;
}

static Canaries encoded(const std::string& what, std::string_view bytes) {
  Canaries all{{what, std::string{bytes}},
               {what + ", hexadecimal", in_hex(bytes, "0123456789abcdef")},
               {what + ", HEXADECIMAL", in_hex(bytes, "0123456789ABCDEF")}};
  for (auto& text : in_base64(bytes)) all.push_back({what + ", base64", std::move(text)});
  return all;
}

Canaries forms_of(const std::string& what, std::string_view text) {
  Canaries all = encoded(what, text);
  all.push_back({what + ", UTF-16LE", in_utf16(text, false)});
  all.push_back({what + ", UTF-16BE", in_utf16(text, true)});
  return all;
}

Canaries forms_of_keys(const vault::Place& place, const Key& key) {
  const auto who = vault::unlock(place, key, Instant{});
  Canaries all;
  each_key(
      who, vault::open_keyring(place, who),
      [&all](const char* name, std::span<const unsigned char> bytes) {
        auto forms = encoded(name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        all.insert(all.end(), forms.begin(), forms.end());
      });
  return all;
}

std::vector<std::string> found_in(const std::string& where, std::string_view content,
                                  const Canaries& canaries) {
  std::vector<std::string> found;
  for (const auto& [what, bytes] : canaries) {
    if (::memmem(content.data(), content.size(), bytes.data(), bytes.size()) != nullptr)
      found.push_back(where + ": " + what);
  }
  return found;
}

}  // namespace pharmacy::test
