#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "vault/keyring/slot.h"

namespace pharmacy::vault {
namespace {

constexpr std::string_view header = "pharmacy-key-1";
constexpr std::string_view digits = "0123456789abcdef";

// To a string or to a Secret.
template <class Text>
void write_hex(std::span<const unsigned char> bytes, Text& text) {
  for (const unsigned char byte : bytes) {
    text.push_back(digits[byte >> 4]);
    text.push_back(digits[byte & 15]);
  }
}

// Exactly as many bytes as `to` takes.
bool read_hex(std::string_view text, std::span<unsigned char> to) {
  if (text.size() != 2 * to.size()) return false;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const auto high = digits.find(text[2 * i]);
    const auto low = digits.find(text[2 * i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return false;
    to[i] = static_cast<unsigned char>(high << 4 | low);
  }
  return true;
}

// The text up to the next space, which is dropped too.
std::string_view next_word(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return word;
}

}  // namespace

std::string hex(std::span<const unsigned char> bytes) {
  std::string text;
  write_hex(bytes, text);
  return text;
}

std::optional<std::string> from_hex(std::string_view text) {
  std::string bytes(text.size() / 2, '\0');
  const std::span to{reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()};
  return read_hex(text, to) ? std::optional{std::move(bytes)} : std::nullopt;
}

Secret key_file_text(const KeyFileContent& content) {
  Secret text{fmt::format("{} {} {} ", header, hex(content.store_id), content.slot)};
  write_hex(content.key.bytes(), text);
  text.push_back('\n');
  return text;
}

std::optional<KeyFileContent> parse_key_file(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  KeyFileContent content;
  if (next_word(text) != header || !read_hex(next_word(text), content.store_id)) {
    return std::nullopt;
  }
  const std::string_view slot = next_word(text);
  const auto [end, error] = std::from_chars(slot.data(), slot.data() + slot.size(), content.slot);
  if (error != std::errc{} || end != slot.data() + slot.size() || slot.starts_with('0')) {
    return std::nullopt;
  }
  if (!read_hex(text, content.key.bytes())) return std::nullopt;
  return content;
}

}  // namespace pharmacy::vault
