// The keys of health notes, for the room that keeps them.
#pragma once

#include <cstdint>
#include <optional>

#include "crypto/box.h"
#include "pharmacy/store.h"

namespace pharmacy::vault {

// To which a note is sealed now.
struct HealthSeal {
  std::uint16_t epoch;
  crypto::BoxPublicKey key;
};
// Throws damaged where nobody vouches for the key, who could.
HealthSeal health_seal(Reading& reading);

// What opens the notes of an epoch; nullopt where the actor was not given it. Throws damaged.
std::optional<crypto::BoxKeys> health_key(Reading& reading, std::uint16_t epoch);

// Whether the actor's role lets her read notes, and she has the key to the newest.
[[nodiscard]] bool may_read_health(Reading& reading);
// Throws not_permitted where she may not; before that the refusal is logged, which ends the
// reading.
void require_health_key(Reading& reading);

}  // namespace pharmacy::vault
