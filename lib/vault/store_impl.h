// What is behind an open store, a reading and a transaction.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "crypto/hash.h"
#include "db/database.h"
#include "db/sealed.h"
#include "db/transaction.h"
#include "pharmacy/approval.h"
#include "pharmacy/backup.h"
#include "pharmacy/store.h"
#include "vault/log/log.h"
#include "vault/opening/place.h"
#include "vault/opening/unlock.h"

namespace pharmacy {

class Store::Impl {
 public:
  Impl(vault::Place place, vault::Unlocked who, const OpenOptions& options);

  // The connection; a new one where the database file was replaced or the last one is of no
  // further use. Asked for when nothing is going on.
  db::Database& connection();
  // The connection as it is.
  [[nodiscard]] db::Database& database() { return *database_; }
  // Whether there is a connection, to a file that was replaced.
  [[nodiscard]] bool has_moved() const { return database_ && db::has_moved(database_->handle()); }
  // Closes the connection: its state is not known after a failed commit.
  void disconnect() { database_.reset(); }
  // Inside a change: the database remembers the newest keyring that a change was made with. Where
  // it has seen a newer one than ours, that one is read; throws not_permitted where we are not in
  // it any more.
  void meet_newest_keyring();

  // What the operation was asked and what it printed; nullopt where it was never done. Throws
  // conflict where it was asked something else.
  std::optional<std::string> result_of(const Operation& operation);

  // The keyring with every signature in it checked. Throws what open_keyring() throws.
  [[nodiscard]] vault::OpenKeyring sound_keyring() const;
  // The digest of what the actor asked for, by a key that is hers alone: a command may say what
  // only a health note may tell, and nobody else is to find it by trying. Only she can ask it
  // again.
  [[nodiscard]] db::Bytes request_digest(std::string_view request) const;

  // The keyring as whoever changes it must find it: sound, and as its last change left it, so that
  // no change signs anew, or gives keys to, what nobody vouched for, or vouches for no more. The
  // gate must be held. Throws what open_keyring() throws.
  [[nodiscard]] vault::OpenKeyring keyring_to_change();
  // Verifies ahead what keyring_to_change() needs of the access log, while others go on working.
  void read_log_ahead();
  // Whether it is as its last change left it; asked with the gate held, on a connection of its own.
  [[nodiscard]] bool keyring_is_newest();
  // The keyring's change is part of the database's: it is noted there, and written to its file
  // after the commit. Whoever opens the store after a crash in between writes it.
  void note_new_keyring(const vault::OpenKeyring& changed);
  void adopt_new_keyring(vault::OpenKeyring changed);

  // What a look takes for now.
  [[nodiscard]] Instant now() const { return options.as_of ? options.as_of() : options.clock(); }

  // Writes an entry that belongs to no change, in one of its own. Takes the gate; throws what a
  // change throws.
  void log(const vault::NewLogEntry& entry);
  // What was looked at, where that was anybody.
  void log_view(vault::Shown shown);
  void log_opening();  // with the recovery code, whatever is asked then
  void log_refusal(std::string_view permission);
  // Keeps settings, and logs what they are about, in a change of its own, as log().
  void keep(const std::vector<std::pair<const char*, std::string>>& settings,
            std::string_view what);
  void log_restore(const BackupInfo& backup);
  // A snapshot in which persons may be shown although nothing is logged.
  Reading look_of_test();
  [[nodiscard]] vault::LogWriter log_writer() const;

  // As Store::rotate_keys.
  void rotate_keys(bool with_health,
                   const std::function<void(std::int64_t, std::int64_t)>& progress);

  const vault::Place place;
  vault::Unlocked who;
  const OpenOptions options;
  Zone zone = Zone::utc();
  vault::Keyring keyring;
  crypto::Key log_key;  // of the keyring's epoch
  db::Gate gate;
  bool in_use = false;  // by a reading or a transaction

 private:
  void connect();
  void finish_keyring(db::Database& database, vault::OpenKeyring& opened);
  void log_rotation(vault::KeyringMark mark);
  // Gives the keyring of a change of keys its name where its database has it already; nullptr where
  // there is none. Throws not_permitted where we are not in it.
  std::unique_ptr<db::Database> finish_rotation(vault::OpenKeyring& opened);
  [[nodiscard]] std::unique_ptr<db::Database> open_with(const vault::OpenKeyring& opened);
  std::unique_ptr<db::Database> open_database(vault::OpenKeyring& opened);
  void check_keyring(db::Database& database, vault::OpenKeyring& opened) const;

