// Making a slot of the keyring, and opening it with what its owner proves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "crypto/box.h"
#include "crypto/encode.h"
#include "crypto/kdf.h"
#include "vault/keyring/keyring.h"

namespace pharmacy::vault {

// What an owner comes with: a passphrase, a key file's key, or the recovery code.
using Proof = std::variant<std::string_view, const crypto::Key*, const crypto::RecoveryCode*>;

// What a slot holds for its owner alone.
struct SlotSecrets {
  crypto::BoxKeys box;
  crypto::SignKeys sign;
};

// Seals them under any key that their owner proves; `aad` binds them to their place.
SealedSecrets seal_secrets(const SlotSecrets& secrets, const crypto::Key& key,
                           std::span<const unsigned char> aad);
// nullopt where key or place are wrong. Throws Error(damaged) where they are not the certificate's.
std::optional<SlotSecrets> open_secrets(const SealedSecrets& sealed, const Certificate& of,
                                        const crypto::Key& key, std::span<const unsigned char> aad);

struct NewSlot {
  std::uint32_t slot = 0;
  Method method = Method::passphrase;
  std::uint16_t roles = 0;
  Instant created;
  std::optional<Instant> expires = std::nullopt;
  std::string login;
  std::string name;
  crypto::KdfCost cost{};  // for a passphrase
};

// Who vouches for a slot and grants it keys.
struct Signer {
  std::uint32_t slot;
  const crypto::SignKeys& keys;
};

// Adds a slot with new keys and the data key sealed to it. Without a signer it vouches for
// itself: the first slot of a store. The keyring's commitment must be set.
SlotSecrets add_slot(Keyring& keyring, const NewSlot& input, const Proof& proof,
                     const Signer* signer, const crypto::Key& data_key);

// Signs a certificate that was changed.
void certify(const Keyring& keyring, Certificate& certificate, const Signer& signer);

// Seals the secrets of a slot under another proof: what its owner alone can do. A cost is given
// for a passphrase.
void set_proof(const Keyring& keyring, Slot& slot, const SlotSecrets& secrets, const Proof& proof,
               crypto::KdfCost cost);

// The data key, or the secret key of an epoch of health notes, sealed to the slot; in the place of
// the grant that it has of the same. The keyring must have that key.
void grant(const Keyring& keyring, Slot& slot, KeyKind kind, std::uint16_t epoch,
           const crypto::Key& key, const Signer& signer);
void take_back(Slot& slot, KeyKind kind);
// The same grant, or the same health key, under another's signature.
void sign_grant(const Keyring& keyring, const Slot& slot, Grant& grant, const Signer& signer);
void sign_health_key(const Keyring& keyring, HealthKey& key, const Signer& signer);

// Adds the next epoch of health notes; its secret key is for those to whom it is granted.
crypto::BoxSecretKey add_health_key(Keyring& keyring, const Signer& maker);

// Throws Error(damaged) where a signature on the slot does not hold: its owner's, that of the
// manager who vouches for it, those of the managers who vouch for that one, up to the root, and
// that of the manager who granted the data key. Asked before a proof is tried, so that a changed
// salt is not taken for a wrong passphrase.
void check_signatures(const Keyring& keyring, const Slot& slot);
// Throws Error(damaged) where any signature in the keyring does not hold.
void check_all_signatures(const Keyring& keyring);
// Throws Error(damaged) where a manager or pharmacist who is vouched for did not make it.
void check_health_key(const Keyring& keyring, const HealthKey& key);

// nullopt where the proof is wrong. Slow for a passphrase.
std::optional<SlotSecrets> open_slot(const Keyring& keyring, const Slot& slot, const Proof& proof);

// The data key granted to the slot. Throws Error(damaged) where it is not the one that the
// keyring commits to.
crypto::Key open_data_grant(const Keyring& keyring, const Slot& slot, const SlotSecrets& secrets);

// The secret key of an epoch of health notes; nullopt where it was not granted. Throws
// Error(damaged) where it is not the one of the public key.
std::optional<crypto::BoxKeys> open_health_grant(const Keyring& keyring, const Slot& slot,
                                                 const SlotSecrets& secrets, std::uint16_t epoch);

// A key file: one line "pharmacy-key-1 STORE SLOT KEY", store and key in hexadecimal.
struct KeyFileContent {
  StoreId store_id{};
  std::uint32_t slot = 0;
  crypto::Key key;
};
Secret key_file_text(const KeyFileContent& content);
// nullopt for anything else; the line's end may be missing.
std::optional<KeyFileContent> parse_key_file(std::string_view text);

// Bytes in lower-case hexadecimal.
std::string hex(std::span<const unsigned char> bytes);
// nullopt where it is not that.
std::optional<std::string> from_hex(std::string_view text);

}  // namespace pharmacy::vault
