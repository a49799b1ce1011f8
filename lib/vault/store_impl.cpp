#include "vault/store_impl.h"

#include <fmt/format.h>

#include <cerrno>
#include <charconv>

#include "base/i18n.h"
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
  auto value = database.value<std::string>("SELECT value FROM setting WHERE key = ?1",
                                           std::string_view{key});
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
  if (database_ && db::has_moved(database_->handle())) disconnect();
  if (!database_) connect();
  return *database_;
}

void Store::Impl::connect() {
  vault::OpenKeyring opened = vault::open_keyring(place, who);
  keyring = std::move(opened.keyring);
  const db::SealedOptions sealed{
      .path = place.database(),
      .cache_kib = options.reads_much ? large_cache_kib : small_cache_kib};
  const db::StoreKeys keys{
      .file_id = keyring.file_id, .epoch = keyring.epoch, .data_key = std::move(opened.data_key)};
  database_.emplace(db::open_sealed(sealed, keys, gate));

  if (db::schema_of(*database_) != db::newest_schema()) {
    const bool held = gate.held();
    if (!held) gate.acquire(options.wait);
    try {
      db::migrate(*database_);
    } catch (...) {
      if (!held) gate.release();
      throw;
    }
    if (!held) gate.release();
  }
  check_generation();
  zone = Zone{setting(*database_, vault::zone_setting)};
}

// The database remembers the newest keyring that it was used with, so that an older one put back
// is noticed.
void Store::Impl::check_generation() {
  const std::uint64_t seen = number_setting(*database_, vault::generation_setting);
  if (keyring.generation >= seen) return;
  // It may have been renewed between reading the one and the other.
  keyring = vault::open_keyring(place, who).keyring;
  if (keyring.generation >= seen) return;
  throw Error(Errc::damaged, _("the keyring is older than the store has seen"),
              _("put back the newest store.keys of this store"));
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

Reading::Impl::Impl(Store::Impl& of)
    : store{of}, now{of.options.clock()}, today{of.zone.day_of(now)} {
  snapshot_.emplace(store.connection());
  store.in_use = true;
}

Reading::Impl::Impl(Store::Impl& of, const Operation& operation)
    : store{of}, now{of.options.clock()}, today{of.zone.day_of(now)}, operation_{operation} {
  PHARMACY_CHECK(!store.in_use);
  store.gate.acquire(store.options.wait);
  store.in_use = true;
  try {
    begin_change();
  } catch (...) {
    end();
    throw;
  }
}

void Reading::Impl::begin_change() {
  store.in_use = false;
  db::Database& database = store.connection();
  store.in_use = true;
  change_.emplace(database);
  if (store.result_of(operation_)) {
    throw Error(Errc::busy,
                fmt::format(fmt::runtime(_("operation {} has just been done by another program")),
                            operation_.id),
                _("repeat the command to see what it printed"));
  }
  const Actor& actor = store.who.actor;
  if (!database.value<std::int64_t>("SELECT id FROM staff WHERE id = ?1", actor.id)) {
    database.run("INSERT INTO staff (id, login) VALUES (?1, ?2)", actor.id, actor.login);
  }
  const std::string generation = std::to_string(store.keyring.generation);
  if (setting(database, vault::generation_setting) != generation) {
    database.run("UPDATE setting SET value = ?2 WHERE key = ?1",
                 std::string_view{vault::generation_setting}, generation);
  }
}

Reading::Impl::~Impl() { end(); }

void Reading::Impl::end() noexcept {
  if (ended_) return;
  ended_ = true;
  snapshot_.reset();
  change_.reset();  // rolls back what was not committed
  store.gate.release();
  store.in_use = false;
}

void Reading::Impl::commit(std::string_view result) {
  PHARMACY_CHECK(change_.has_value());
  db::Database& database = store.database();
  database.run("INSERT INTO operation (id, request, result, at, staff) VALUES (?1, ?2, ?3, ?4, ?5)",
               operation_.id, digest_of(operation_.request), result, now, store.who.actor.id);
  try {
    change_->commit();
  } catch (const Error& error) {
    if (error.code() != Errc::io) throw;
    // The disk may have what it reported as failed: nobody can know before the log is read anew.
    end();
    store.disconnect();
    throw Error(Errc::outcome_unknown,
                fmt::format(fmt::runtime(_("writing failed at the last step: nobody knows whether "
                                           "operation {} was done")),
                            operation_.id),
                fmt::format(fmt::runtime(_("repeat the command with --op {}: it is done once")),
                            operation_.id));
  }
  change_.reset();
  // The change is durable. What is wrong with the log is for the next reader to report.
  static_cast<void>(db::checkpoint_if_long(database.handle(), store.gate));
  end();
}

namespace vault {

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
