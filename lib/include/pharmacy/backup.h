// Backups: one sealed file that holds a whole store as it was at one moment. It opens with the keys
// that opened the store then.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "pharmacy/audit.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/files.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

// What a backup says of itself.
struct BackupInfo {
  std::string path;
  std::string store_id;  // hexadecimal
  Instant made;
  std::int64_t key_epoch;
  std::int64_t pages;
  std::int64_t bytes;
  std::int64_t log_seq;  // the head of the access log
  std::string log_mac;

  static constexpr auto fields() {
    return std::tuple{
        Field{"path", &BackupInfo::path},       Field{"store_id", &BackupInfo::store_id},
        Field{"made", &BackupInfo::made},       Field{"key_epoch", &BackupInfo::key_epoch},
        Field{"pages", &BackupInfo::pages},     Field{"bytes", &BackupInfo::bytes},
        Field{"log_seq", &BackupInfo::log_seq}, Field{"log_mac", &BackupInfo::log_mac}};
  }
};

using BackupProgress = std::function<void(std::int64_t done, std::int64_t all)>;

// Throws not_permitted to anyone but managers and jobs.
PHARMACY_API void check_may_back_up(Store& store);

// Writes the store as it is at one moment, while others go on working, into a file of mode 0600:
// the file holds all of it, or what it held before. The access log then tells of it. Throws
// not_permitted to anyone but managers and jobs; conflict and cannot_create for the file; damaged
// where a page of the store does not authenticate; busy, io.
PHARMACY_API BackupInfo make_backup(Store& store, const std::string& path, Existing existing,
                                    const BackupProgress& progress = {});

// Reads all of a backup with a key that opens it and authenticates every byte. Throws damaged,
// bad_data where it is no backup or one of another format, input_missing, not_permitted,
// WrongPassphrase.
PHARMACY_API BackupInfo verify_backup(const std::string& path, const Key& key,
                                      const BackupProgress& progress = {});

struct ComparedBackup {
  BackupInfo backup;
  std::optional<Finding> difference;  // "older_log" or "other_log": why a restore would refuse it
};
// The same, and compares its access log with anchors that were kept outside of the store. All of
// it, sealed as it is, lies in a directory below TMPDIR meanwhile. Throws what verify_backup
// throws, and damaged where its access log is not sound by itself.
PHARMACY_API ComparedBackup compare_backup(const std::string& path, const Key& key,
                                           const std::vector<LogAnchor>& anchors,
                                           const OpenOptions& open_options,
                                           const BackupProgress& progress = {});

// Notes in the store that this backup of it was read whole, for the doctor. Throws not_permitted to
// anyone but managers and jobs; invalid_input for a backup of another store; busy, io.
PHARMACY_API void record_verified_backup(Store& store, const BackupInfo& backup);

// Who has a key to it, read without one; nothing of it is authenticated yet.
PHARMACY_API std::vector<StaffSlot> backup_staff(const std::string& path);

// Throws what restore_backup() would throw of the key and of whose it is, before all pages are
// read.
PHARMACY_API void check_may_restore(const std::string& file, const Key& key);

struct RestoreOptions {
  bool replace = false;  // a store that is there is put aside, else refused
  // Also where an anchor is of a later entry, or of another one, than the backup has.
  bool accept_older = false;
  std::vector<LogAnchor> anchors{};  // beside the head of the store that is there, if it opens
};

struct Restored {
  BackupInfo backup;
  std::optional<std::string> aside;  // where the store is now that was there
};

// What restore_backup() would throw before it changes anything, and makes nothing but a copy that
// goes again, in a directory below TMPDIR.
PHARMACY_API BackupInfo check_restore(const std::string& file, const std::filesystem::path& path,
                                      const Key& key, const RestoreOptions& options,
                                      const OpenOptions& open_options,
                                      const BackupProgress& progress = {});

// Makes the store of a backup at `path`, whole and checked, or leaves all as it was. What was there
// is kept beside it under another name. The restored access log tells of it. Throws what
// verify_backup throws; not_permitted to anyone but managers; conflict where there is a store and
// it is not to be replaced; refused where that is another store, where an anchor is newer, or of
// another history; cannot_create, busy, io.
PHARMACY_API Restored restore_backup(const std::string& file, const std::filesystem::path& path,
                                     const Key& key, const RestoreOptions& options,
                                     const OpenOptions& open_options,
                                     const BackupProgress& progress = {});

}  // namespace pharmacy
