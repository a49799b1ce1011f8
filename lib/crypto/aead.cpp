#include "crypto/aead.h"

#include <sodium.h>

namespace pharmacy::crypto {

static_assert(nonce_size == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(tag_size == crypto_aead_xchacha20poly1305_ietf_ABYTES);
static_assert(Key::size() == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

void seal(const Key& key, Nonce nonce, Bytes aad, Bytes plain, unsigned char* cipher,
          std::span<unsigned char, tag_size> tag) noexcept {
  crypto_aead_xchacha20poly1305_ietf_encrypt_detached(cipher, tag.data(), nullptr, plain.data(),
                                                      plain.size(), aad.data(), aad.size(), nullptr,
                                                      nonce.data(), key.bytes().data());
}

bool open(const Key& key, Nonce nonce, Bytes aad, Bytes cipher,
          std::span<const unsigned char, tag_size> tag, unsigned char* plain) noexcept {
  return crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
             plain, nullptr, cipher.data(), cipher.size(), tag.data(), aad.data(), aad.size(),
             nonce.data(), key.bytes().data()) == 0;
}

bool verify(const Key& key, Nonce nonce, Bytes aad, Bytes cipher,
            std::span<const unsigned char, tag_size> tag) noexcept {
  // Without a place for the plaintext, libsodium computes the tag and no more.
  return open(key, nonce, aad, cipher, tag, nullptr);
}

}  // namespace pharmacy::crypto
