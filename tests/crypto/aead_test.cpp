#include "crypto/aead.h"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

namespace pharmacy::crypto {
namespace {

std::vector<unsigned char> from_hex(const std::string& text) {
  std::vector<unsigned char> bytes;
  for (std::size_t i = 0; i < text.size(); i += 2)
    bytes.push_back(static_cast<unsigned char>(std::stoul(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

// The example of draft-irtf-cfrg-xchacha-03, A.3.1.
const std::string plain_text =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";
const auto example_key =
    from_hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
const auto example_nonce = from_hex("404142434445464748494a4b4c4d4e4f5051525354555657");
const auto example_aad = from_hex("50515253c0c1c2c3c4c5c6c7");
const auto example_tag = from_hex("c0875924c1c7987947deafd8780acf49");

struct Sealed {
  Key key{std::span<const unsigned char, 32>(example_key)};
  std::vector<unsigned char> text{plain_text.begin(), plain_text.end()};
  std::array<unsigned char, tag_size> tag{};

  [[nodiscard]] Nonce nonce() const { return Nonce(example_nonce); }
  Sealed() { seal(key, nonce(), example_aad, text, text.data(), tag); }
};

TEST_CASE("the cipher is XChaCha20-Poly1305 as its draft gives it") {
  const Sealed sealed;
  CHECK(std::vector<unsigned char>(sealed.tag.begin(), sealed.tag.end()) == example_tag);
  CHECK(std::vector<unsigned char>(sealed.text.begin(), sealed.text.begin() + 8) ==
        from_hex("bd6d179d3e83d43b"));
}

TEST_CASE("what was sealed opens in place, and can be verified without being opened") {
  Sealed sealed;
  CHECK(verify(sealed.key, sealed.nonce(), example_aad, sealed.text, sealed.tag));
  REQUIRE(
      open(sealed.key, sealed.nonce(), example_aad, sealed.text, sealed.tag, sealed.text.data()));
  CHECK(std::string(sealed.text.begin(), sealed.text.end()) == plain_text);
}

TEST_CASE("a change to text, tag, nonce, additional data or key does not open") {
  Sealed sealed;
  auto nonce = example_nonce;
  auto aad = example_aad;
  SUBCASE("text") { sealed.text[5] ^= 1; }
  SUBCASE("tag") { sealed.tag[15] ^= 0x80; }
  SUBCASE("nonce") { nonce[23] ^= 1; }
  SUBCASE("additional data") { aad[0] ^= 1; }
  SUBCASE("key") { sealed.key.bytes()[31] ^= 1; }
  SUBCASE("a byte less") { sealed.text.pop_back(); }
  std::vector<unsigned char> opened(sealed.text.size(), 0xee);
  CHECK_FALSE(verify(sealed.key, Nonce(nonce), aad, sealed.text, sealed.tag));
  CHECK_FALSE(open(sealed.key, Nonce(nonce), aad, sealed.text, sealed.tag, opened.data()));
  CHECK(opened == std::vector<unsigned char>(opened.size(), 0));
}

}  // namespace
}  // namespace pharmacy::crypto
