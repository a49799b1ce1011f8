// The sealed store: making one, opening it with a key, reading it and changing it.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pharmacy/enums.h"
#include "pharmacy/error.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/secret.h"
#include "pharmacy/time.h"

namespace pharmacy {

// What a member of staff may do hangs on roles; a person may hold several.
enum class Role { clerk, service, pharmacist, manager, auditor, job };

template <>
struct EnumNames<Role> {
  static constexpr std::array table{
      std::pair{Role::clerk, "clerk"},           std::pair{Role::service, "service"},
      std::pair{Role::pharmacist, "pharmacist"}, std::pair{Role::manager, "manager"},
      std::pair{Role::auditor, "auditor"},       std::pair{Role::job, "job"}};
};

// Who is acting: the owner of the key that opened the store.
struct Actor {
  StaffId id;
  std::string login;
  std::string name;
  std::vector<Role> roles;
};

// How a person proves who they are. A login may be left out where the key names its slot by
// itself (a key file) or where the store has one slot only.
struct Passphrase {
  std::optional<std::string> login;
  Secret text;
};
struct KeyFile {
  Secret content;  // as read from the file
};
struct RecoveryCode {
  Secret text;  // groups of base32, spaces and hyphens allowed
};
// A session that a person unlocked before: pharmacy/session.h.
struct SessionKey {
  std::filesystem::path file;
  std::uint32_t invoker = 0;  // the user whose it is
};
using Key = std::variant<Passphrase, KeyFile, RecoveryCode, SessionKey>;
// Whether the text has the form of a recovery code, its checksum included; of which store is not
// asked.
PHARMACY_API bool is_recovery_code(std::string_view text);

// Thrown where a login or its passphrase is wrong, the one refusal after which typing it again can
// help. One message for both; the code is not_permitted.
class PHARMACY_API WrongPassphrase : public Error {
 public:
  WrongPassphrase();
  ~WrongPassphrase() override;
};

// Thrown where a store is opened with a session that is not there or has ended.
class PHARMACY_API NoSession : public Error {
 public:
  NoSession();
  ~NoSession() override;
};

// A member of staff as the keyring lists them without any key.
struct StaffSlot {
  StaffId id;
  std::string login;
  std::string name;
  std::string roles;   // words joined by commas
  std::string method;  // "passphrase", "key_file" or "recovery"

  static constexpr auto fields() {
    return std::tuple{Field{"id", &StaffSlot::id}, Field{"login", &StaffSlot::login},
                      Field{"name", &StaffSlot::name}, Field{"roles", &StaffSlot::roles},
                      Field{"method", &StaffSlot::method}};
  }
};

struct OpenOptions {
  std::chrono::milliseconds wait{5000};  // how long to wait for the write gate
  Clock clock = system_clock_now;        // by which changes and the access log are dated
  Clock as_of = {};         // what a look takes for now instead, where it is of another day
  bool reads_much = false;  // a larger page cache, for reports and imports
  // What the program is about to do, for the access log: 1-64 printable ASCII characters.
  std::string command = "library";
  bool allow_network_fs = false;
};

// What `create` needs. The first person is manager and pharmacist.
struct NewStore {
  std::string login;                   // 1-32 of a-z 0-9 . _ -; "recovery" is taken
  std::string name;                    // UTF-8, 1-200 bytes
  std::string zone = "Asia/Shanghai";  // fixed for the life of the store
  // Whether digests of what health notes are about are kept, by which checks of staff who cannot
  // read them find these; fixed likewise. See pharmacy-security(7).
  bool blind_alerts = true;
  // A passphrase (at least 8 characters), or nullopt for a key file, whose content is returned.
  std::optional<Secret> passphrase = std::nullopt;
};

// What is wrong with a passphrase for this person; nothing where it can be taken: text of 8
// characters to 1,024 bytes of which more than three letters are left when what is tried first is
// taken out of it. That is her login and name and their parts, common words of shops and people (in
// English, pinyin and Chinese), rows of keys and of the alphabet, days, phone and identity numbers,
// and, beside one of these, all digits and signs; whether letters are written as themselves, in
// full width, or as signs (p@ssw0rd). Text that repeats itself counts once.
PHARMACY_API std::vector<Fault> faults_of_passphrase(const Secret& passphrase,
                                                     std::string_view login, std::string_view name);

// What `create` hands out once and never again.
struct NewStoreKeys {
  Secret recovery_code;            // to be printed and locked away
  std::optional<Secret> key_file;  // to be written 0600, where no passphrase was given
};

// What info() tells; no person, no figures.
struct StoreInfo {
  std::string path;
  std::string store_id;  // hexadecimal
  std::int64_t schema;
  std::int64_t keyring_format;
  std::string cipher;
  std::int64_t key_epoch;
  std::string zone;
  std::int64_t pages;
  std::int64_t bytes;      // of store.db
  std::int64_t log_bytes;  // of store.db-wal
  bool blind_alerts;       // as NewStore has it

