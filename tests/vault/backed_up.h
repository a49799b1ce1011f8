// A pharmacy and its backup.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "pharmacy/backup.h"
#include "support/counter_store.h"
#include "support/drill.h"
#include "support/vault.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

inline Key key_of(const TestStore& s) { return KeyringInHand::key_of(s); }

// A pharmacy that has sold something, and a backup of it.
struct BackedUp : CounterStore {
  std::string file = (path().parent_path() / "made.backup").string();
  fs::path elsewhere = path().parent_path() / "elsewhere";
  std::string rows;
  BackupInfo made;

  BackedUp() {
    for (int i = 0; i < 5; ++i) sell({"A=2", "B"}, {"cash"});
    rows = rows_of(store());
    made = make_backup(store(), file, Existing::refused);
  }

  Restored restore(const RestoreOptions& options = {}) {
    return restore_backup(file, elsewhere, key_of(*this), options, open_options());
  }
  [[nodiscard]] OpenOptions open_options() const {
    OpenOptions options;
    options.clock = clock();
    return options;
  }
  Store open_elsewhere() { return Store::open(elsewhere, key_of(*this), open_options()); }
  [[nodiscard]] bool is_whole() const {
    try {
      static_cast<void>(verify_backup(file, key_of(*this)));
      return true;
    } catch (const Error& error) {
      CHECK((error.code() == Errc::damaged || error.code() == Errc::bad_data));
      return false;
    }
  }
  // The control of a sweep: a look at its structure alone, which nothing else of it is read for.
  [[nodiscard]] bool has_structure() const {
    try {
      return !backup_staff(file).empty();
    } catch (const Error&) {
      return false;
    }
  }
};

}  // namespace pharmacy::test
