// Keys from passphrases: Argon2id.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "crypto/secret.h"

namespace pharmacy::crypto {

constexpr std::size_t salt_size = 16;
using Salt = std::array<unsigned char, salt_size>;

// What a guess costs. Stored beside the salt, so it is read from a file before anything is
// authenticated: derive_from_passphrase bounds it before it takes memory.
struct KdfCost {
  std::uint32_t memory_kib = 0;
  std::uint32_t passes = 0;
  friend bool operator==(const KdfCost&, const KdfCost&) = default;
};

constexpr KdfCost kdf_moderate{.memory_kib = 256 * 1024, .passes = 3};    // 0.5 s; the default
constexpr KdfCost kdf_interactive{.memory_kib = 64 * 1024, .passes = 2};  // 0.1 s; the floor
constexpr KdfCost kdf_ceiling{.memory_kib = 1024 * 1024, .passes = 10};
#ifdef PHARMACY_CHEAP_KDF
// For tests alone; a build without tests does not have it and refuses it.
constexpr KdfCost kdf_cheap{.memory_kib = 8, .passes = 1};
#endif

// Between the floor and the ceiling in both.
bool acceptable(KdfCost cost) noexcept;

// Throws Error(damaged) if the cost is not acceptable; std::bad_alloc if there is no memory.
Key derive_from_passphrase(std::string_view passphrase, const Salt& salt, KdfCost cost);

}  // namespace pharmacy::crypto