  static constexpr auto fields() {
    return std::tuple{Field{"path", &StoreInfo::path},
                      Field{"store_id", &StoreInfo::store_id},
                      Field{"schema", &StoreInfo::schema},
                      Field{"keyring_format", &StoreInfo::keyring_format},
                      Field{"cipher", &StoreInfo::cipher},
                      Field{"key_epoch", &StoreInfo::key_epoch},
                      Field{"zone", &StoreInfo::zone},
                      Field{"pages", &StoreInfo::pages},
                      Field{"bytes", &StoreInfo::bytes},
                      Field{"log_bytes", &StoreInfo::log_bytes},
                      Field{"blind_alerts", &StoreInfo::blind_alerts}};
  }
};

// What check() found: nothing means that all is well. An "untied_refund" is nothing wrong with the
// store, only something to know of it; all other findings are.
struct Finding {
  // "modes", "keyring", "keys", "pages", "log", "structure", "foreign_keys", "access_log",
  // "receipts", "payments", "refunds", "points", "complaints", or "untied_refund". Of anchors, that
  // verify_log() compares: "older_log", "other_log".
  std::string check;
  std::string subject;  // which file, page, table, member or receipt; may be empty
  std::string problem;  // translated
  std::string advice;   // what to do, translated

  static constexpr auto fields() {
    return std::tuple{Field{"check", &Finding::check}, Field{"subject", &Finding::subject},
                      Field{"problem", &Finding::problem}, Field{"advice", &Finding::advice}};
  }
};

// A snapshot of the store, and who looks at it. Readers never wait for writers. Moved-from
// readings may only be destroyed. A verb that the actor's roles do not permit ends the reading,
// logs that, and throws not_permitted.
class PHARMACY_API Reading {
 public:
  Reading(Reading&&) noexcept;
  ~Reading();

  [[nodiscard]] const Actor& actor() const;
  [[nodiscard]] const Zone& zone() const;
  [[nodiscard]] Instant now() const;  // when the reading began; the same all through
  [[nodiscard]] Date today() const;   // now() as a day of the store's zone

  class PHARMACY_HIDDEN Impl;
  [[nodiscard]] Impl& impl() { return *impl_; }

