// The file store.keys: who has a key to the store, and the store's data key, sealed to each of
// them. pharmacy-store(5) gives its bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/aead.h"
#include "crypto/box.h"
#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy::vault {

constexpr std::uint8_t keyring_format = 1;
constexpr std::uint8_t cipher_xchacha20 = 1;
constexpr std::size_t max_slots = 1000;
constexpr std::size_t max_health_keys = 1000;
// The end of the year 9999: every calendar can show it.
constexpr Instant last_second{253'402'300'799};
// Whether a keyring can hold it.
constexpr bool is_holdable(Instant at) { return at >= Instant{} && at <= last_second; }
constexpr std::size_t max_keyring_bytes = std::size_t{4} * 1024 * 1024;

using StoreId = std::array<unsigned char, 16>;

enum class Method : std::uint8_t { passphrase = 1, key_file = 2, recovery = 3 };

// What a manager vouches for.
struct Certificate {
  std::uint32_t slot = 0;  // from 1, never used again
  Method method = Method::passphrase;
  std::uint16_t roles = 0;  // bit n is the Role of number n
  bool is_disabled = false;
  Instant created;
  Instant changed;                 // when this certificate was signed
  std::optional<Instant> expires;  // from then on it opens nothing
  std::string login;               // 1-32 of a-z 0-9 . _ -
  std::string name;                // UTF-8, 1-200 bytes
  crypto::BoxPublicKey box_key{};
  crypto::SignPublicKey sign_key{};
  std::uint32_t signer = 0;  // the manager's slot; the root of all vouches for itself
  crypto::Signature signature{};
};

// The box key and the signing key, one after the other, under the key that the owner proves.
constexpr std::size_t secrets_size = 32 + 64;

struct SealedSecrets {
  std::array<unsigned char, crypto::nonce_size> nonce{};
  std::array<unsigned char, secrets_size> cipher{};
  std::array<unsigned char, crypto::tag_size> tag{};
};

// What only the owner changes.
struct OwnerPart {
  crypto::Salt salt{};
  crypto::KdfCost cost{};  // 0 and 0 unless the method is a passphrase
  SealedSecrets secrets;
  crypto::Signature signature{};  // the slot's own
};

// Opens the store, or the health notes of one epoch.
enum class KeyKind : std::uint8_t { data = 1, health = 2 };

// A key for the slot's owner.
struct Grant {
  KeyKind kind = KeyKind::data;
  std::uint16_t epoch = 1;
  std::uint32_t granter = 0;
  std::array<unsigned char, 32 + crypto::box_overhead> sealed_key{};
  crypto::Signature signature{};  // the granter's
};

struct Slot {
  Certificate certificate;
  OwnerPart owner;
  std::vector<Grant> grants;  // their kind and epoch rising

  // nullptr where there is none.
  [[nodiscard]] const Grant* find(KeyKind kind, std::uint16_t epoch) const;
};

// Whoever may add a health note seals it to the public key of the newest epoch; who holds the
// secret key of an epoch opens its notes.
struct HealthKey {
  std::uint16_t epoch = 1;
  crypto::BoxPublicKey key{};
  std::uint32_t maker = 0;        // slot of a manager or pharmacist
  crypto::Signature signature{};  // the maker's
};

struct Keyring {
  std::uint16_t epoch = 1;             // of the data key
  std::uint64_t generation = 1;        // grows with every change of the file
  StoreId store_id{};                  // for the store's life
  StoreId file_id{};                   // of store.db as it is now
  crypto::Digest commitment{};         // to the data key: commitment_to()
  std::vector<HealthKey> health_keys;  // 1 to max_health_keys, their epochs rising
  std::vector<Slot> slots;             // 1 to max_slots, their numbers rising

  // nullptr where there is none.
  [[nodiscard]] const Slot* find(std::int64_t slot) const;
  [[nodiscard]] const Slot* find(std::string_view login) const;
  // The slot that vouches for itself, and by itself or through others for all the rest.
  [[nodiscard]] const Slot& root() const;
  [[nodiscard]] const HealthKey* find_health_key(std::uint16_t number) const;
};

[[nodiscard]] bool vouches_for_itself(const Slot& slot);
[[nodiscard]] bool has_role(const Slot& slot, Role role);
// A manager who is not disabled: who vouches for others.
[[nodiscard]] bool is_manager(const Slot& slot);

// The bytes that each signature covers.
std::string certificate_message(const Keyring& keyring, const Certificate& certificate);
std::string owner_message(const Keyring& keyring, const Certificate& certificate,
                          const OwnerPart& owner);
// The grant's key must be one of the keyring's.
std::string grant_message(const Keyring& keyring, const Certificate& certificate,
                          const Grant& grant);
std::string health_message(const Keyring& keyring, const HealthKey& key);

// What tells the right data key from a wrong one without opening a page.
crypto::Digest commitment_to(const crypto::Key& data_key, const StoreId& store_id,
                             std::uint16_t epoch);

// The whole file, with its MAC under the data key. Throws refused where it would have more than
// max_keyring_bytes.
std::string encode_keyring(const Keyring& keyring, const crypto::Key& data_key);
// Takes only what encode_keyring writes, byte for byte, but for the MAC, which needs the key.
// Throws Error(damaged).
Keyring parse_keyring(std::string_view file);
[[nodiscard]] bool mac_fits(std::string_view file, const Keyring& keyring,
                            const crypto::Key& data_key);

[[noreturn]] void throw_damaged_keyring();
// Where it is not as its last change left it.
std::string outdated_keyring();
std::string outdated_keyring_advice();

// Another state of the keyring. Throws refused where there were too many.
void count_change(Keyring& keyring);

// Roles as bits and as words joined by commas.
std::uint16_t role_bits(const std::vector<Role>& roles);
std::vector<Role> roles_of(std::uint16_t bits);
std::string role_words(std::uint16_t bits);

constexpr std::size_t max_login = 32;
// A login: 1-32 of a-z 0-9 . _ -
bool is_login(std::string_view text);

}  // namespace pharmacy::vault

namespace pharmacy {

template <>
struct EnumNames<vault::Method> {
  static constexpr std::array table{std::pair{vault::Method::passphrase, "passphrase"},
                                    std::pair{vault::Method::key_file, "key_file"},
                                    std::pair{vault::Method::recovery, "recovery"}};
};

}  // namespace pharmacy
