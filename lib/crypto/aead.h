// XChaCha20-Poly1305 (IETF), the tag apart from the text.
#pragma once

#include <cstddef>
#include <span>

#include "crypto/secret.h"

namespace pharmacy::crypto {

constexpr std::size_t nonce_size = 24;
constexpr std::size_t tag_size = 16;

using Nonce = std::span<const unsigned char, nonce_size>;
using Bytes = std::span<const unsigned char>;

// Writes as many bytes to `cipher` as `plain` has, and the tag. `cipher` may be plain.data().
// A nonce is never used twice with one key: whoever calls answers for that.
void seal(const Key& key, Nonce nonce, Bytes aad, Bytes plain, unsigned char* cipher,
          std::span<unsigned char, tag_size> tag) noexcept;

// False if the tag does not fit; `plain` is then all zeros. It may be cipher.data().
[[nodiscard]] bool open(const Key& key, Nonce nonce, Bytes aad, Bytes cipher,
                        std::span<const unsigned char, tag_size> tag,
                        unsigned char* plain) noexcept;

// As open, but only says whether the tag fits: for ciphertext that is passed on as it is.
[[nodiscard]] bool verify(const Key& key, Nonce nonce, Bytes aad, Bytes cipher,
                          std::span<const unsigned char, tag_size> tag) noexcept;

}  // namespace pharmacy::crypto