  std::optional<LogAnchor> verified_log_;   // until there its signatures were verified
  std::unique_ptr<db::Database> database_;  // closed before the gate goes
};

class Reading::Impl {
 public:
  // What a snapshot is for. Only a view may show a person; a test's look is logged nowhere.
  enum class Purpose { figures, view, test };

  Impl(Store::Impl& store, Purpose purpose);  // a snapshot
  // A change, the gate held; without an operation, of the log alone.
  Impl(Store::Impl& store, std::optional<Operation> operation);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  // Logs the change and makes it durable. Without an operation there is nothing but `entry`.
  void commit(std::string_view result);
  void commit(const vault::NewLogEntry& entry);
  // Does what commit() does before it writes, and ends as end_of_look(). Throws what that throws.
  vault::Shown rehearse();
  // Whom it has shown until now, which ends it; for a dry run too.
  vault::Shown end_of_look();
  // Ends it, and logs whom the error may tell of, or that it is a refusal.
  void failed(const Error& error);
  // Ends it, and logs that it was refused for lack of a permission.
  void refuse(std::string_view permission);

  // What is to be logged of it. A bug where nothing will be.
  vault::Shown& shown();

  // The keyring, to be changed: what it is at the commit becomes the store's.
  vault::OpenKeyring& new_keyring();
  // As this reading or change sees it.
  [[nodiscard]] const vault::Keyring& keyring() const {
    return new_keyring_ ? new_keyring_->keyring : store.keyring;
  }

  Store::Impl& store;
  Instant now;
  Date today;
  std::optional<Approvable> approved{};  // what it may do that takes an approval
  std::optional<Approvable> reviewed{};  // what it may tell of before it is approved
  bool empties_log = false;              // after the commit: nothing older is left in it

 private:
  void begin_change();
  void look_at_clock();
  // Encodes the keyring if it was changed; what the log is to say of it.
  std::optional<vault::KeyringMark> settle_keyring();
  [[nodiscard]] std::optional<vault::KeyringMark> changed_mark() const;
  std::int64_t append(vault::NewLogEntry entry);
  void make_durable();
  void end() noexcept;
  [[noreturn]] void throw_unknown() const;

  bool is_logged_;
  std::optional<Operation> operation_;
  vault::Shown shown_;
  bool ended_ = false;
  std::optional<db::GateHold> hold_;
  std::optional<db::ReadScope> snapshot_;
  std::optional<db::WriteScope> change_;
  std::optional<vault::OpenKeyring> new_keyring_;
};

namespace vault {

// Store::create and Store::open with what tests replace: the cost of a passphrase, the machine's
// clock.
NewStoreKeys create_store(const std::filesystem::path& path, const NewStore& input,
                          const OpenOptions& options, crypto::KdfCost cost);
std::unique_ptr<Store::Impl> open_store(const std::filesystem::path& path, const Key& key,
                                        const OpenOptions& options, Instant machine_time);

// Facts in the table `setting`.
inline constexpr const char* zone_setting = "zone";
inline constexpr const char* generation_setting = "keyring_generation";
inline constexpr const char* root_setting = "keyring_root";
inline constexpr const char* rotation_setting = "rotation_due";  // from this key epoch
inline constexpr const char* backup_setting = "backup_made";     // seconds since 1970
inline constexpr const char* backup_place_setting = "backup_place";
inline constexpr const char* backup_beside = "beside";              // on the store's file system
inline constexpr const char* verified_setting = "backup_verified";  // when that backup was made
inline constexpr const char* anchor_setting = "anchor_taken";       // seconds since 1970
inline constexpr const char* next_setting = "keyring_next";         // hexadecimal

inline constexpr const char* blind_alerts_setting = "blind_alerts";  // "no", or not there

std::optional<std::string> find_setting(db::Database& database, const char* key);
// A setting that is an instant; nullopt where there is none.
std::optional<Instant> find_time_setting(db::Database& database, const char* key);
void put_setting(db::Database& database, const char* key, const std::string& value);
// As NewStore::blind_alerts said.
bool keeps_blind_alerts(db::Database& database);

// As Store::check().
std::vector<Finding> check(Store::Impl& store,
                           const std::function<void(std::int64_t, std::int64_t)>& progress);

// The name of this program, for whoever waits for it.
std::string program_name();

// Whether this names an operation: 1-64 printable ASCII characters.
bool is_operation_id(std::string_view text);

}  // namespace vault
}  // namespace pharmacy
