// The files that SQLite sees.
#pragma once

#include <sqlite3.h>

namespace pharmacy::db {

// The methods of sqlite3_io_methods, for the main file and the log. They return SQLite's codes
// and never throw.
class SealedFile {
 public:
  SealedFile() = default;
  virtual ~SealedFile() = default;
  SealedFile(const SealedFile&) = delete;
  SealedFile& operator=(const SealedFile&) = delete;

  virtual int close() noexcept = 0;
  virtual int read(void* to, int size, sqlite3_int64 offset) noexcept = 0;
  virtual int write(const void* from, int size, sqlite3_int64 offset) noexcept = 0;
  virtual int truncate(sqlite3_int64 size) noexcept = 0;
  virtual int sync(int flags) noexcept = 0;
  virtual int size(sqlite3_int64* size) noexcept = 0;
  virtual int control(int operation, void* argument) noexcept = 0;

  // Only the main file has locks and the wal-index.
  virtual int lock(int) noexcept { return SQLITE_OK; }
  virtual int unlock(int) noexcept { return SQLITE_OK; }
  virtual int check_reserved(int* reserved) noexcept { return *reserved = 0, SQLITE_OK; }
  virtual int shm_map(int, int, int, volatile void**) noexcept { return SQLITE_IOERR_SHMMAP; }
  virtual int shm_lock(int, int, int) noexcept { return SQLITE_IOERR_SHMLOCK; }
  virtual void shm_barrier() noexcept {}
  virtual int shm_unmap() noexcept { return SQLITE_OK; }
};

// What SQLite holds.
struct SealedHandle {
  sqlite3_file base;
  SealedFile* file;
};

inline SealedFile& file_of(sqlite3_file* handle) noexcept {
  return *reinterpret_cast<SealedHandle*>(handle)->file;
}

}  // namespace pharmacy::db
