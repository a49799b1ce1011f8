#include "vault/opening/unlock.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "vault/keyring/bytes.h"
#include "vault/opening/tries.h"
#include "vault/session/session.h"

namespace pharmacy {

// One answer, so that nobody learns which logins there are.
WrongPassphrase::WrongPassphrase()
    : Error{Errc::not_permitted, _("the login or the passphrase is wrong")} {}
WrongPassphrase::~WrongPassphrase() = default;

bool is_recovery_code(std::string_view text) {
  return crypto::parse_recovery_text(text).has_value();
}

namespace vault {
namespace {

[[noreturn]] void throw_wrong_key() {
  throw Error(Errc::not_permitted, _("this key does not open the store"),
              _("name the key file of this store with --key-file"));
}

std::string read_file_of(const Place& place) {
  std::error_code absent;  // then reading it fails too
  const auto size = std::filesystem::file_size(place.keyring(), absent);
  if (!absent && size > max_keyring_bytes) throw_damaged_keyring();
  auto content = read_system_file(place.keyring().string(), max_keyring_bytes);
  if (!content) {
    throw Error(Errc::io, fmt::format(fmt::runtime(_("cannot read {}")), place.keyring().string()));
  }
  return std::move(*content);
}

Actor actor_of(const Slot& slot) {
  const Certificate& c = slot.certificate;
  return {StaffId{c.slot}, c.login, c.name, roles_of(c.roles)};
}

// Only whoever has proved to be the owner is told.
Unlocked let_in(const Slot& slot, SlotSecrets secrets, Instant now) {
  const Certificate& c = slot.certificate;
  if (c.is_disabled || (c.expires && *c.expires <= now)) {
    throw Error(Errc::not_permitted,
                fmt::format(fmt::runtime(c.is_disabled ? _("{} was disabled")
                                                       : _("the time of {} has run out")),
                            c.login),
                _("a manager can change that with \"store staff enable\""));
  }
  return {.slot = slot.certificate.slot,
          .actor = actor_of(slot),
          .secrets = std::move(secrets),
          .keyring = {}};
}

const Slot* only_slot(const Keyring& keyring, Method method) {
  const Slot* only = nullptr;
  for (const Slot& slot : keyring.slots) {
    if (slot.certificate.method != method) continue;
    if (only != nullptr) return nullptr;
    only = &slot;
  }
  return only;
}

// The slot that a passphrase is for; nullptr where there is none such.
const Slot* slot_for(const Keyring& keyring, const Passphrase& key) {
  if (key.login) {
    const Slot* slot = keyring.find(*key.login);
    return slot != nullptr && slot->certificate.method == Method::passphrase ? slot : nullptr;
  }
  const Slot* slot = only_slot(keyring, Method::passphrase);
  if (slot == nullptr) {
    throw Error(Errc::invalid_input, _("a passphrase needs a login"),
                _("say who you are with --login or PHARMACY_LOGIN"));
  }
  return slot;
}

// Takes the time that a real attempt takes.
void try_in_vain(const Keyring& keyring, const Passphrase& key) {
  const auto like = std::ranges::find_if(keyring.slots, [](const Slot& slot) {
    return slot.certificate.method == Method::passphrase;
  });
  const bool any = like != keyring.slots.end();
  static_cast<void>(crypto::derive_from_passphrase(key.text.view(),
                                                   any ? like->owner.salt : crypto::Salt{},
                                                   any ? like->owner.cost : crypto::kdf_moderate));
}

Unlocked unlock_with(const Place& place, const Keyring& keyring, const Passphrase& key,
                     Instant now) {
  const Slot* slot = slot_for(keyring, key);
  if (slot != nullptr) check_signatures(keyring, *slot);
  Attempt attempt{place.tries(), slot != nullptr ? slot->certificate.slot : 0, now};
  if (slot == nullptr) {
    try_in_vain(keyring, key);
    throw WrongPassphrase{};
  }
  auto secrets = open_slot(keyring, *slot, key.text.view());
  if (!secrets) throw WrongPassphrase{};
  attempt.succeeded();
  return let_in(*slot, std::move(*secrets), now);
}

Unlocked unlock_with(const Place&, const Keyring& keyring, const KeyFile& key, Instant now) {
  const auto content = parse_key_file(key.content.view());
  if (!content) {
    throw Error(Errc::not_permitted, _("this is not a key file of a store"),
                _("a key file is one line that begins with pharmacy-key-1, or a recovery code"));
  }
  if (content->store_id != keyring.store_id) {
    throw Error(Errc::not_permitted, _("this key is for another store"));
  }
  const Slot* slot = keyring.find(content->slot);
  if (slot == nullptr || slot->certificate.method != Method::key_file) throw_wrong_key();
  check_signatures(keyring, *slot);
  auto secrets = open_slot(keyring, *slot, &content->key);
  if (!secrets) throw_wrong_key();
  return let_in(*slot, std::move(*secrets), now);
}

Unlocked unlock_with(const Place& place, const Keyring& keyring, const RecoveryCode& key,
                     Instant now) {
  const auto code = crypto::parse_recovery_text(key.text.view());
  if (!code) {
    throw Error(Errc::not_permitted, _("this is not a recovery code"),
                _("it has nine groups of four letters or digits; one is mistyped"));
  }
  const Slot* slot = only_slot(keyring, Method::recovery);
  if (slot == nullptr) throw_wrong_key();
  check_signatures(keyring, *slot);
  auto secrets = open_slot(keyring, *slot, &*code);
  if (!secrets) {
    throw Error(Errc::not_permitted, _("this recovery code does not open the store"));
  }
  Unlocked who = let_in(*slot, std::move(*secrets), now);
  forget_failures(place.tries());  // not for a code that was disabled
  return who;
}

Unlocked unlock_with(const Place&, const Keyring& keyring, const SessionKey& key, Instant now) {
  auto [slot, secrets] = open_session(key, keyring);
  return let_in(slot, std::move(secrets), now);
}

}  // namespace

Keyring read_keyring(const Place& place) { return parse_keyring(read_file_of(place)); }

Unlocked unlock(const Place& place, const Key& key, Instant now) {
  const std::string file = read_file_of(place);
  const Keyring keyring = parse_keyring(file);
  Unlocked who =
      std::visit([&](const auto& one) { return unlock_with(place, keyring, one, now); }, key);
  who.keyring = crypto::digest(as_bytes(file));
  return who;
}

OpenKeyring open_keyring(const Place& place, const Unlocked& who) {
  return open_keyring(read_file_of(place), who);
}

OpenKeyring open_keyring(std::string_view file, const Unlocked& who) {
  Keyring keyring = parse_keyring(file);
  const Slot* slot = keyring.find(who.slot);
  if (slot == nullptr || slot->certificate.is_disabled ||
      slot->certificate.box_key != who.secrets.box.open_to_all) {
    throw Error(Errc::not_permitted, _("this key was taken out of the store"));
  }
  if (crypto::digest(as_bytes(file)) != who.keyring) check_signatures(keyring, *slot);
  crypto::Key data_key = open_data_grant(keyring, *slot, who.secrets);
  if (!mac_fits(file, keyring, data_key)) throw_damaged_keyring();
  Actor actor = actor_of(*slot);
  return {
      .keyring = std::move(keyring), .data_key = std::move(data_key), .actor = std::move(actor)};
}

}  // namespace vault
}  // namespace pharmacy
