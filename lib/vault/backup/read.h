// Reading a backup.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/file.h"
#include "pharmacy/backup.h"
#include "vault/backup/format.h"
#include "vault/opening/place.h"
#include "vault/opening/unlock.h"

namespace pharmacy::vault {

struct ReadBackup {
  BackupInfo info;
  Unlocked who;
};

// Reads and authenticates all of a backup: its keyring lies in `workshop` afterwards, a directory
// of ours, and each page goes to `page`. Throws what verify_backup throws.
ReadBackup read_backup(const std::string& path, const Key& key, const Place& workshop,
                       const std::function<void(std::string_view)>& page,
                       const BackupProgress& progress);

// As backup_staff().
std::vector<StaffSlot> staff_in_backup(const std::string& path);

// A new directory beside `path`, ours alone; removed with all that is in it, unless it is kept.
// What is left where a program was cut off, the next one beside that path removes.
class TemporaryPlace {
 public:
  explicit TemporaryPlace(const std::filesystem::path& path);
  ~TemporaryPlace();
  TemporaryPlace(const TemporaryPlace&) = delete;
  TemporaryPlace& operator=(const TemporaryPlace&) = delete;
  [[nodiscard]] const Place& place() const { return place_; }
  void keep() { is_kept_ = true; }
  // Gives it the name of a store that was put aside, which no other removes. Throws
  // cannot_create, io.
  void name_aside();

 private:
  std::filesystem::path path_;
  Place place_;
  Fd held_;
  bool is_kept_ = false;
};

// Where a backup is read that becomes no store: a directory as above, in TMPDIR or /tmp. Throws
// cannot_create.
TemporaryPlace temporary_place();

}  // namespace pharmacy::vault
