// A store whose files are asked directly, as SQLite does it.
#pragma once

#include <algorithm>
#include <array>

#include "db/page_seal.h"
#include "db/vfs.h"
#include "support/sealed.h"

namespace pharmacy::db::test {

constexpr int exclusive = SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE;
constexpr int unlock = SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE;
constexpr int write_lock = 0, checkpoint_lock = 1, recovery_lock = 2, reader_locks = 4;

// A store with a few rows in its log, which this process may look into.
class OpenStore {
 public:
  OpenStore() {
    Session made(dir.path(), keys_of(1), Session::Make::yes);
    made.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)");
    made.write("INSERT INTO t VALUES(1, 'one')");
  }
  [[nodiscard]] fs::path path(const char* name) const { return dir.path() / name; }

  TempDir dir;
  // Before any connection, and until all are closed.
  std::unique_ptr<OpenFile> database, log;
  void look_into() {
    database = std::make_unique<OpenFile>(path("store.db"));
    log = std::make_unique<OpenFile>(path("store.db-wal"));
  }
};

// A page as SQLite would have it, with this content.
inline std::array<unsigned char, page_size> good_page(std::uint32_t number) {
  std::array<unsigned char, page_size> page{};
  std::fill_n(page.begin(), text_size, static_cast<unsigned char>(7));
  if (number == 1) std::ranges::copy(constant_header(), page.begin());
  return page;
}

inline std::array<unsigned char, frame_header_size> header_of(std::uint32_t page) {
  std::array<unsigned char, frame_header_size> header{};
  put_u32(header.data(), page);
  return header;
}

// Writes a frame as SQLite does, header first; the code of the page's write.
inline int write_frame(sqlite3_file* log, std::uint32_t frame, std::uint32_t number,
                       const std::array<unsigned char, page_size>& page) {
  const auto at = log_header_size + sqlite3_int64{frame - 1} * frame_size;
  const auto header = header_of(number);
  REQUIRE(log->pMethods->xWrite(log, header.data(), frame_header_size, at) == SQLITE_OK);
  return log->pMethods->xWrite(log, page.data(), page_size, at + frame_header_size);
}

inline std::uint32_t frames_in(const Bytes& log) {
  return static_cast<std::uint32_t>((log.size() - log_header_size) / sealed_frame_size);
}

// A connection that has read nothing yet.
class FreshConnection {
 public:
  explicit FreshConnection(const fs::path& path)
      : gate_(path.parent_path() / "store.lock", "fresh") {
    const SealedOptions options{.path = path};
    const StoreKeys keys = keys_of(1);
    const OpenRequest request(options, keys, gate_);
    REQUIRE(sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE, sealed_vfs_name()) ==
            SQLITE_OK);
    REQUIRE(sqlite3_file_control(db_, "main", SQLITE_FCNTL_FILE_POINTER, &file_) == SQLITE_OK);
    volatile void* index = nullptr;
    REQUIRE(file_->pMethods->xShmMap(file_, 0, 32768, 1, &index) == SQLITE_OK);
  }
  ~FreshConnection() {
    file_->pMethods->xShmUnmap(file_, 0);  // SQLite did not map it
    sqlite3_close(db_);
  }
  FreshConnection(const FreshConnection&) = delete;
  FreshConnection& operator=(const FreshConnection&) = delete;
  Gate& gate() { return gate_; }
  [[nodiscard]] sqlite3* db() const { return db_; }
  [[nodiscard]] sqlite3_file* file() const { return file_; }
  [[nodiscard]] int lock(int offset, int count, int flags) const {
    return file_->pMethods->xShmLock(file_, offset, count, flags);
  }

 private:
  Gate gate_;
  sqlite3* db_ = nullptr;
  sqlite3_file* file_ = nullptr;
};

}  // namespace pharmacy::db::test
