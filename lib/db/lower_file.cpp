#include "db/lower_file.h"

#include <cstring>
#include <utility>

namespace pharmacy::db {

LowerFile::~LowerFile() { close(); }

LowerFile::LowerFile(LowerFile&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}

int LowerFile::open(sqlite3_vfs* vfs, const char* name, int flags, int* flags_out) noexcept {
  auto* file = static_cast<sqlite3_file*>(sqlite3_malloc(vfs->szOsFile));
  if (file == nullptr) return SQLITE_NOMEM;
  std::memset(file, 0, static_cast<std::size_t>(vfs->szOsFile));
  const int rc = vfs->xOpen(vfs, name, file, flags, flags_out);
  if (rc == SQLITE_OK && file->pMethods->iVersion >= 2) {
    file_ = file;
    return SQLITE_OK;
  }
  // A VFS may have to be closed even after it failed to open.
  if (file->pMethods != nullptr) file->pMethods->xClose(file);
  sqlite3_free(file);
  return rc != SQLITE_OK ? rc : SQLITE_CANTOPEN;
}

int LowerFile::close() noexcept {
  if (file_ == nullptr) return SQLITE_OK;
  const int rc = methods().xClose(file_);
  sqlite3_free(std::exchange(file_, nullptr));
  return rc;
}

int LowerFile::read(void* to, int size, sqlite3_int64 offset) const noexcept {
  const int rc = methods().xRead(file_, to, size, offset);
  if (rc != SQLITE_IOERR_SHORT_READ) return rc;
  sqlite3_int64 length = 0;
  if (const int size_rc = methods().xFileSize(file_, &length); size_rc != SQLITE_OK) return size_rc;
  return length >= offset + size ? SQLITE_IOERR_READ : rc;
}

}  // namespace pharmacy::db
