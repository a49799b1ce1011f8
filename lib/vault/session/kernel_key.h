// Keys that the kernel keeps for a user, in memory that is never swapped, until their time is over:
// keyrings(7).
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "crypto/secret.h"

namespace pharmacy::vault {

struct KernelKey {
  long serial;
  crypto::Key key;
};

// Keeps the key under this name, in the place of one that it had. Throws cannot_create where the
// kernel refuses.
void keep_key(const std::string& name, const crypto::Key& key, std::chrono::seconds life);
// nullopt where there is none of this name, or its time is over.
std::optional<KernelKey> find_key(const std::string& name);
// From now on it lives so long.
void renew_key(const KernelKey& key, std::chrono::seconds life);
// False where there was none.
bool forget_key(const std::string& name);

}  // namespace pharmacy::vault
