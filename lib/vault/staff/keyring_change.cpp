// A change of the keyring together with the database: the database's commit is the one moment at
// which both happen.
#include <algorithm>

#include "pharmacy/error.h"
#include "pharmacy/files.h"
#include "pharmacy/staff.h"
#include "vault/keyring/bytes.h"
#include "vault/log/witness.h"
#include "vault/store_impl.h"

namespace pharmacy {

using vault::OpenKeyring;

namespace {

crypto::Key log_key_of(const OpenKeyring& opened) {
  return vault::log_key_of(opened.data_key, opened.keyring.file_id);
}

// Whether each is vouched for by the root in the end, and nobody by herself in a ring.
bool all_are_vouched_for(const vault::Keyring& keyring) {
  return std::ranges::all_of(keyring.slots, [&](const vault::Slot& slot) {
    const vault::Slot* at = &slot;
    for (std::size_t steps = 0; !vault::vouches_for_itself(*at); ++steps) {
      if (steps == keyring.slots.size()) return false;
      at = keyring.find(at->certificate.signer);
    }
    return true;
  });
}

}  // namespace

OpenKeyring Store::Impl::sound_keyring() const {
  OpenKeyring opened = vault::open_keyring(place, who);
  vault::check_all_signatures(opened.keyring);
  return opened;
}

OpenKeyring Store::Impl::keyring_to_change() {
  OpenKeyring opened = sound_keyring();
  opened.mark = vault::newest_mark(*database_, opened.keyring, log_key_of(opened), verified_log_);
  if (opened.mark && *opened.mark != vault::mark_of(opened.keyring))
    throw Error(Errc::damaged, vault::outdated_keyring(), vault::outdated_keyring_advice());
  return opened;
}

// What is wrong is told with the gate held: keyring and log may be of two moments here.
void Store::Impl::read_log_ahead() {
  try {
    const db::ReadScope snapshot{connection()};
    const OpenKeyring opened = vault::open_keyring(place, who);
    vault::newest_mark(*database_, opened.keyring, log_key_of(opened), verified_log_);
  } catch (const Error& error) {
    if (error.code() != Errc::damaged) throw;
  }
}

bool Store::Impl::keyring_is_newest() {
  const db::GateHold hold{gate, options.wait};
  OpenKeyring opened = vault::open_keyring(place, who);
  const auto database = open_database(opened);
  finish_keyring(*database, opened);
  try {
    std::optional<LogAnchor> nothing;
    const auto mark = vault::newest_mark(*database, opened.keyring, log_key_of(opened), nothing);
    return !mark || *mark == vault::mark_of(opened.keyring);
  } catch (const Error& error) {
    if (error.code() != Errc::damaged) throw;
    return false;
  }
}

void Store::Impl::note_new_keyring(const OpenKeyring& changed) {
  PHARMACY_CHECK(all_are_vouched_for(changed.keyring));  // or nobody below a ring is let in again
  vault::put_setting(*database_, vault::generation_setting,
                     std::to_string(changed.keyring.generation));
  vault::put_setting(*database_, vault::root_setting,
                     vault::hex(changed.keyring.root().certificate.sign_key));
  const std::string file = vault::encode_keyring(changed.keyring, changed.data_key);
  vault::put_setting(*database_, vault::next_setting, vault::hex(vault::as_bytes(file)));
}

void Store::Impl::adopt_new_keyring(OpenKeyring changed) {
  write_file(place.keyring().string(), vault::encode_keyring(changed.keyring, changed.data_key),
             Existing::replaced);
  const vault::Slot* mine = changed.keyring.find(who.slot);
  if (mine != nullptr) who.actor.roles = vault::roles_of(mine->certificate.roles);
  keyring = std::move(changed.keyring);
}

// What is noted is written where a crash kept whoever noted it from that. It stays there until the
// next change of the keyring: a note that is as old as the file is none.
void Store::Impl::finish_keyring(db::Database& database, OpenKeyring& opened) {
  const auto noted = vault::find_setting(database, vault::next_setting);
  if (!noted) return;
  const auto file = vault::from_hex(*noted);
  if (!file) vault::throw_damaged_keyring();
  const vault::Keyring next = vault::parse_keyring(*file);
  if (next.generation <= opened.keyring.generation || next.epoch != opened.keyring.epoch) return;
  if (!vault::mac_fits(*file, next, opened.data_key)) vault::throw_damaged_keyring();
  const db::GateHold hold{gate, options.wait};
  if (vault::read_keyring(place).generation < next.generation)
    write_file(place.keyring().string(), *file, Existing::replaced);
  opened = vault::open_keyring(place, who);
}

void read_log_ahead(Store& store) { store.impl().read_log_ahead(); }

}  // namespace pharmacy
