#include "db/vfs.h"

#include <limits.h>
#include <stdlib.h>

#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "db/log_file.h"
#include "db/main_file.h"
#include "db/sealed_file.h"
#include "pharmacy/error.h"

namespace pharmacy::db {
namespace {

thread_local OpenRequest* current_request = nullptr;

constexpr int sector_size = 512;

int close_file(sqlite3_file* handle) {
  auto* sealed = reinterpret_cast<SealedHandle*>(handle);
  const std::unique_ptr<SealedFile> file(std::exchange(sealed->file, nullptr));
  sealed->base.pMethods = nullptr;
  return file->close();
}

int map_region(sqlite3_file* f, int region, int size, int extend, void volatile** at) {
  return file_of(f).shm_map(region, size, extend, at);
}

// Version 2: no xFetch, so no memory-mapped reads.
constexpr sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = [](sqlite3_file* f, void* to, int n,
                sqlite3_int64 at) { return file_of(f).read(to, n, at); },
    .xWrite = [](sqlite3_file* f, const void* from, int n,
                 sqlite3_int64 at) { return file_of(f).write(from, n, at); },
    .xTruncate = [](sqlite3_file* f, sqlite3_int64 size) { return file_of(f).truncate(size); },
    .xSync = [](sqlite3_file* f, int flags) { return file_of(f).sync(flags); },
    .xFileSize = [](sqlite3_file* f, sqlite3_int64* size) { return file_of(f).size(size); },
    .xLock = [](sqlite3_file* f, int level) { return file_of(f).lock(level); },
    .xUnlock = [](sqlite3_file* f, int level) { return file_of(f).unlock(level); },
    .xCheckReservedLock = [](sqlite3_file* f, int* out) { return file_of(f).check_reserved(out); },
    .xFileControl = [](sqlite3_file* f, int op, void* arg) { return file_of(f).control(op, arg); },
    .xSectorSize = [](sqlite3_file*) { return sector_size; },
    .xDeviceCharacteristics = [](sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; },
    .xShmMap = map_region,
    .xShmLock = [](sqlite3_file* f, int offset, int n,
                   int flags) { return file_of(f).shm_lock(offset, n, flags); },
    .xShmBarrier = [](sqlite3_file* f) { file_of(f).shm_barrier(); },
    .xShmUnmap = [](sqlite3_file* f, int) { return file_of(f).shm_unmap(); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

void hand_over(sqlite3_file* handle, SealedFile* file) {
  auto* sealed = reinterpret_cast<SealedHandle*>(handle);
  sealed->file = file;
  sealed->base.pMethods = &methods;
}

int open_main(const char* name, sqlite3_file* handle, int flags, int* flags_out) {
  if (current_request == nullptr || name == nullptr) return SQLITE_CANTOPEN;
  LowerFile lower;
  int opened = flags;
  int rc = lower.open(current_request->lower, name, flags, &opened);
  if (flags_out != nullptr) *flags_out = opened;
  if (rc != SQLITE_OK) return rc;
  std::unique_ptr<MainFile> file;
  try {
    file = std::make_unique<MainFile>(std::move(lower), name, current_request->keys,
                                      current_request->gate, current_request->lower);
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
  file->connection().only_reads = (opened & SQLITE_OPEN_READONLY) != 0;
  rc = file->recognise();
  if (rc != SQLITE_OK) {
    current_request->damage = file->connection().damage;
    return rc;
  }
  hand_over(handle, file.release());
  return SQLITE_OK;
}

int open_log(const char* name, sqlite3_file* handle, int flags, int* flags_out) {
  sqlite3_file* main_handle = sqlite3_database_file_object(name);
  if (main_handle->pMethods != &methods) return SQLITE_CANTOPEN;
  Connection* connection = nullptr;
  file_of(main_handle).control(control_connection, &connection);
  LowerFile lower;
  const int rc = lower.open(connection->lower, name, flags, flags_out);
  if (rc != SQLITE_OK) return connection->from_below(rc);
  auto* file = new (std::nothrow) LogFile(std::move(lower), *connection);
  if (file == nullptr) return SQLITE_NOMEM;
  hand_over(handle, file);
  return SQLITE_OK;
}

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* handle, int flags, int* flags_out) {
  handle->pMethods = nullptr;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) return open_main(name, handle, flags, flags_out);
  if ((flags & SQLITE_OPEN_WAL) != 0) return open_log(name, handle, flags, flags_out);
  // Journals, temporary files and whatever else would hold plaintext.
  return SQLITE_CANTOPEN;
}

bool ends_with(const char* name, const char* end) {
  const std::size_t size = std::strlen(name), end_size = std::strlen(end);
  return size >= end_size && std::strcmp(name + size - end_size, end) == 0;
}

// To SQLite an empty log is none, and without one it reads page 1 without a lock: there always
// is a log, and never a journal.
int access_file(sqlite3_vfs*, const char* name, int, int* there) {
  *there = ends_with(name, "-wal") ? 1 : 0;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs*, const char*, int) { return SQLITE_IOERR_DELETE; }

// Resolves the directory, so that a later change of the working directory does no harm, and not
// the file: that must not be a symbolic link.
int full_path(sqlite3_vfs*, const char* name, int size, char* to) {
  const char* slash = std::strrchr(name, '/');
  const char* file = slash == nullptr ? name : slash + 1;
  char directory[PATH_MAX];
  sqlite3_snprintf(sizeof directory, directory, "%.*s", static_cast<int>(file - name), name);
  char resolved[PATH_MAX];
  if (realpath(slash == nullptr ? "." : directory, resolved) == nullptr) return SQLITE_CANTOPEN;
  const char* joint = std::strcmp(resolved, "/") == 0 ? "" : "/";
  const std::size_t needed = std::strlen(resolved) + std::strlen(joint) + std::strlen(file) + 1;
  if (needed > static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  sqlite3_snprintf(size, to, "%s%s%s", resolved, joint, file);
  return SQLITE_OK;
}

sqlite3_vfs* make_vfs() {
  static sqlite3_vfs sealed;
  // SQLite counts the memory that it takes, under a lock, unless told not to before its first use:
  // a twentieth of what a short command takes. A program that has used it already goes on counting.
  static_cast<void>(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0));
  // Time, sleep and randomness are the system's; extensions are not loaded.
  sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
  PHARMACY_CHECK(system != nullptr);
  sealed = *system;
  sealed.iVersion = 2;
  sealed.szOsFile = sizeof(SealedHandle);
  sealed.pNext = nullptr;
  sealed.zName = "pharmacy-sealed";
  sealed.xOpen = open_file;
  sealed.xDelete = delete_file;
  sealed.xAccess = access_file;
  sealed.xFullPathname = full_path;
  PHARMACY_CHECK(sqlite3_vfs_register(&sealed, 0) == SQLITE_OK);
  return &sealed;
}

}  // namespace

const char* sealed_vfs_name() {
  static sqlite3_vfs* vfs = make_vfs();
  return vfs->zName;
}

OpenRequest::OpenRequest(const SealedOptions& options, const StoreKeys& the_keys, Gate& the_gate)
    : keys(the_keys), gate(the_gate), lower(sqlite3_vfs_find(options.lower_vfs)) {
  PHARMACY_CHECK(lower != nullptr);
  PHARMACY_CHECK(current_request == nullptr);
  current_request = this;
}

OpenRequest::~OpenRequest() { current_request = nullptr; }

}  // namespace pharmacy::db
