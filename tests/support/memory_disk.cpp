#include "support/memory_disk.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <utility>

namespace pharmacy::db::test {
namespace {

constexpr std::size_t sector = 512;

DiskImage disk;
std::vector<DiskStep> done;
std::deque<std::vector<unsigned char>> index_regions;  // of the wal-index; they stay in place

struct OpenDiskFile {
  sqlite3_file base;
  DiskFile which;
};

std::vector<unsigned char>& bytes_of(sqlite3_file* file) {
  return disk.of(reinterpret_cast<OpenDiskFile*>(file)->which);
}

void note(sqlite3_file* file, DiskStep step) {
  step.file = reinterpret_cast<OpenDiskFile*>(file)->which;
  done.push_back(std::move(step));
}

int read_bytes(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  const auto& bytes = bytes_of(file);
  const auto from = std::min(static_cast<std::size_t>(offset), bytes.size());
  const auto there = std::min(static_cast<std::size_t>(size), bytes.size() - from);
  std::memset(to, 0, static_cast<std::size_t>(size));
  if (there > 0) std::memcpy(to, bytes.data() + from, there);
  return there == static_cast<std::size_t>(size) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_bytes(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  const auto* first = static_cast<const unsigned char*>(from);
  const auto at = static_cast<std::size_t>(offset);
  auto& bytes = bytes_of(file);
  if (bytes.size() < at + static_cast<std::size_t>(size))
    bytes.resize(at + static_cast<std::size_t>(size));
  std::copy(first, first + size, bytes.begin() + offset);
  note(file, {.what = DiskStep::What::write, .file = {}, .at = at, .bytes = {first, first + size}});
  return SQLITE_OK;
}

int truncate_bytes(sqlite3_file* file, sqlite3_int64 size) {
  bytes_of(file).resize(static_cast<std::size_t>(size));
  note(file, {.what = DiskStep::What::truncate, .file = {}, .at = static_cast<std::size_t>(size)});
  return SQLITE_OK;
}

int sync_bytes(sqlite3_file* file, int) {
  note(file, {.what = DiskStep::What::sync, .file = {}});
  return SQLITE_OK;
}

int control(sqlite3_file*, int operation, void* argument) {
  if (operation != SQLITE_FCNTL_HAS_MOVED) return SQLITE_NOTFOUND;
  *static_cast<int*>(argument) = 0;
  return SQLITE_OK;
}

int map_region(sqlite3_file*, int region, int size, int extend, void volatile** at) {
  const auto wanted = static_cast<std::size_t>(region) + 1;
  if (index_regions.size() < wanted && extend == 0) return *at = nullptr, SQLITE_OK;
  while (index_regions.size() < wanted) index_regions.emplace_back(static_cast<std::size_t>(size));
  *at = index_regions[wanted - 1].data();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = [](sqlite3_file*) { return SQLITE_OK; },
    .xRead = read_bytes,
    .xWrite = write_bytes,
    .xTruncate = truncate_bytes,
    .xSync = sync_bytes,
    .xFileSize =
        [](sqlite3_file* f, sqlite3_int64* size) {
          *size = static_cast<sqlite3_int64>(bytes_of(f).size());
          return SQLITE_OK;
        },
    .xLock = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xUnlock = [](sqlite3_file*, int) { return SQLITE_OK; },
    .xCheckReservedLock = [](sqlite3_file*, int* out) { return *out = 0, SQLITE_OK; },
    .xFileControl = control,
    .xSectorSize = [](sqlite3_file*) { return 4096; },
    .xDeviceCharacteristics = [](sqlite3_file*) { return 0; },
    .xShmMap = map_region,
    .xShmLock = [](sqlite3_file*, int, int, int) { return SQLITE_OK; },
    .xShmBarrier = [](sqlite3_file*) {},
    .xShmUnmap =
        [](sqlite3_file*, int) {
          index_regions.clear();
          return SQLITE_OK;
        },
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_disk_file(sqlite3_vfs*, const char*, sqlite3_file* file, int flags, int* flags_out) {
  auto* opened = reinterpret_cast<OpenDiskFile*>(file);
  opened->which = (flags & SQLITE_OPEN_WAL) != 0 ? DiskFile::log : DiskFile::database;
  file->pMethods = &methods;
  if (flags_out != nullptr) *flags_out = flags;
  return SQLITE_OK;
}

// Writes those bytes of a step that reach the disk: each sector does, or not.
template <class Reaches>
void apply(const DiskStep& step, DiskImage& image, const Reaches& reaches_disk) {
  auto& file = image.of(step.file);
  if (step.what == DiskStep::What::truncate && reaches_disk()) file.resize(step.at);
  if (step.what != DiskStep::What::write) return;
  const std::size_t end = step.at + step.bytes.size();
  for (std::size_t from = step.at; from < end;) {
    const std::size_t to = std::min((from / sector + 1) * sector, end);
    if (reaches_disk()) {
      if (file.size() < to) file.resize(to);
      std::memcpy(file.data() + from, step.bytes.data() + (from - step.at), to - from);
    }
    from = to;
  }
}

// The number of steps up to the last sync of the file before the cut.
std::size_t durable(const std::vector<DiskStep>& steps, std::size_t cut, DiskFile file) {
  for (; cut > 0; --cut) {
    const auto& step = steps[cut - 1];
    if (step.what == DiskStep::What::sync && step.file == file) return cut;
  }
  return 0;
}

}  // namespace

const char* MemoryDisk::vfs_name() {
  static sqlite3_vfs vfs = [] {
    sqlite3_vfs made = *sqlite3_vfs_find(nullptr);
    made.szOsFile = sizeof(OpenDiskFile);
    made.zName = "test-memory-disk";
    made.xOpen = open_disk_file;
    return made;
  }();
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  return registered == SQLITE_OK ? vfs.zName : nullptr;
}

const DiskImage& MemoryDisk::image() { return disk; }
const std::vector<DiskStep>& MemoryDisk::steps() { return done; }

void MemoryDisk::put(const DiskImage& image) {
  disk = image;
  done.clear();
  index_regions.clear();
}

void cut_power(const DiskImage& before, const std::vector<DiskStep>& steps, const PowerCut& cut,
               Random& random, DiskImage& left) {
  left = before;
  std::array<std::size_t, 2> largest{};
  for (const auto& step : steps) {
    auto& size = largest[static_cast<std::size_t>(step.file)];
    size = std::max(size, step.at + step.bytes.size());
  }
  for (std::size_t i = 0; i < largest.size(); ++i) left.files[i].reserve(largest[i]);
  const std::array<std::size_t, 2> synced{
      cut.heeded.of_database ? durable(steps, cut.at, DiskFile::database) : 0,
      cut.heeded.of_log ? durable(steps, cut.at, DiskFile::log) : 0};
  for (std::size_t i = 0; i < cut.at; ++i) {
    const bool is_synced = i < synced[static_cast<std::size_t>(steps[i].file)];
    apply(steps[i], left, [&] { return is_synced || random.below(100) < cut.percent; });
  }
}

}  // namespace pharmacy::db::test
