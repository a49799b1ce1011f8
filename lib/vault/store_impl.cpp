#include "vault/store_impl.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>

#include "base/i18n.h"
#include "crypto/random.h"
#include "db/migrate.h"
#include "pharmacy/error.h"

namespace pharmacy {
namespace {

constexpr int small_cache_kib = 2048;
constexpr int large_cache_kib = 64 * 1024;

db::Bytes digest_of(const std::string& request) {
  const crypto::Digest digest = crypto::Hasher{}.add(request).finish();
  return {digest.begin(), digest.end()};
}

std::string setting(db::Database& database, const char* key) {
  auto value = vault::find_setting(database, key);
  if (!value) throw Error(Errc::damaged, _("the store lacks one of its settings"));
  return std::move(*value);
}

std::uint64_t number_setting(db::Database& database, const char* key) {
  const std::string text = setting(database, key);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw Error(Errc::damaged, _("a setting of the store is not a number"));
  }
  return number;
}

}  // namespace

Store::Impl::Impl(vault::Place at, vault::Unlocked by, const OpenOptions& with)
    : place{std::move(at)},
      who{std::move(by)},
      options{with},
      gate{place.lock(), vault::program_name()} {
  connect();
}

db::Database& Store::Impl::connection() {
  PHARMACY_CHECK(!in_use);
  if (has_moved()) disconnect();
  if (!database_) connect();
  return *database_;
}

// Nothing is kept of a connection that does not pass all checks: the next attempt makes them again.
void Store::Impl::connect() {
  vault::OpenKeyring opened = vault::open_keyring(place, who);
  auto database = open_database(opened);
  if (db::schema_of(*database) != db::newest_schema()) {
    const db::GateHold hold{gate, options.wait};
    db::migrate(*database);
  }
  finish_keyring(*database, opened);
  check_keyring(*database, opened);
  Zone read{setting(*database, vault::zone_setting)};

  who.actor = std::move(opened.actor);
  keyring = std::move(opened.keyring);
  zone = std::move(read);
  database_ = std::move(database);
}

std::unique_ptr<db::Database> Store::Impl::open_with(const vault::OpenKeyring& opened) {
  const db::SealedOptions sealed{
      .path = place.database(),
      .cache_kib = options.reads_much ? large_cache_kib : small_cache_kib};
  const db::StoreKeys keys{.file_id = opened.keyring.file_id,
                           .epoch = opened.keyring.epoch,
                           .data_key = opened.data_key.copy()};
  // Not make_unique: here the memory is had before the connection, which could leak else.
  return std::unique_ptr<db::Database>{new db::Database{db::open_sealed(sealed, keys, gate)}};
}

std::unique_ptr<db::Database> Store::Impl::open_database(vault::OpenKeyring& opened) {
  try {
    return open_with(opened);
  } catch (const Error& error) {
    if (error.code() != Errc::damaged) throw;
    // A change of keys may have replaced both files after the keyring was read, or have been cut
    // off before it replaced the second.
    if (auto database = finish_rotation(opened)) return database;
    vault::OpenKeyring renewed = vault::open_keyring(place, who);
    if (renewed.keyring.file_id == opened.keyring.file_id) throw;
    opened = std::move(renewed);
  }
  return open_with(opened);
}

// The database remembers the newest keyring that it was used with, so that an older one put back
// is noticed; and who may vouch for others, so that no clerk makes herself a manager.
void Store::Impl::check_keyring(db::Database& database, vault::OpenKeyring& opened) const {
  const std::uint64_t seen = number_setting(database, vault::generation_setting);
  // It may have been renewed between reading the one and the other.
  if (opened.keyring.generation < seen) opened = vault::open_keyring(place, who);
  if (opened.keyring.generation < seen) {
    throw Error(Errc::damaged, _("the keyring is older than the store has seen"),
                _("put back the newest store.keys of this store"));
  }
  const auto& root = opened.keyring.root().certificate;
  if (setting(database, vault::root_setting) != vault::hex(root.sign_key)) {
    throw Error(Errc::damaged, _("the keyring was not signed by the manager who made the store"),
                _("put back the newest store.keys of this store"));
  }
}

void Store::Impl::meet_newest_keyring() {
  const std::uint64_t seen = number_setting(*database_, vault::generation_setting);
  if (keyring.generation < seen) {
    vault::OpenKeyring opened = vault::open_keyring(place, who);
    finish_keyring(*database_, opened);
    check_keyring(*database_, opened);
    who.actor = std::move(opened.actor);
    keyring = std::move(opened.keyring);
  }
  if (keyring.generation > seen) {
    vault::put_setting(*database_, vault::generation_setting, std::to_string(keyring.generation));
  }
}

std::optional<std::string> Store::Impl::result_of(const Operation& operation) {
  auto found = database_->prepare("SELECT request, result FROM operation WHERE id = ?1");
  if (!found.bind(operation.id).step()) return std::nullopt;
  if (found.get<db::Bytes>(0) != digest_of(operation.request)) {
    throw Error(
        Errc::conflict,
        fmt::format(fmt::runtime(_("operation {} was used for something else")), operation.id),
        _("leave --op away, or repeat the command exactly as it was"));
  }
  return found.get<std::string>(1);
}

