#include "support/fault_vfs.h"

#include <signal.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace pharmacy::db::test {
namespace {

struct FaultFile {
  sqlite3_file base;
  sqlite3_file* real;
  bool is_log;
};

// Of which each counts its own calls.
struct Counted {
  Fault fault;
  int calls = 0;
  bool met = false;
};
std::array<Counted, 2> faults;
std::array<int, static_cast<std::size_t>(Call::any) + 1> counts{};  // since they were set
int torn_quarters = 0;                    // of the write that the last fault met
int short_by = 0, size_code = SQLITE_OK;  // of the fault that made a read short
bool was_short = false;                   // the last read, by the fault
sqlite3_vfs* system_vfs = nullptr;
std::function<void(const Done&)> watching;

sqlite3_file* real_of(sqlite3_file* file) { return reinterpret_cast<FaultFile*>(file)->real; }
const sqlite3_io_methods& methods_of(sqlite3_file* file) { return *real_of(file)->pMethods; }

// SQLITE_OK, or the code with which this call is to fail.
int fault_for(Call call) {
  int code = SQLITE_OK;
  for (const Call counted : {call, Call::any}) ++counts[static_cast<std::size_t>(counted)];
  for (auto& [fault, calls, met] : faults) {
    if (fault.k == 0 || (fault.call != Call::any && fault.call != call)) continue;
    ++calls;
    const bool fails = calls == fault.k || (fault.for_good && calls > fault.k);
    if (!fails) continue;
    met = true;
    if (fault.kills) ::raise(SIGKILL);
    if (code != SQLITE_OK) continue;
    code = fault.code;
    torn_quarters = fault.tears ? fault.k : 0;
    short_by = fault.short_by;
    size_code = fault.size_code;
  }
  return code;
}

int read_file_at(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  const int fault = fault_for(Call::read);
  if (fault != SQLITE_OK && fault != SQLITE_IOERR_SHORT_READ) return fault;
  const int rc = methods_of(file).xRead(real_of(file), to, size, offset);
  if (fault == SQLITE_OK) return rc;
  was_short = true;
  const int missing = std::min(short_by, size);
  std::memset(static_cast<char*>(to) + size - missing, 0, static_cast<std::size_t>(missing));
  return SQLITE_IOERR_SHORT_READ;
}

// Tells the watcher what went well.
int tell(int rc, sqlite3_file* file, Done done) {
  done.to_log = reinterpret_cast<FaultFile*>(file)->is_log;
  if (rc == SQLITE_OK && watching) watching(done);
  return rc;
}

int write_file_at(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  if (const int fault = fault_for(Call::write); fault != SQLITE_OK) {
    // As on a disk that fills up, where k is no multiple of four a part is written.
    const int part = size / 4 * (torn_quarters % 4);
    if (part > 0) methods_of(file).xWrite(real_of(file), from, part, offset);
    return fault;
  }
  const int rc = methods_of(file).xWrite(real_of(file), from, size, offset);
  return tell(rc, file,
              {.what = Done::What::write,
               .at = offset,
               .bytes = static_cast<const unsigned char*>(from),
               .size = size});
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  if (const int fault = fault_for(Call::truncate); fault != SQLITE_OK) return fault;
  const int rc = methods_of(file).xTruncate(real_of(file), size);
  return tell(rc, file, {.what = Done::What::truncate, .at = size});
}

int sync_file(sqlite3_file* file, int flags) {
  if (const int fault = fault_for(Call::sync); fault != SQLITE_OK) return fault;
  const int rc = methods_of(file).xSync(real_of(file), flags);
  return tell(rc, file, {.what = Done::What::sync});
}

int map_region(sqlite3_file* f, int region, int size, int extend, void volatile** at) {
  if (const int fault = fault_for(Call::shm_map); fault != SQLITE_OK) return fault;
  return methods_of(f).xShmMap(real_of(f), region, size, extend, at);
}

int close_real(sqlite3_file* file) {
  const int rc = methods_of(file).xClose(real_of(file));
  sqlite3_free(real_of(file));
  return tell(rc, file, {.what = Done::What::close});
}

int locked(sqlite3_file* file, int offset, int count, int flags) {
  // To let go never fails.
  if ((flags & SQLITE_SHM_LOCK) != 0)
    if (const int fault = fault_for(Call::shm_lock); fault != SQLITE_OK) return fault;
  return methods_of(file).xShmLock(real_of(file), offset, count, flags);
}

int lock_file(sqlite3_file* file, int level) {
  if (const int fault = fault_for(Call::main_lock); fault != SQLITE_OK) return fault;
  return methods_of(file).xLock(real_of(file), level);
}

// The lock is gone all the same.
int unlock_file(sqlite3_file* file, int level) {
  const int fault = fault_for(Call::main_unlock);
  const int rc = methods_of(file).xUnlock(real_of(file), level);
  return fault != SQLITE_OK ? fault : rc;
}

constexpr sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_real,
    .xRead = read_file_at,
    .xWrite = write_file_at,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize =
        [](sqlite3_file* f, sqlite3_int64* size) {
          if (std::exchange(was_short, false) && size_code != SQLITE_OK) return size_code;
          const int fault = fault_for(Call::size);
          return fault != SQLITE_OK ? fault : methods_of(f).xFileSize(real_of(f), size);
        },
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock =
        [](sqlite3_file* f, int* out) { return methods_of(f).xCheckReservedLock(real_of(f), out); },
    .xFileControl = [](sqlite3_file* f, int op,
                       void* arg) { return methods_of(f).xFileControl(real_of(f), op, arg); },
    .xSectorSize = [](sqlite3_file* f) { return methods_of(f).xSectorSize(real_of(f)); },
    .xDeviceCharacteristics =
        [](sqlite3_file* f) { return methods_of(f).xDeviceCharacteristics(real_of(f)); },
    .xShmMap = map_region,
    .xShmLock = locked,
    .xShmBarrier = [](sqlite3_file* f) { methods_of(f).xShmBarrier(real_of(f)); },
    .xShmUnmap = [](sqlite3_file* f,
                    int remove) { return methods_of(f).xShmUnmap(real_of(f), remove); },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  file->pMethods = nullptr;
  if (const int fault = fault_for(Call::open); fault != SQLITE_OK) return fault;
  auto* real = static_cast<sqlite3_file*>(sqlite3_malloc(system_vfs->szOsFile));
  if (real == nullptr) return SQLITE_NOMEM;
  std::memset(real, 0, static_cast<std::size_t>(system_vfs->szOsFile));
  const int rc = system_vfs->xOpen(system_vfs, name, real, flags, flags_out);
  if (rc != SQLITE_OK) {
    sqlite3_free(real);
    return rc;
  }
  reinterpret_cast<FaultFile*>(file)->real = real;
  reinterpret_cast<FaultFile*>(file)->is_log = (flags & SQLITE_OPEN_WAL) != 0;
  file->pMethods = &methods;
  return tell(SQLITE_OK, file, {.what = Done::What::open});
}

}  // namespace

