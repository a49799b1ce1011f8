// Chance that falls the same way on every machine: integers only, and no distribution of the
// standard library, whose results are its maker's choice.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <span>

namespace demo {

// xoshiro256** (Blackman and Vigna), seeded by splitmix64. Streams of one seed are independent.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t next();
  // 0 … n - 1.
  std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>((next() >> 32) * n >> 32);
  }
  // low … high, both included.
  int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<std::uint32_t>(high - low + 1)));
  }
  // True in `permille` of 1,000 cases.
  bool chance(std::uint32_t permille) { return below(1000) < permille; }
  // An index into `weights`, as often as its weight says.
  std::size_t weighted(std::span<const std::uint32_t> weights);

 private:
  std::array<std::uint64_t, 4> state_;
};

inline Random::Random(std::uint64_t seed, std::uint64_t stream) : state_{} {
  std::uint64_t x = seed ^ (stream * 0xd1342543de82ef95U);
  for (auto& word : state_) {
    x += 0x9e3779b97f4a7c15U;
    std::uint64_t z = x;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    word = z ^ (z >> 31);
  }
}

inline std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

inline std::size_t Random::weighted(std::span<const std::uint32_t> weights) {
  std::uint32_t total = 0;
  for (const auto weight : weights) total += weight;
  std::uint32_t left = below(total);
  std::size_t at = 0;
  while (left >= weights[at]) left -= weights[at++];
  return at;
}

}  // namespace demo
