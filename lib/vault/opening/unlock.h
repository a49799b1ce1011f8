// From a key to the store's data key.
#pragma once

#include "pharmacy/store.h"
#include "vault/keyring/mark.h"
#include "vault/keyring/slot.h"
#include "vault/opening/place.h"

namespace pharmacy::vault {

// Who is let in.
struct Unlocked {
  std::uint32_t slot = 0;
  Actor actor;
  SlotSecrets secrets;
  crypto::Digest keyring{};  // of the file in which the slot's signatures were checked
};

// The keyring, checked as a whole, the data key that it grants, and what it says of its owner.
struct OpenKeyring {
  Keyring keyring;
  crypto::Key data_key;
  Actor actor;
  std::optional<KeyringMark> mark{};  // what the access log says of it, of one to be changed
};

// The file as it is, no key needed. Throws damaged, io.
Keyring read_keyring(const Place& place);

// Lets the owner of `key` in. `now` is the machine's time, by which attempts are counted. Throws
// not_permitted, invalid_input where a login must be given, damaged, busy, io.
Unlocked unlock(const Place& place, const Key& key, Instant now);

// Opens the grant of who was let in and checks the whole file. Throws damaged; not_permitted where
// the slot is gone.
OpenKeyring open_keyring(const Place& place, const Unlocked& who);
// The same of a file's bytes.
OpenKeyring open_keyring(std::string_view file, const Unlocked& who);

}  // namespace pharmacy::vault