static sqlite3_vfs* fault_vfs() {
  static sqlite3_vfs vfs = [] {
    system_vfs = sqlite3_vfs_find(nullptr);
    sqlite3_vfs made = *system_vfs;
    made.szOsFile = sizeof(FaultFile);
    made.zName = "test-faults";
    made.xOpen = open_file;
    return made;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? &vfs : nullptr;
}

const char* fault_vfs_name() { return fault_vfs()->zName; }

DefaultFaultVfs::DefaultFaultVfs() { sqlite3_vfs_register(fault_vfs(), 1); }
DefaultFaultVfs::~DefaultFaultVfs() {
  watch(nullptr);
  set_fault({});
  sqlite3_vfs_register(system_vfs, 1);
}

void watch(std::function<void(const Done&)> watcher) { watching = std::move(watcher); }

void set_fault(const Fault& fault, const Fault& other) {
  faults = {Counted{.fault = fault}, Counted{.fault = other}};
  counts = {};
  was_short = false;
}

bool fault_met() { return faults_met() > 0; }
int faults_met() { return static_cast<int>(faults[0].met) + static_cast<int>(faults[1].met); }
int fault_calls() { return faults[0].calls; }
int fault_calls(Call call) { return counts[static_cast<std::size_t>(call)]; }

}  // namespace pharmacy::db::test
