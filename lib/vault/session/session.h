// The file of a session: its owner's secrets, sealed by a key that only the kernel has.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "pharmacy/session.h"
#include "vault/keyring/slot.h"

namespace pharmacy::vault {

using Environment = std::function<std::optional<std::string>(const char*)>;

// Where the tmpfiles of a shared account make a place for sessions.
inline constexpr const char* service_directory = "/run/pharmacy";

// As session_of_invoker().
SessionKey session_of(const Environment& env, const std::filesystem::path& shared);

// How long a session lasts.
struct SessionLife {
  std::chrono::seconds idle;
  std::chrono::seconds longest;
};

// Throws cannot_create, io.
void make_session(const SessionKey& session, const Keyring& keyring, std::uint32_t slot,
                  const SlotSecrets& secrets, const SessionLife& life);

// Whose it is, and what opens her slot; lengthens it. The slot's signatures are checked. Throws
// NoSession, damaged.
struct SessionOwner {
  const Slot& slot;
  SlotSecrets secrets;
};
SessionOwner open_session(const SessionKey& session, const Keyring& keyring);

}  // namespace pharmacy::vault
