// Nonces that never come twice.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace pharmacy::db {

// 16 random bytes, drawn when it is made and again after a fork, and a counter. Belongs to one
// thread at a time.
class NonceSource {
 public:
  NonceSource();
  NonceSource(const NonceSource&) = delete;
  NonceSource& operator=(const NonceSource&) = delete;

  void next(std::span<unsigned char, 24> nonce) noexcept;

 private:
  std::array<unsigned char, 16> session_;
  std::uint64_t counter_ = 0;
  unsigned forks_;
};

}  // namespace pharmacy::db
