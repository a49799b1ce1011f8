#include "vault/store_impl.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>

#include "base/i18n.h"
#include "crypto/random.h"
#include "db/migrate.h"
#include "pharmacy/error.h"
#include "vault/keyring/bytes.h"
#include "vault/staff/staff.h"

namespace pharmacy {
namespace {

constexpr int small_cache_kib = 2048;
constexpr int large_cache_kib = 64 * 1024;

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

  log_key = vault::log_key_of(opened.data_key, opened.keyring.file_id);
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

db::Bytes Store::Impl::request_digest(std::string_view request) const {
  const auto key = crypto::derive(who.secrets.box.secret, "pharmacy.request", keyring.store_id);
  const auto digest = crypto::keyed_digest(key, vault::as_bytes(request));
  return {digest.begin(), digest.end()};
}

std::optional<std::string> Store::Impl::result_of(const Operation& operation) {
  auto found = database_->prepare("SELECT request, result, staff FROM operation WHERE id = ?1");
  if (!found.bind(operation.id).step()) return std::nullopt;
  if (found.get<StaffId>(2) != who.actor.id) {
    throw Error(
        Errc::conflict,
        fmt::format(fmt::runtime(_("operation {} was done by somebody else")), operation.id),
        _("leave --op away to do it again"));
  }
  if (found.get<db::Bytes>(0) != request_digest(operation.request)) {
    throw Error(
        Errc::conflict,
        fmt::format(fmt::runtime(_("operation {} was used for something else")), operation.id),
        _("leave --op away, or repeat the command exactly as it was"));
  }
  return found.get<std::string>(1);
}

vault::LogWriter Store::Impl::log_writer() const {
  return {.staff = who.actor.id,
          .sign = who.secrets.sign,
          .store_id = keyring.store_id,
          .epoch = keyring.epoch,
          .key = log_key};
}

void Store::Impl::log(const vault::NewLogEntry& entry) {
  Reading::Impl change{*this, std::nullopt};
  change.commit(entry);
}

void Store::Impl::log_refusal(std::string_view permission) {
  vault::Shown lacking;
  lacking.note(permission);
  log({.kind = AccessKind::refusal, .command = {}, .operation = {}, .shown = std::move(lacking)});
}

void Store::Impl::log_view(vault::Shown shown) {
  if (shown.empty()) return;
  log({.kind = AccessKind::view, .command = {}, .operation = {}, .shown = std::move(shown)});
}

// Who looks for damage may need the code most: a damaged log keeps it from nothing but from what is
// to be logged by itself.
void Store::Impl::log_opening() {
  vault::Shown what;
  what.note("opened");
  try {
    log_view(std::move(what));
  } catch (const Error& error) {
    if (error.code() != Errc::damaged) throw;
  }
}

void Store::Impl::keep(const std::vector<std::pair<const char*, std::string>>& settings,
                       std::string_view what) {
  Reading::Impl change{*this, std::nullopt};
  for (const auto& [key, value] : settings) vault::put_setting(*database_, key, value);
  vault::Shown about;
  about.note(what);
  change.commit(
      {.kind = AccessKind::change, .command = {}, .operation = {}, .shown = std::move(about)});
}

namespace vault {

std::optional<std::string> find_setting(db::Database& database, const char* key) {
  return database.value<std::string>("SELECT value FROM setting WHERE key = ?1",
                                     std::string_view{key});
}

std::optional<Instant> find_time_setting(db::Database& database, const char* key) {
  if (!find_setting(database, key)) return std::nullopt;
  return Instant{static_cast<std::int64_t>(number_setting(database, key))};
}

void put_setting(db::Database& database, const char* key, const std::string& value) {
  database.run("INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)", std::string_view{key},
               value);
}

bool keeps_blind_alerts(db::Database& database) {
  return !find_setting(database, blind_alerts_setting);
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
  auto store = std::make_unique<Store::Impl>(std::move(place), std::move(who), options);
  if (store->who.actor.login == recovery_login) store->log_opening();
  return store;
}

}  // namespace vault
}  // namespace pharmacy
