// A VFS beneath the seal whose calls fail on demand, and can be watched.
#pragma once

#include <sqlite3.h>

#include <functional>

namespace pharmacy::db::test {

// `main_lock` and `main_unlock` are of the database file. What the seal never asks of the VFS
// beneath it, to remove a file for one, cannot fail.
enum class Call {
  read,
  write,
  sync,
  truncate,
  size,
  shm_lock,
  shm_map,
  open,
  main_lock,
  main_unlock,
  any
};

// An error of SQLite's at a call.
struct FailingCall {
  Call call;
  int code;
};
// Each that there can be.
inline constexpr FailingCall failing_calls[] = {{Call::read, SQLITE_IOERR_READ},
                                                {Call::read, SQLITE_IOERR_SHORT_READ},
                                                {Call::write, SQLITE_IOERR_WRITE},
                                                {Call::write, SQLITE_FULL},
                                                {Call::sync, SQLITE_IOERR_FSYNC},
                                                {Call::truncate, SQLITE_IOERR_TRUNCATE},
                                                {Call::size, SQLITE_IOERR_FSTAT},
                                                {Call::shm_lock, SQLITE_IOERR_SHMLOCK},
                                                {Call::shm_map, SQLITE_IOERR_SHMMAP},
                                                {Call::open, SQLITE_CANTOPEN},
                                                {Call::open, SQLITE_IOERR},
                                                {Call::main_lock, SQLITE_IOERR_LOCK},
                                                {Call::main_unlock, SQLITE_IOERR_UNLOCK},
                                                {Call::any, SQLITE_IOERR}};

// The k-th call of a kind fails with `code`; so does every later one if `for_good`. A write that
// fails and tears has written none, one, two or three quarters of its bytes, after k. A code of
// SQLITE_IOERR_SHORT_READ makes a read deliver `short_by` bytes less, the rest zero;
// the question for the size that follows it then gets `size_code`.
struct Fault {
  Call call = Call::any;
  int k = 0;  // from 1; 0: none
  int code = SQLITE_IOERR;
  bool for_good = false;
  int short_by = 1;
  int size_code = SQLITE_OK;
  bool kills = false;  // the process, with SIGKILL, in place of the call
  bool tears = false;
};

// What was done to a file, and went well.
struct Done {
  enum class What { open, write, truncate, sync, close };
  What what = What::open;
  bool to_log = false;   // else to the database
  sqlite3_int64 at = 0;  // of a write; the size of a truncation
  const unsigned char* bytes = nullptr;
  int size = 0;
};

// Registered on first use.
const char* fault_vfs_name();
// Makes it the one beneath every store that names none; until the end of this object.
class DefaultFaultVfs {
 public:
  DefaultFaultVfs();
  ~DefaultFaultVfs();
  DefaultFaultVfs(const DefaultFaultVfs&) = delete;
  DefaultFaultVfs& operator=(const DefaultFaultVfs&) = delete;
};
// Called after each of these, until another is set.
void watch(std::function<void(const Done&)> watcher);
// Two at once count their calls each for itself; where both are met by one, the first holds.
void set_fault(const Fault& fault, const Fault& other = {});
// True if a fault was met since it was set; how many were.
bool fault_met();
int faults_met();
// The calls of the first one's kind since then, and those of any kind.
int fault_calls();
int fault_calls(Call call);

}  // namespace pharmacy::db::test
