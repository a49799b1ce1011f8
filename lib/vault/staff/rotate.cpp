// A change of keys: the database is copied under new ones into store.db.next, beside it the new
// keyring into store.keys.next. Then the database gets its name, which is the moment at which the
// change happens, and the keyring its own. Whoever opens a store after a crash in between finds a
// database that the keyring does not fit, and gives the new keyring its name.
#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/i18n.h"
#include "crypto/random.h"
#include "db/failure.h"
#include "db/reseal.h"
#include "pharmacy/error.h"
#include "pharmacy/files.h"
#include "pharmacy/staff.h"
#include "vault/permissions.h"
#include "vault/store_impl.h"

namespace pharmacy {

using vault::KeyKind;
using vault::OpenKeyring;

namespace {

// All of it, for which nobody may read the store.
void copy_log(db::Database& database, db::Gate& gate, std::chrono::milliseconds wait) {
  const int code = db::checkpoint_all(database.handle(), gate, wait);
  if (code == 0) return;
  try {
    db::throw_failure(database.handle(), code);
  } catch (const Error& error) {
    if (error.code() != Errc::busy) throw;
    throw Error(Errc::busy, _("another program is reading the store"),
                _("try again when its report is done, or wait longer with --wait SECONDS"));
  }
}

// The same keyring with a new data key, granted to everyone who had the old one.
OpenKeyring renewed(OpenKeyring opened, const vault::Signer& me, bool with_health) {
  vault::Keyring& keyring = opened.keyring;
  if (keyring.epoch == 0xffff ||
      (with_health && (keyring.health_keys.size() >= vault::max_health_keys ||
                       keyring.health_keys.back().epoch == 0xffff)))
    throw Error(Errc::refused, _("the keys of this store were changed too often"));
  ++keyring.epoch;
  vault::count_change(keyring);
  keyring.file_id = crypto::random_bytes<16>();
  opened.data_key = crypto::random_key();
  keyring.commitment = vault::commitment_to(opened.data_key, keyring.store_id, keyring.epoch);
  const auto newest = keyring.health_keys.back().epoch;
  const std::optional<crypto::Key> health =
      with_health ? std::optional{vault::add_health_key(keyring, me)} : std::nullopt;
  for (vault::Slot& slot : keyring.slots) {
    if (slot.certificate.is_disabled) continue;
    vault::grant(keyring, slot, KeyKind::data, keyring.epoch, opened.data_key, me);
    if (health && slot.find(KeyKind::health, newest) != nullptr)
      vault::grant(keyring, slot, KeyKind::health, keyring.health_keys.back().epoch, *health, me);
  }
  return opened;
}

// The keyring that a rotation of this one writes, and its bytes.
struct Renewal {
  Renewal(OpenKeyring opened, const vault::Unlocked& who, bool with_health)
      : next{renewed(std::move(opened), {who.slot, who.secrets.sign}, with_health)},
        file{vault::encode_keyring(next.keyring, next.data_key)} {}

  OpenKeyring next;
  std::string file;
};

}  // namespace

// Before the copy, which has it then: the log's key of this epoch, too, is known from then on by
// nothing else. What it says of the keyring holds for the copy alone.
void Store::Impl::log_rotation(vault::KeyringMark mark) {
  Reading::Impl change{*this, std::nullopt};
  vault::keep_log_key(*database_, keyring.epoch, log_key);
  vault::Shown what;
  what.note("from key " + std::to_string(keyring.epoch));
  change.commit({.kind = AccessKind::change,
                 .command = {},
                 .operation = {},
                 .shown = what,
                 .keyring = std::move(mark)});
}

void Store::Impl::rotate_keys(bool with_health,
                              const std::function<void(std::int64_t, std::int64_t)>& progress) {
  const db::GateHold hold{gate, options.wait};
  // The keyring as it is now, with what a crash kept from its file, and our roles in it: grants by
  // whoever is a manager no more would open the store to nobody.
  disconnect();
  db::Database& database = connection();
  vault::require(*this, vault::Permission::manage_staff);
  const Renewal renewal{keyring_to_change(), who, with_health};
  const OpenKeyring& next = renewal.next;
  log_rotation(vault::mark_of(next.keyring));
  copy_log(database, gate, options.wait);
  const db::StoreKeys keys{.file_id = next.keyring.file_id,
                           .epoch = next.keyring.epoch,
                           .data_key = next.data_key.copy()};

  std::error_code ignored;  // of a change that was cut off
  std::filesystem::remove(place.next_database(), ignored);
  std::filesystem::remove(place.next_keyring(), ignored);
  db::reseal(database.handle(), keys, place.next_database(), progress);
  write_file(place.next_keyring().string(), renewal.file, Existing::replaced);
  rename_durably(place.next_database(), place.database());
  rename_durably(place.next_keyring(), place.keyring());
  disconnect();
  connect();
}

std::unique_ptr<db::Database> Store::Impl::finish_rotation(OpenKeyring& opened) {
  std::error_code ignored;
  if (!std::filesystem::exists(place.next_keyring(), ignored)) return nullptr;
  const db::GateHold hold{gate, options.wait};
  const auto file = read_system_file(place.next_keyring().string(), vault::max_keyring_bytes);
  if (!file) return nullptr;  // whoever changed the keys has just finished
  OpenKeyring next = vault::open_keyring(*file, who);
  auto database = open_with(next);
  rename_durably(place.next_keyring(), place.keyring());
  opened = std::move(next);
  return database;
}

void check_rotation(Transaction& tx, bool with_health) {
  vault::require(tx, vault::Permission::manage_staff);
  const OpenKeyring& now = tx.impl().new_keyring();
  const Renewal renewal{
      {.keyring = now.keyring, .data_key = now.data_key.copy(), .actor = now.actor},
      tx.impl().store.who,
      with_health};
}

void Store::rotate_keys(bool with_health,
                        const std::function<void(std::int64_t, std::int64_t)>& progress) {
  PHARMACY_CHECK(!impl_->in_use);
  impl_->read_log_ahead();
  impl_->rotate_keys(with_health, progress);
}

}  // namespace pharmacy
