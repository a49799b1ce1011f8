// The keys behind a store, for who looks whether they got anywhere.
#pragma once

#include <doctest/doctest.h>

#include "crypto/hash.h"
#include "vault/keyring/slot.h"
#include "vault/log/entry.h"
#include "vault/opening/unlock.h"

namespace pharmacy::test {

// Calls each(name, bytes) for every key of somebody who was let in: those of her slot, and those
// that it grants. She must be one who reads health notes.
template <class Each>
void each_key(const vault::Unlocked& who, const vault::OpenKeyring& opened, Each&& each) {
  using Bytes = std::span<const unsigned char>;
  const auto& keyring = opened.keyring;
  each("box key", Bytes{who.secrets.box.secret.bytes()});
  each("signing key", Bytes{who.secrets.sign.secret.bytes().first<32>()});
  each("data key", Bytes{opened.data_key.bytes()});
  each("page key",
       Bytes{crypto::derive(opened.data_key, "pharmacy.page", keyring.file_id).bytes()});
  each("log key", Bytes{vault::log_key_of(opened.data_key, keyring.file_id).bytes()});
  const auto health = vault::open_health_grant(keyring, *keyring.find(opened.actor.login),
                                               who.secrets, keyring.health_keys.back().epoch);
  REQUIRE(health);
  each("health key", Bytes{health->secret.bytes()});
}

}  // namespace pharmacy::test
