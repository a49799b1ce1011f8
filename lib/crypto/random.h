// Randomness from the kernel.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace pharmacy::crypto {

void fill_random(std::span<unsigned char> bytes) noexcept;

template <std::size_t N>
std::array<unsigned char, N> random_bytes() noexcept {
  std::array<unsigned char, N> bytes;
  fill_random(bytes);
  return bytes;
}

}  // namespace pharmacy::crypto