Reading::Impl::Impl(Store::Impl& of) : store{of} {
  try {
    snapshot_.emplace(store.connection());
  } catch (const Error& error) {
    // A change of keys between the look at the file and the snapshot: the log is no more its own.
    if (error.code() != Errc::damaged || !store.has_moved()) throw;
    store.disconnect();
    snapshot_.emplace(store.connection());
  }
  look_at_clock();
  store.in_use = true;
}

Reading::Impl::Impl(Store::Impl& of, const Operation& operation)
    : store{of}, operation_{operation} {
  PHARMACY_CHECK(!store.in_use);
  hold_.emplace(store.gate, store.options.wait);
  try {
    begin_change();
  } catch (...) {
    end();
    throw;
  }
}

// Only now: whoever waited for the gate over midnight sells on the new day.
void Reading::Impl::look_at_clock() {
  now = store.options.clock();
  today = store.zone.day_of(now);
}

void Reading::Impl::begin_change() {
  db::Database& database = store.connection();
  store.in_use = true;
  look_at_clock();
  change_.emplace(database);
  if (store.result_of(operation_)) {
    throw Error(Errc::busy,
                fmt::format(fmt::runtime(_("operation {} has just been done by another program")),
                            operation_.id),
                _("repeat the command to see what it printed"));
  }
  store.meet_newest_keyring();
  const Actor& actor = store.who.actor;
  if (!database.value<std::int64_t>("SELECT id FROM staff WHERE id = ?1", actor.id)) {
    database.run("INSERT INTO staff (id, login) VALUES (?1, ?2)", actor.id, actor.login);
  }
}

Reading::Impl::~Impl() { end(); }

void Reading::Impl::end() noexcept {
  if (ended_) return;
  ended_ = true;
  snapshot_.reset();
  change_.reset();  // rolls back what was not committed
  hold_.reset();
  store.in_use = false;
}

void Reading::Impl::commit(std::string_view result) {
  PHARMACY_CHECK(change_.has_value());
  db::Database& database = store.database();
  change_->require_sound();
  if (new_keyring_) {
    ++new_keyring_->keyring.generation;
    store.note_new_keyring(*new_keyring_);
  }
  // SQLite shows a checksum over what a transaction wrote; with these 16 bytes in it, it tells
  // nothing of the rest.
  const auto mask = crypto::random_bytes<16>();
  database.run(
      "INSERT INTO operation (id, request, mask, result, at, staff)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      operation_.id, digest_of(operation_.request), db::Bytes{mask.begin(), mask.end()}, result,
      now, store.who.actor.id);
  try {
    change_->commit();
  } catch (...) {
    const bool unknown = db::may_have_committed(database.handle());
    end();
    if (!unknown) throw;
    // Nobody can know before the log is read anew.
    store.disconnect();
    throw_unknown();
  }
  change_.reset();
  if (new_keyring_) {
    try {
      store.adopt_new_keyring(std::move(*new_keyring_));
    } catch (const Error&) {
      end();
      store.disconnect();
      throw_unknown();
    }
  }
  // The change is durable. What is wrong with the log is for the next reader to report.
  static_cast<void>(db::checkpoint_if_long(database.handle(), store.gate));
  end();
}

vault::OpenKeyring& Reading::Impl::new_keyring() {
  PHARMACY_CHECK(change_.has_value());
  if (!new_keyring_) new_keyring_ = store.keyring_to_change();
  return *new_keyring_;
}

void Reading::Impl::throw_unknown() const {
  throw Error(Errc::outcome_unknown,
              fmt::format(fmt::runtime(_("writing failed at the last step: nobody knows whether "
                                         "operation {} was done")),
                          operation_.id),
              fmt::format(fmt::runtime(_("repeat the command with --op {}: it is done once")),
                          operation_.id));
}

namespace vault {

std::optional<std::string> find_setting(db::Database& database, const char* key) {
  return database.value<std::string>("SELECT value FROM setting WHERE key = ?1",
                                     std::string_view{key});
}

void put_setting(db::Database& database, const char* key, const std::string& value) {
  database.run("INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)", std::string_view{key},
               value);
}

std::string program_name() { return ::program_invocation_short_name; }

bool is_operation_id(std::string_view text) {
  for (const char c : text) {
    if (c < '!' || c > '~') return false;
  }
  return !text.empty() && text.size() <= 64;
}

std::unique_ptr<Store::Impl> open_store(const std::filesystem::path& path, const Key& key,
                                        const OpenOptions& options, Instant machine_time) {
  Place place{path};
  check_place(place);
  if (!options.allow_network_fs) refuse_network(place.directory);
  Unlocked who = unlock(place, key, machine_time);
  return std::make_unique<Store::Impl>(std::move(place), std::move(who), options);
}

}  // namespace vault
}  // namespace pharmacy
