#include "crypto/encode.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "crypto/hash.h"

namespace pharmacy::crypto {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t code_digits = 32;
constexpr std::size_t all_digits = 36;

// The value of a character as typed; -1 if it has none.
int digit_value(char typed) {
  const char upper = typed >= 'a' && typed <= 'z' ? static_cast<char>(typed - 'a' + 'A') : typed;
  if (upper == 'O') return 0;
  if (upper == 'I' || upper == 'L') return 1;
  const auto at = alphabet.find(upper);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// Five bits of `bytes`, counted from the first.
unsigned digit_at(std::span<const unsigned char> bytes, std::size_t index) {
  const std::size_t bit = index * 5;
  const unsigned high = bytes[bit / 8];
  const unsigned low = bit / 8 + 1 < bytes.size() ? bytes[bit / 8 + 1] : 0;
  return ((high << 8 | low) >> (11 - bit % 8)) & 31;
}

// The values of all digits in the text; false where there are not just as many.
bool take_digits(std::string_view text, std::span<unsigned char> digits) {
  std::size_t count = 0;
  for (const char typed : text) {
    if (typed == '-' || typed == ' ') continue;
    const int value = digit_value(typed);
    if (value < 0 || count == digits.size()) return false;
    digits[count++] = static_cast<unsigned char>(value);
  }
  return count == digits.size();
}

void put_digits(std::span<const unsigned char> digits, std::span<unsigned char> bytes) {
  std::ranges::fill(bytes, static_cast<unsigned char>(0));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const unsigned set = (digits[bit / 5] >> (4 - bit % 5)) & 1u;
    auto& byte = bytes[bit / 8];
    byte = static_cast<unsigned char>(byte | set << (7 - bit % 8));
  }
}

unsigned check_digit(const RecoveryCode& code, std::size_t index) {
  return digit_at(digest(code.bytes()), index);
}

}  // namespace

Secret recovery_text(const RecoveryCode& code) {
  Secret text;
  for (std::size_t i = 0; i < all_digits; ++i) {
    if (i > 0 && i % 4 == 0) text.push_back('-');
    const unsigned digit =
        i < code_digits ? digit_at(code.bytes(), i) : check_digit(code, i - code_digits);
    text.push_back(alphabet[digit]);
  }
  return text;
}

std::optional<RecoveryCode> parse_recovery_text(std::string_view text) {
  SecretBytes<all_digits> digits;
  if (!take_digits(text, digits.bytes())) return std::nullopt;
  RecoveryCode code;
  put_digits(digits.bytes().first<code_digits>(), code.bytes());
  for (std::size_t i = code_digits; i < all_digits; ++i)
    if (digits.bytes()[i] != check_digit(code, i - code_digits)) return std::nullopt;
  return code;
}

std::string base32_text(std::span<const unsigned char> bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size() * 8 / 5; ++i) {
    if (i > 0 && i % 4 == 0) text.push_back('-');
    text.push_back(alphabet[digit_at(bytes, i)]);
  }
  return text;
}

bool parse_base32_text(std::string_view text, std::span<unsigned char> bytes) {
  std::vector<unsigned char> digits(bytes.size() * 8 / 5);
  if (!take_digits(text, digits)) return false;
  put_digits(digits, bytes);
  return true;
}

}  // namespace pharmacy::crypto
