// BLAKE2b: digests, keyed digests, and keys derived from keys.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "crypto/secret.h"

namespace pharmacy::crypto {

using Digest = std::array<unsigned char, 32>;

// Hashes bytes as they come. Parts are simply joined: whoever hashes several values of varying
// length gives their lengths too.
class Hasher {
 public:
  Hasher();                         // BLAKE2b-256
  explicit Hasher(const Key& key);  // keyed: a MAC
  ~Hasher();                        // wipes the state
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  Hasher& add(std::span<const unsigned char> bytes) noexcept;
  Hasher& add(std::string_view text) noexcept;
  // Ends the hash; the hasher is of no further use.
  Digest finish() noexcept;

 private:
  static constexpr std::size_t state_size = 384;  // of libsodium, checked where it is known
  alignas(64) std::array<unsigned char, state_size> state_;
};

Digest digest(std::span<const unsigned char> bytes) noexcept;
Digest keyed_digest(const Key& key, std::span<const unsigned char> bytes) noexcept;

// The key for one purpose: BLAKE2b-256, keyed with `key`, of label | 0x00 | context. Each
// purpose has a label of its own, which has no zero byte; `context` is the file id in the store.
Key derive(const Key& key, std::string_view label, std::span<const unsigned char> context);

}  // namespace pharmacy::crypto
