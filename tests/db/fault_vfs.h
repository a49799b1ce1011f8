// A VFS beneath the seal whose calls fail on demand.
#pragma once

#include <sqlite3.h>

namespace pharmacy::db::test {

enum class Call { read, write, sync, truncate, size, shm_lock, any };

// The k-th call of a kind fails with `code`; so does every later one if `for_good`. A code of
// SQLITE_IOERR_SHORT_READ makes a read deliver `short_by` bytes less, the rest zero.
struct Fault {
  Call call = Call::any;
  int k = 0;  // from 1; 0: none
  int code = SQLITE_IOERR;
  bool for_good = false;
  int short_by = 1;
};

// Registered on first use.
const char* fault_vfs_name();
void set_fault(const Fault& fault);
// True if the fault was met since it was set.
bool fault_met();

}  // namespace pharmacy::db::test
