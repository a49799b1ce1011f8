// Sealing to a person's public key (X25519), and signatures (Ed25519).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "crypto/secret.h"

namespace pharmacy::crypto {

using BoxPublicKey = std::array<unsigned char, 32>;
using BoxSecretKey = SecretBytes<32>;
struct BoxKeys {
  BoxPublicKey open_to_all{};
  BoxSecretKey secret;
};
BoxKeys make_box_keys();
BoxPublicKey public_key_of(const BoxSecretKey& secret);
// False for a key of low order, to which nothing can be sealed.
[[nodiscard]] bool is_usable(const BoxPublicKey& key) noexcept;

// What sealing adds to the size.
constexpr std::size_t box_overhead = 48;

// Only the holder of the secret key can open it; who sealed it is not known.
std::vector<unsigned char> seal_to(const BoxPublicKey& to, std::span<const unsigned char> plain);
// Writes sealed.size() - box_overhead bytes, which must be plain's size. False if it does not
// open.
[[nodiscard]] bool open_sealed_to(const BoxKeys& keys, std::span<const unsigned char> sealed,
                                  std::span<unsigned char> plain) noexcept;

using SignPublicKey = std::array<unsigned char, 32>;
using SignSecretKey = SecretBytes<64>;  // libsodium's form: seed, then public key
using Signature = std::array<unsigned char, 64>;
struct SignKeys {
  SignPublicKey open_to_all{};
  SignSecretKey secret;
};
SignKeys make_sign_keys();
// Whether the public key, and the half of the secret one that repeats it, are those of the seed.
[[nodiscard]] bool belong_together(const SignPublicKey& key, const SignSecretKey& secret) noexcept;

Signature sign(const SignSecretKey& secret, std::span<const unsigned char> message) noexcept;
[[nodiscard]] bool verify_signature(const SignPublicKey& by, std::span<const unsigned char> message,
                                    const Signature& signature) noexcept;

}  // namespace pharmacy::crypto