 protected:
  friend class Store;
  explicit Reading(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// A change of the store: everything in it happens at commit, or nothing does. Holds the write
// gate from begin to end, so nothing slow and nobody's answer may be awaited inside.
class PHARMACY_API Transaction : public Reading {
 public:
  Transaction(Transaction&&) noexcept;
  ~Transaction();  // rolls back what was not committed

  // Makes the change durable. Throws Error(outcome_unknown) naming the operation id where the
  // disk failed at the last step, Error(io) where it is certain that nothing was written.
  // `result` is what a repetition of the same operation prints.
  void commit(std::string_view result = {});
  // To be called before the error of a verb is told that it threw: logs whom it was about, or that
  // it was refused. Throws what Store::view throws.
  void failed(const Error& error);
  // In place of commit(), for a dry run: nothing happens, and whom it would have shown is logged.
  // Called before anything of it is printed; throws what Store::view throws, and what commit()
  // would refuse.
  void rehearsed();

 private:
  friend class Store;
  using Reading::Reading;
};

// What names a change, so that repeating it has one effect.
struct Operation {
  std::string id;       // 1-64 printable ASCII characters, no space; new_operation_id() makes one
  std::string request;  // what was asked, canonically: the same id with another one is refused
};
// 26 characters of time and chance: ids of later operations sort later.
PHARMACY_API std::string new_operation_id();
// The BLAKE2b-256 of some bytes, hexadecimal: for what is too long to stand in a request itself,
// as a file that was read.
PHARMACY_API std::string request_digest(std::string_view bytes);

// An open store. One thread at a time; a process may open several. Of one Store there is one
// Reading or one Transaction at a time, and it ends before the Store does; a Transaction ends with
// its commit.
class PHARMACY_API Store {
 public:
  // Makes a store in a new directory (0700), or an empty one; the store is there when this
  // returns, and after a crash either whole or not at all. Throws conflict where there is a store
  // already, cannot_create, invalid_input (all faults at once), refused, busy, io.
  static NewStoreKeys create(const std::filesystem::path& path, const NewStore& input,
                             const OpenOptions& options = {});
  // Throws what create() would throw for these, as far as can be known without making anything:
  // invalid_input, conflict, cannot_create, refused.
  static void check_new(const std::filesystem::path& path, const NewStore& input,
                        const OpenOptions& options = {});

  // Opens the store with a key, migrating an older schema. Throws no_store, not_permitted for a
  // wrong key (WrongPassphrase for an unknown login or a wrong passphrase), for too many wrong
  // passphrases, and for files that are open to others; invalid_input where a passphrase needs a
  // login; refused on a network file system; damaged, busy, io.
  static Store open(const std::filesystem::path& path, Key key, const OpenOptions& options = {});

  // The slots of the keyring, read without a key; the recovery code's among them. Nothing here is
  // authenticated yet. Throws no_store, damaged, not_permitted.
  static std::vector<StaffSlot> staff(const std::filesystem::path& path);
  // Whether there is a store at this place. Throws not_permitted or io where that cannot be seen.
  static bool exists(const std::filesystem::path& path);

  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  [[nodiscard]] const Actor& actor() const;
  [[nodiscard]] const Zone& zone() const;
  [[nodiscard]] Instant now() const;
  [[nodiscard]] Date today() const;

  // Whether a snapshot or a change is open. While it is, others may be kept waiting: a program that
  // waits for somebody has none.
  [[nodiscard]] bool is_in_use() const noexcept;
  // A snapshot of what is committed now, for what names no person: verbs that show one abort.
  [[nodiscard]] Reading read() const;
  // Runs `look` in such a snapshot, which may show persons. If it does, this writes to the access
  // log who looked at whom before it returns, and nothing may be shown earlier; if it cannot be
  // logged it throws, and nothing may be shown at all: busy, io, not_permitted, damaged.
  void view(const std::function<void(Reading&)>& look);
  // Takes the write gate, then begins. Throws busy naming the holder after options.wait, or where
  // another process has just done this operation (result_of tells what it printed); conflict
  // where the id was used for another request.
  [[nodiscard]] Transaction begin(const Operation& operation);
  // What the operation printed when it was done, which is logged as a view of whom it showed;
  // nullopt where it was not done. Throws conflict where the id was used for another request, or by
  // somebody else.
  [[nodiscard]] std::optional<std::string> result_of(const Operation& operation);

  // Copies the store under a new data key, which everybody gets who is not disabled, while others
  // wait to change it; with `with_health` there is also a new key to health notes, for those who
  // read them now. `progress` is called with (done, all). A crash leaves the old keys or the new
  // ones. Throws not_permitted to anyone but a manager; busy where somebody else writes, or reads,
  // for longer than options.wait; damaged, cannot_create, io.
  void rotate_keys(bool with_health = false,
                   const std::function<void(std::int64_t, std::int64_t)>& progress = {});

  [[nodiscard]] StoreInfo info() const;
  // Reads every page, the keyring, and all sums that must agree, while others go on working.
  // `progress` is called with (done, total) now and then.
  [[nodiscard]] std::vector<Finding> check(
      const std::function<void(std::int64_t, std::int64_t)>& progress = {}) const;

  class PHARMACY_HIDDEN Impl;
  [[nodiscard]] Impl& impl() const { return *impl_; }

 private:
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// For a file that a user names, to be written or sealed. Throws invalid_input where it lies in the
// directory of a store, by whatever way it is named: to replace one of those files, or only to
// close it, would harm that store.
PHARMACY_API void keep_out_of_store(const std::string& path);

// Keeps this process's memory from others of the same user and from core dumps, makes a write
// beyond the file size limit fail instead of ending the program, gives new files to their owner
// alone, and keeps files from being opened in place of closed standard streams. The first thing a
// program does.
PHARMACY_API void harden_process();
// False once a secret could not be locked against swapping (RLIMIT_MEMLOCK): a program warns.
PHARMACY_API bool secrets_are_locked() noexcept;

}  // namespace pharmacy
