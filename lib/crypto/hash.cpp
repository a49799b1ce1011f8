#include "crypto/hash.h"

#include <sodium.h>

#include "base/as_bytes.h"

namespace pharmacy::crypto {
namespace {

crypto_generichash_state* state_of(unsigned char* bytes) noexcept {
  return reinterpret_cast<crypto_generichash_state*>(bytes);
}

}  // namespace

Hasher::Hasher() {
  static_assert(sizeof(crypto_generichash_state) <= state_size);
  static_assert(alignof(crypto_generichash_state) <= 64);
  init();
  crypto_generichash_init(state_of(state_.data()), nullptr, 0, sizeof(Digest));
}

Hasher::Hasher(const Key& key) {
  init();
  crypto_generichash_init(state_of(state_.data()), key.bytes().data(), Key::size(), sizeof(Digest));
}

Hasher::~Hasher() { wipe(state_); }

Hasher& Hasher::add(std::span<const unsigned char> bytes) noexcept {
  crypto_generichash_update(state_of(state_.data()), bytes.data(), bytes.size());
  return *this;
}

Hasher& Hasher::add(std::string_view text) noexcept { return add(as_bytes(text)); }

Digest Hasher::finish() noexcept {
  Digest result;
  crypto_generichash_final(state_of(state_.data()), result.data(), result.size());
  return result;
}

Digest digest(std::span<const unsigned char> bytes) noexcept {
  return Hasher().add(bytes).finish();
}

Digest keyed_digest(const Key& key, std::span<const unsigned char> bytes) noexcept {
  return Hasher(key).add(bytes).finish();
}

Key derive(const Key& key, std::string_view label, std::span<const unsigned char> context) {
  static constexpr std::array<unsigned char, 1> separator{0};
  Digest bytes = Hasher(key).add(label).add(separator).add(context).finish();
  Key derived{std::span<const unsigned char, 32>(bytes)};
  wipe(bytes);
  return derived;
}

}  // namespace pharmacy::crypto
