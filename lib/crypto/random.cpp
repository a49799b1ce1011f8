#include "crypto/random.h"

#include <sodium.h>

#include "crypto/secret.h"

namespace pharmacy::crypto {

void fill_random(std::span<unsigned char> bytes) noexcept {
  init();
  randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace pharmacy::crypto
