#include "crypto/box.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>

#include "tests/crypto/bytes.h"

namespace pharmacy::crypto {
namespace {

TEST_CASE("what is sealed to a public key opens with its secret key alone") {
  const BoxKeys wang = make_box_keys(), zhang = make_box_keys();
  CHECK(public_key_of(wang.secret) == wang.open_to_all);
  const Key secret = random_key();
  auto sealed = seal_to(wang.open_to_all, secret.bytes());
  CHECK(sealed.size() == 32 + box_overhead);

  Key opened;
  CHECK(open_sealed_to(wang, sealed, opened.bytes()));
  CHECK(equal(opened.bytes(), secret.bytes()));
  CHECK_FALSE(open_sealed_to(zhang, sealed, opened.bytes()));
  sealed[40] ^= 1;
  CHECK_FALSE(open_sealed_to(wang, sealed, opened.bytes()));
  sealed.pop_back();
  CHECK_FALSE(open_sealed_to(wang, sealed, opened.bytes()));
  CHECK_FALSE(open_sealed_to(wang, {}, opened.bytes()));
}

TEST_CASE("nothing is sealed to a key of low order") {
  CHECK(is_usable(make_box_keys().open_to_all));
  BoxPublicKey key{};
  CHECK_FALSE(is_usable(key));
  key[0] = 1;
  CHECK_FALSE(is_usable(key));
  // p - 1, of order 2 in the twist.
  key.fill(0xff);
  key[0] = 0xec;
  key[31] = 0x7f;
  CHECK_FALSE(is_usable(key));
}

TEST_CASE("a signature holds for its message and its signer alone") {
  const SignKeys wang = make_sign_keys(), zhang = make_sign_keys();
  CHECK(belong_together(wang.open_to_all, wang.secret));
  const auto li = make_sign_keys();
  CHECK_FALSE(belong_together(li.open_to_all, wang.secret));
  // Of another seed, beside the right public half.
  SignSecretKey mixed(wang.secret.bytes());
  std::ranges::copy(li.secret.bytes().first<32>(), mixed.bytes().begin());
  CHECK_FALSE(belong_together(wang.open_to_all, mixed));
  Signature signature = sign(wang.secret, bytes_of("grant"));
  CHECK(verify_signature(wang.open_to_all, bytes_of("grant"), signature));
  CHECK_FALSE(verify_signature(wang.open_to_all, bytes_of("Grant"), signature));
  CHECK_FALSE(verify_signature(zhang.open_to_all, bytes_of("grant"), signature));
  signature[0] ^= 1;
  CHECK_FALSE(verify_signature(wang.open_to_all, bytes_of("grant"), signature));
}

}  // namespace
}  // namespace pharmacy::crypto
