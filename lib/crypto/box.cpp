#include "crypto/box.h"

#include <sodium.h>

#include <algorithm>

namespace pharmacy::crypto {

static_assert(box_overhead == crypto_box_SEALBYTES);

BoxKeys make_box_keys() {
  init();
  BoxKeys keys;
  crypto_box_keypair(keys.open_to_all.data(), keys.secret.bytes().data());
  return keys;
}

BoxPublicKey public_key_of(const BoxSecretKey& secret) {
  BoxPublicKey key;
  crypto_scalarmult_base(key.data(), secret.bytes().data());
  return key;
}

bool is_usable(const BoxPublicKey& key) noexcept {
  // Every scalar as X25519 takes it is a multiple of 8: any one finds the low orders.
  static constexpr std::array<unsigned char, 32> scalar{1};
  BoxPublicKey shared;
  return crypto_scalarmult(shared.data(), scalar.data(), key.data()) == 0;
}

std::vector<unsigned char> seal_to(const BoxPublicKey& to, std::span<const unsigned char> plain) {
  init();
  std::vector<unsigned char> sealed(plain.size() + box_overhead);
  crypto_box_seal(sealed.data(), plain.data(), plain.size(), to.data());
  return sealed;
}

bool open_sealed_to(const BoxKeys& keys, std::span<const unsigned char> sealed,
                    std::span<unsigned char> plain) noexcept {
  if (sealed.size() != plain.size() + box_overhead) return false;
  return crypto_box_seal_open(plain.data(), sealed.data(), sealed.size(), keys.open_to_all.data(),
                              keys.secret.bytes().data()) == 0;
}

SignKeys make_sign_keys() {
  init();
  SignKeys keys;
  crypto_sign_keypair(keys.open_to_all.data(), keys.secret.bytes().data());
  return keys;
}

bool belong_together(const SignPublicKey& key, const SignSecretKey& secret) noexcept {
  SignPublicKey of_seed;
  SignSecretKey again;
  crypto_sign_seed_keypair(of_seed.data(), again.bytes().data(), secret.bytes().data());
  return of_seed == key &&
         sodium_memcmp(again.bytes().data(), secret.bytes().data(), again.bytes().size()) == 0;
}

Signature sign(const SignSecretKey& secret, std::span<const unsigned char> message) noexcept {
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                       secret.bytes().data());
  return signature;
}

bool verify_signature(const SignPublicKey& by, std::span<const unsigned char> message,
                      const Signature& signature) noexcept {
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), by.data()) ==
         0;
}

}  // namespace pharmacy::crypto
