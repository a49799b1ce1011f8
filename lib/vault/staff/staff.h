// What the verbs about staff share.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "db/database.h"
#include "pharmacy/error.h"
#include "vault/keyring/keyring.h"
#include "vault/keyring/slot.h"
#include "vault/permissions.h"

namespace pharmacy::vault {

inline constexpr std::string_view recovery_login = "recovery";
inline constexpr std::size_t max_name = 200;

// Throws not_found, with what is near.
const Slot& slot_of(const Keyring& keyring, std::string_view login);
Slot& slot_of(Keyring& keyring, std::string_view login);

// Whether she is let in: neither disabled, nor is her time over.
[[nodiscard]] bool is_let_in(const Slot& slot, Instant now);
// Whether she may do it by her roles, let in or not.
[[nodiscard]] bool may(const Slot& slot, Permission permission);
// Where the policy lets only who was taught privacy see whole what is masked else: throws refused
// where the actor was not, saying what she lacks. By the store's clock: a look as of another day
// asks no other policy.
void require_trained(Reading& reading);
// Somebody whom rows name from now on, also where she never did anything herself. Throws not_found.
StaffId staff_for_rows(Transaction& tx, std::string_view login);

// The epochs of health notes whose key a person has, whatever became of her, and those whose notes
// a person reads: who is let in, without an end, by her role. The recovery code is no person.
struct HealthReach {
  std::set<std::uint16_t> held;
  std::set<std::uint16_t> read;
};
HealthReach health_reach(const Keyring& keyring, Instant now);
// Throws refused where a change left fewer of either: whoever is the last to read the notes of an
// epoch hands the key on first.
void require_health_reach(const HealthReach& before, const HealthReach& after);

// As Store::staff() lists them.
std::vector<StaffSlot> slots_of(const Keyring& keyring);

// What is wrong with a new login and name.
std::vector<Fault> faults_of_person(std::string_view login, std::string_view name);

// Throws refused where a keyring cannot hold that something was changed now.
void require_holdable(Instant now);

// Whether the keys are still to be changed since somebody was disabled.
[[nodiscard]] bool is_rotation_due(db::Database& database, const Keyring& keyring);

// What a guess at a new passphrase has to cost.
crypto::KdfCost passphrase_cost(const Keyring& keyring);

}  // namespace pharmacy::vault
