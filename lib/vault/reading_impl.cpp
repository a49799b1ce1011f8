// A snapshot and a change, and what of them the access log gets.
#include <fmt/format.h>

#include <exception>

#include "base/i18n.h"
#include "crypto/random.h"
#include "pharmacy/error.h"
#include "vault/access.h"
#include "vault/store_impl.h"

namespace pharmacy {

// How long the end of an erasure waits for those who read an older state.
static constexpr std::chrono::seconds readers_wait{1};

Reading::Impl::Impl(Store::Impl& of, Purpose purpose)
    : store{of}, is_logged_{purpose != Purpose::figures} {
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

Reading::Impl::Impl(Store::Impl& of, std::optional<Operation> operation)
    : store{of}, is_logged_{true}, operation_{std::move(operation)} {
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
  now = store.now();
  today = store.zone.day_of(now);
}

void Reading::Impl::begin_change() {
  db::Database& database = store.connection();
  store.in_use = true;
  look_at_clock();
  change_.emplace(database);
  if (operation_ && store.result_of(*operation_)) {
    throw Error(Errc::busy,
                fmt::format(fmt::runtime(_("operation {} has just been done by another program")),
                            operation_->id),
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

vault::Shown& Reading::Impl::shown() {
  PHARMACY_CHECK(is_logged_);
  return shown_;
}

vault::Shown Reading::Impl::end_of_look() {
  end();
  return std::move(shown_);
}

void Reading::Impl::failed(const Error& error) {
  if (ended_) return;  // refused, and logged as that
  auto entry = vault::NewLogEntry{
      .kind = AccessKind::view, .command = {}, .operation = {}, .shown = end_of_look()};
  if (error.code() == Errc::not_permitted) {
    entry.kind = AccessKind::refusal;
  } else if (entry.shown.empty()) {
    return;
  }
  entry.shown.note("failed");
  entry.shown.approval.reset();
  store.log(entry);
}

void Reading::Impl::refuse(std::string_view permission) {
  auto entry = vault::NewLogEntry{
      .kind = AccessKind::refusal, .command = {}, .operation = {}, .shown = end_of_look()};
  entry.shown.note(permission);
  entry.shown.approval.reset();
  store.log(entry);
}

std::int64_t Reading::Impl::append(vault::NewLogEntry entry) {
  entry.command = store.options.command;
  return vault::append(store.database(), store.log_writer(), entry, store.options.clock());
}

void Reading::Impl::commit(const vault::NewLogEntry& entry) {
  PHARMACY_CHECK(change_.has_value() && !operation_);
  append(entry);
  make_durable();
}

void Reading::Impl::commit(std::string_view result) {
  PHARMACY_CHECK(change_.has_value() && operation_);
  db::Database& database = store.database();
  change_->require_sound();
  auto mark = settle_keyring();
  const auto entry = append({.kind = AccessKind::change,
                             .command = {},
                             .operation = operation_->id,
                             .shown = std::move(shown_),
                             .keyring = std::move(mark)});
  // SQLite shows a checksum over what a transaction wrote; with these 16 bytes in it, it tells
  // nothing of the rest.
  const auto mask = crypto::random_bytes<16>();
  database.run(
      "INSERT INTO operation (id, request, mask, result, at, staff, log_entry)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
      operation_->id, store.request_digest(operation_->request),
      db::Bytes{mask.begin(), mask.end()}, result, now, store.who.actor.id, entry);
  make_durable();
}

vault::Shown Reading::Impl::rehearse() {
  PHARMACY_CHECK(change_.has_value());
  change_->require_sound();
  settle_keyring();
  return end_of_look();
}

void Reading::Impl::make_durable() {
  db::Database& database = store.database();
  std::exception_ptr unknown_outcome;  // made here: later there may be no memory for it
  try {
    throw_unknown();
  } catch (const Error&) {
    unknown_outcome = std::current_exception();
  }
  try {
    change_->commit();
  } catch (...) {
    const bool unknown = db::may_have_committed(database.handle());
    end();
    if (!unknown) throw;
    // Nobody can know before the log is read anew.
    store.disconnect();
    std::rethrow_exception(unknown_outcome);
  }
  change_.reset();
  if (new_keyring_) {
    try {
      store.adopt_new_keyring(std::move(*new_keyring_));
    } catch (...) {
      end();
      store.disconnect();
      std::rethrow_exception(unknown_outcome);
    }
  }
  // The change is durable. What is wrong with the log is for the next reader to report.
  static_cast<void>(empties_log ? db::checkpoint_all(database.handle(), store.gate, readers_wait)
                                : db::checkpoint_if_long(database.handle(), store.gate));
  end();
}

vault::OpenKeyring& Reading::Impl::new_keyring() {
  PHARMACY_CHECK(change_.has_value());
  if (!new_keyring_) new_keyring_ = store.keyring_to_change();
  return *new_keyring_;
}

std::optional<vault::KeyringMark> Reading::Impl::settle_keyring() {
  if (!new_keyring_) return std::nullopt;
  vault::count_change(new_keyring_->keyring);
  store.note_new_keyring(*new_keyring_);
  return changed_mark();
}

// A new proof of an owner's own changes nothing that managers sign. The first one is a manager's.
std::optional<vault::KeyringMark> Reading::Impl::changed_mark() const {
  const vault::Keyring& keyring = new_keyring_->keyring;
  auto mark = vault::mark_of(keyring);
  const auto& before = new_keyring_->mark;
  const vault::Slot* mine = keyring.find(store.who.slot);
  const bool is_news = before ? *before != mark : mine != nullptr && vault::is_manager(*mine);
  return is_news ? std::optional{std::move(mark)} : std::nullopt;
}

void Reading::Impl::throw_unknown() const {
  if (!operation_) {
    throw Error(Errc::io, _("writing the access log failed, so nothing is shown"),
                _("see to the disk, then run the command again"));
  }
  throw Error(Errc::outcome_unknown,
              fmt::format(fmt::runtime(_("writing failed at the last step: nobody knows whether "
                                         "operation {} was done")),
                          operation_->id),
              fmt::format(fmt::runtime(_("repeat the command with --op {}: it is done once")),
                          operation_->id));
}

namespace vault {

db::Database& database(Reading& reading) { return reading.impl().store.database(); }
Shown& shown(Reading& reading) { return reading.impl().shown(); }

}  // namespace vault
}  // namespace pharmacy
