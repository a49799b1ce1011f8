#include <sodium.h>

#include "crypto/secret.h"
#include "pharmacy/error.h"

namespace pharmacy::crypto {

void init() {
  // sodium_init fails only where the system has no source of randomness at all.
  static const int made_ready = sodium_init();
  PHARMACY_CHECK(made_ready >= 0);
}

}  // namespace pharmacy::crypto
