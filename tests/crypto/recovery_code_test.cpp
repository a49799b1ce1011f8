#include <doctest/doctest.h>

#include <string>

#include "crypto/encode.h"
#include "crypto/random.h"

namespace pharmacy::crypto {
namespace {

RecoveryCode random_code() {
  RecoveryCode code;
  fill_random(code.bytes());
  return code;
}

TEST_CASE("a recovery code is nine groups of four") {
  CHECK(std::string(recovery_text(RecoveryCode()).view()).substr(0, 39) ==
        "0000-0000-0000-0000-0000-0000-0000-0000");
  RecoveryCode code;
  for (auto& byte : code.bytes()) byte = 0xff;
  CHECK(std::string(recovery_text(code).view()).substr(0, 40) ==
        "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-");
  CHECK(recovery_text(code).size() == 44);
}

TEST_CASE("a recovery code is read back as people type it") {
  for (int i = 0; i < 200; ++i) {
    const RecoveryCode code = random_code();
    std::string text(recovery_text(code).view());
    for (char& c : text) {
      if (i % 4 == 1 && c >= 'A') c = static_cast<char>(c - 'A' + 'a');
      if (i % 4 == 2 && c == '0') c = 'o';
      if (i % 4 == 2 && c == '1') c = 'l';
      if (i % 4 == 3 && c == '-') c = ' ';
    }
    const auto read = parse_recovery_text(text);
    REQUIRE(read.has_value());
    CHECK(equal(read->bytes(), code.bytes()));
  }
}

TEST_CASE("letters that look like digits are read as these, and what is no letter is refused") {
  const std::string zeros(recovery_text(RecoveryCode()).view());
  RecoveryCode ones;
  for (std::size_t bit = 4; bit < ones.bytes().size() * 8; bit += 5)
    ones.bytes()[bit / 8] |= static_cast<unsigned char>(0x80U >> bit % 8);
  std::string text(recovery_text(ones).view());
  REQUIRE(text.starts_with("1111-1111"));
  text.replace(0, 9, "IiLl-Il1i");
  const auto read = parse_recovery_text(text);
  REQUIRE(read.has_value());
  CHECK(equal(read->bytes(), ones.bytes()));
  for (const char other : {'{', '~', '\x7f', '@', '[', '`', '/', ':', '\xff'}) {
    CAPTURE(other);
    CHECK_FALSE(parse_recovery_text(other + zeros.substr(1)).has_value());
  }
}

TEST_CASE("one wrong, missing or additional character is noticed") {
  const RecoveryCode code = random_code();
  const std::string text(recovery_text(code).view());
  int accepted = 0, tried = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-') continue;
    for (const char other : std::string("0123456789ABCDEFGHJKMNPQRSTVWXYZ!U")) {
      if (other == text[i]) continue;
      std::string wrong = text;
      wrong[i] = other;
      ++tried;
      if (parse_recovery_text(wrong)) ++accepted;
    }
    CHECK_FALSE(parse_recovery_text(text.substr(0, i) + text.substr(i + 1)).has_value());
  }
  // A checksum of 20 bits lets about one in a million through.
  CHECK(tried > 1000);
  CHECK(accepted <= 1);
  CHECK_FALSE(parse_recovery_text(text + "0").has_value());
  CHECK_FALSE(parse_recovery_text("").has_value());
}

TEST_CASE("other bytes are written in the same digits and read back") {
  const std::array<unsigned char, 10> bytes{0, 1, 2, 3, 4, 0xfb, 0xfc, 0xfd, 0xfe, 0xff};
  CHECK(base32_text(bytes) == "000G-40R4-ZFYF-VZQZ");
  std::array<unsigned char, 10> read{};
  CHECK(parse_base32_text("ooog 4or4 zfyf-vzqz", read));
  CHECK(read == bytes);
  CHECK_FALSE(parse_base32_text("000G-40R4-ZFYF-VZQ", read));
  CHECK_FALSE(parse_base32_text("000G-40R4-ZFYF-VZQZ0", read));
  CHECK_FALSE(parse_base32_text("000G-40R4-ZFYF-VZQU", read));
}

}  // namespace
}  // namespace pharmacy::crypto
