#include "crypto/version.h"

#include <sodium.h>

namespace pharmacy::crypto {

const char* library_version() noexcept { return sodium_version_string(); }

}  // namespace pharmacy::crypto
