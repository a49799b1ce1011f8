// Who has a key to the store, and to what in it. All of it stands in the keyring, where a manager's
// signature vouches for each; a change writes the keyring at the transaction's commit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/secret.h"
#include "pharmacy/store.h"

namespace pharmacy {

// A member of staff as the keyring describes her.
struct Staff {
  std::string login;
  std::string name;
  std::string roles;   // words joined by commas
  std::string method;  // "passphrase", "key_file" or "recovery"
  bool reads_health;   // the notes of the newest epoch
  std::string status;  // "active", "disabled" or "expired"
  Instant created;
  std::optional<Instant> expires;
  std::string vouched_by;  // login

  static constexpr auto fields() {
    return std::tuple{Field{"login", &Staff::login},
                      Field{"name", &Staff::name},
                      Field{"roles", &Staff::roles},
                      Field{"method", &Staff::method},
                      Field{"reads_health", &Staff::reads_health},
                      Field{"status", &Staff::status},
                      Field{"created", &Staff::created},
                      Field{"expires", &Staff::expires},
                      Field{"vouched_by", &Staff::vouched_by}};
  }
};

PHARMACY_API std::vector<Staff> list_staff(Reading& reading);
// Throws not_found, with what is near.
PHARMACY_API Staff get_staff(Reading& reading, std::string_view login);

// Throws not_permitted to anyone but a manager.
PHARMACY_API void check_may_manage(Reading& reading);

// A change of staff or of keys verifies what the access log tells of the keyring, while others
// wait: all entries since the last such change. Where this was called before, they wait only for
// what was written meanwhile. Says nothing of what is wrong. Throws busy, io.
PHARMACY_API void read_log_ahead(Store& store);

// Whoever is let in. A pharmacist gets the keys to health notes if who lets her in has them.
struct NewStaff {
  std::string login;  // 1-32 of a-z 0-9 . _ -; "recovery" is taken
  std::string name;   // UTF-8, 1-200 bytes
  std::vector<Role> roles;
  // A passphrase that she types herself, or nullopt for a key file.
  std::optional<Secret> passphrase = std::nullopt;
  std::optional<Instant> expires = std::nullopt;
};

// What was made for her, and is handed out this once.
struct NewStaffKey {
  std::optional<Secret> key_file;  // to be written 0600, where no passphrase was given
};

// All of these throw not_permitted to anyone but a manager, busy, damaged, io; and where one is
// named, not_found.

// Throws invalid_input (all faults at once), conflict where the login was ever used.
PHARMACY_API NewStaffKey add_staff(Transaction& tx, const NewStaff& input);
// What add_staff would throw.
PHARMACY_API void check_new_staff(Reading& reading, const NewStaff& input);

// Throws refused where nobody would be left who can manage staff; where that takes the last key to
// the health notes of any epoch, or the last person who reads them without an end to her access;
// and for the recovery code. Whoever ceases to be a pharmacist loses the keys to health notes.
PHARMACY_API void set_roles(Transaction& tx, std::string_view login,
                            const std::vector<Role>& roles);

// Somebody who left: her slot stays, and opens nothing. Throws refused for oneself, for the
// recovery code, and where nobody would be left as for set_roles(). What she vouched for, the
// actor vouches for from then on. The data key, which she may have kept, is changed by
// Store::rotate_keys(): until then Store::check() reports that it is due.
PHARMACY_API void disable_staff(Transaction& tx, std::string_view login);
// What Store::rotate_keys() would throw before it copies, of the store as the transaction has made
// it. For a rehearsal: a commit would be one more change of the keyring.
PHARMACY_API void check_rotation(Transaction& tx, bool with_health = false);
// Whether the keys are still to be changed since somebody was disabled.
PHARMACY_API bool is_rotation_due(Reading& reading);
// The reverse; a time that has run out has no end then.
PHARMACY_API void enable_staff(Transaction& tx, std::string_view login);

// The keys to health notes, of all epochs that the giver has. Throws refused where she has none.
PHARMACY_API void grant_health(Transaction& tx, std::string_view login);
// Throws refused as set_roles() does for health notes.
PHARMACY_API void revoke_health(Transaction& tx, std::string_view login);

// A new passphrase or key file in the place of a lost one, with new keys: what she signed before
// was signed by her old ones. Access to health notes must be granted anew, also where she was the
// last who had it: the recovery code has it still.
PHARMACY_API NewStaffKey reset_staff(Transaction& tx, std::string_view login,
                                     std::optional<Secret> passphrase);

// A new recovery code in the place of the old one, which opens nothing any more but older backups.
// It reads the health notes that the old one read. What is returned is kept nowhere: it is to be
// printed and locked away. Throws refused where the actor came in with the recovery code itself,
// and where it reads health notes that she cannot read.
PHARMACY_API Secret renew_recovery(Transaction& tx);
// What renew_recovery would throw.
PHARMACY_API void check_may_renew_recovery(Reading& reading);

// The actor's own passphrase in the place of what opened the store until now. Throws invalid_input
// for one that is too easy; refused for the recovery code.
PHARMACY_API void change_passphrase(Transaction& tx, const Secret& passphrase);
// Throws refused where the actor has none to change.
PHARMACY_API void check_has_passphrase(Reading& reading);
// What change_passphrase would throw for any passphrase, in a transaction that is then rehearsed.
PHARMACY_API void check_passphrase_change(Transaction& tx);

}  // namespace pharmacy
