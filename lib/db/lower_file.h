// A file of the VFS beneath the seal.
#pragma once

#include <sqlite3.h>

#include <cerrno>

namespace pharmacy::db {

class LowerFile {
 public:
  LowerFile() = default;
  ~LowerFile();
  LowerFile(LowerFile&& other) noexcept;
  LowerFile& operator=(LowerFile&&) = delete;

  // Returns SQLite's code.
  int open(sqlite3_vfs* vfs, const char* name, int flags, int* flags_out) noexcept;
  int close() noexcept;

  // A read that is short though the file is long enough is an error from below.
  int read(void* to, int size, sqlite3_int64 offset) const noexcept;
  int write(const void* from, int size, sqlite3_int64 offset) const noexcept {
    return methods().xWrite(file_, from, size, offset);
  }
  int truncate(sqlite3_int64 size) const noexcept {
    return through([&] { return methods().xTruncate(file_, size); });
  }
  int sync(int flags) const noexcept {
    return through([&] { return methods().xSync(file_, flags); });
  }
  int size(sqlite3_int64* size) const noexcept { return methods().xFileSize(file_, size); }
  int lock(int level) const noexcept {
    return through([&] { return methods().xLock(file_, level); });
  }
  int unlock(int level) const noexcept {
    return through([&] { return methods().xUnlock(file_, level); });
  }
  int check_reserved(int* reserved) const noexcept {
    return through([&] { return methods().xCheckReservedLock(file_, reserved); });
  }
  int control(int operation, void* argument) const noexcept {
    return methods().xFileControl(file_, operation, argument);
  }
  int shm_map(int region, int size, int extend, volatile void** at) const noexcept {
    return through([&] { return methods().xShmMap(file_, region, size, extend, at); });
  }
  int shm_lock(int offset, int count, int flags) const noexcept {
    return through([&] { return methods().xShmLock(file_, offset, count, flags); });
  }
  void shm_barrier() const noexcept { methods().xShmBarrier(file_); }
  int shm_unmap() const noexcept { return methods().xShmUnmap(file_, 0); }

 private:
  // SQLite's own VFS calls again where a signal interrupts a read, a write or an opening, and takes
  // an interrupted sync for a failure, an interrupted lock for one that another holds.
  template <class Call>
  static int through(Call call) noexcept {
    int rc = SQLITE_OK;
    do {
      errno = 0;
      rc = call();
    } while (rc != SQLITE_OK && errno == EINTR);
    return rc;
  }
  [[nodiscard]] const sqlite3_io_methods& methods() const noexcept { return *file_->pMethods; }

  sqlite3_file* file_ = nullptr;
};

}  // namespace pharmacy::db
