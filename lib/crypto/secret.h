// Key material in memory: locked against swapping, kept out of core dumps, wiped.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace pharmacy::crypto {

// Makes libsodium ready. Every type and function of this room does so by itself.
void init();

// One slot of locked memory for at most 64 bytes. Slots share pages between guard pages, so that
// a key costs no system call. Move-only; a moved-from slot is empty.
class SecretSlot {
 public:
  static constexpr std::size_t capacity = 64;

  SecretSlot();  // zero bytes
  ~SecretSlot();
  SecretSlot(SecretSlot&& other) noexcept;
  SecretSlot& operator=(SecretSlot&& other) noexcept;
  SecretSlot(const SecretSlot&) = delete;
  SecretSlot& operator=(const SecretSlot&) = delete;

  [[nodiscard]] unsigned char* data() noexcept { return bytes_; }
  [[nodiscard]] const unsigned char* data() const noexcept { return bytes_; }

 private:
  unsigned char* bytes_;
};

// N bytes that nobody else may know.
template <std::size_t N>
class SecretBytes {
  static_assert(N <= SecretSlot::capacity);

 public:
  SecretBytes() = default;  // zero bytes
  explicit SecretBytes(std::span<const unsigned char, N> from) {
    for (std::size_t i = 0; i < N; ++i) slot_.data()[i] = from[i];
  }

  static constexpr std::size_t size() noexcept { return N; }
  [[nodiscard]] std::span<unsigned char, N> bytes() noexcept {
    return std::span<unsigned char, N>(slot_.data(), N);
  }
  [[nodiscard]] std::span<const unsigned char, N> bytes() const noexcept {
    return std::span<const unsigned char, N>(slot_.data(), N);
  }
  // A second copy, in a slot of its own. Copies are asked for by name, so that none is made
  // unseen.
  [[nodiscard]] SecretBytes copy() const { return SecretBytes(bytes()); }

 private:
  SecretSlot slot_;
};

using Key = SecretBytes<32>;

Key random_key();

// True while all key memory could be locked against swapping. RLIMIT_MEMLOCK may forbid it; the
// programs then warn.
bool memory_is_locked() noexcept;

// Overwrites memory in a way that the compiler does not leave out.
void wipe(std::span<unsigned char> bytes) noexcept;

// Compares in a time that does not depend on the content. Different sizes differ.
bool equal(std::span<const unsigned char> a, std::span<const unsigned char> b) noexcept;

}  // namespace pharmacy::crypto
