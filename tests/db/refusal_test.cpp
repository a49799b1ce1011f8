// What the seal refuses, asked of it directly: SQLite asks for none of this while all goes well.
#include <unistd.h>

#include <algorithm>
#include <array>

#include "db/page_seal.h"
#include "db/vfs.h"
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

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
std::array<unsigned char, page_size> good_page(std::uint32_t number) {
  std::array<unsigned char, page_size> page{};
  std::fill_n(page.begin(), text_size, static_cast<unsigned char>(7));
  if (number == 1) std::ranges::copy(constant_header(), page.begin());
  return page;
}

std::array<unsigned char, frame_header_size> header_of(std::uint32_t page) {
  std::array<unsigned char, frame_header_size> header{};
  put_u32(header.data(), page);
  return header;
}

// Writes a frame as SQLite does, header first; the code of the page's write.
int write_frame(sqlite3_file* log, std::uint32_t frame, std::uint32_t number,
                const std::array<unsigned char, page_size>& page) {
  const auto at = log_header_size + sqlite3_int64{frame - 1} * frame_size;
  const auto header = header_of(number);
  REQUIRE(log->pMethods->xWrite(log, header.data(), frame_header_size, at) == SQLITE_OK);
  return log->pMethods->xWrite(log, page.data(), page_size, at + frame_header_size);
}

std::uint32_t frames_in(const Bytes& log) {
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
  [[nodiscard]] int lock(int offset, int count, int flags) const {
    return file_->pMethods->xShmLock(file_, offset, count, flags);
  }

 private:
  Gate gate_;
  sqlite3* db_ = nullptr;
  sqlite3_file* file_ = nullptr;
};

TEST_CASE("only pages of a store's own form are sealed") {
  for (const std::uint32_t number : {1U, 2U, 262144U, 262146U}) {
    CHECK(may_be_sealed(number, good_page(number).data()));
  }
  CHECK_FALSE(may_be_sealed(0, good_page(2).data()));
  CHECK_FALSE(may_be_sealed(262145, good_page(2).data()));
  for (std::size_t at = text_size; at < page_size; ++at) {
    CAPTURE(at);
    for (const std::uint32_t number : {1U, 2U}) {
      auto page = good_page(number);
      page[at] = 1;
      CHECK_FALSE(may_be_sealed(number, page.data()));
    }
  }
  for (std::size_t at = 0; at <= 20; ++at) {
    CAPTURE(at);
    auto page = good_page(1);
    page[at] ^= 1;
    CHECK_FALSE(may_be_sealed(1, page.data()));
    CHECK(may_be_sealed(2, page.data()));
  }
}

TEST_CASE("the log takes no page of another form") {
  OpenStore s;
  s.look_into();
  Session store(s.dir.path(), keys_of(1));
  const Bytes before = s.log->bytes();
  sqlite3_file* log = store.log_file();
  store.gate().acquire(1s);
  REQUIRE(store.main_file()->pMethods->xShmLock(store.main_file(), write_lock, 1, exclusive) ==
          SQLITE_OK);
  const std::uint32_t next = frames_in(before) + 1;
  auto reserved = good_page(2), first = good_page(1);
  reserved[4095] = 1;
  first[20] = 0;
  CHECK(write_frame(log, next, 262145, good_page(2)) == SQLITE_READONLY);
  CHECK(write_frame(log, next, 2, reserved) == SQLITE_READONLY);
  CHECK(write_frame(log, next, 1, first) == SQLITE_READONLY);
  CHECK(write_frame(log, next, 2, good_page(2)) == SQLITE_OK);
  // Nor a part of a frame, or of the log's header.
  CHECK(log->pMethods->xWrite(log, reserved.data(), 100, 32 + 24) == SQLITE_READONLY);
  CHECK(log->pMethods->xWrite(log, reserved.data(), 16, 0) == SQLITE_READONLY);
  store.main_file()->pMethods->xShmLock(store.main_file(), write_lock, 1, unlock);
  CHECK((s.log->bytes() == before));  // what was not committed was not written either
}

TEST_CASE("what a rolled back transaction left goes over nobody's commit") {
  OpenStore s;
  s.look_into();
  Session first(s.dir.path(), keys_of(1)), second(s.dir.path(), keys_of(1));
  sqlite3_file* file = first.main_file();
  sqlite3_file* log = first.log_file();
  const std::uint32_t next = frames_in(s.log->bytes()) + 1;
  first.gate().acquire(1s);
  REQUIRE(file->pMethods->xShmLock(file, write_lock, 1, exclusive) == SQLITE_OK);
  REQUIRE(write_frame(log, next, 2, good_page(2)) == SQLITE_OK);
  REQUIRE(file->pMethods->xShmLock(file, write_lock, 1, unlock) == SQLITE_OK);
  first.gate().release();

  second.write("INSERT INTO t VALUES(2, 'two')");
  const Bytes committed = s.log->bytes();
  std::array<unsigned char, frame_size> frame{};
  static_cast<void>(log->pMethods->xRead(log, frame.data(), frame_size, log_header_size));
  CHECK((s.log->bytes() == committed));
  CHECK(first.query("SELECT b FROM t ORDER BY a") == "one\ntwo\n");
}

TEST_CASE("a rotten frame reads as zeros to whoever rebuilds the index, and to nobody else") {
  OpenStore s;
  s.look_into();
  Session store(s.dir.path(), keys_of(1));
  sqlite3_file* file = store.main_file();
  sqlite3_file* log = store.log_file();
  const std::uint32_t last = frames_in(s.log->bytes());
  const auto at = log_header_size + sqlite3_int64{last - 1} * frame_size;
  const auto on_disk =
      static_cast<std::uint64_t>(log_header_size) + std::uint64_t{last - 1} * sealed_frame_size;
  std::array<unsigned char, frame_size> frame{}, zeros{};
  REQUIRE(log->pMethods->xRead(log, frame.data(), frame_size, at) == SQLITE_OK);
  SUBCASE("in its header") { s.log->poke(on_disk + 30); }
  SUBCASE("in its page") { s.log->poke(on_disk + 1000); }
  CHECK(log->pMethods->xRead(log, frame.data(), frame_size, at) == SQLITE_IOERR_DATA);
  CHECK((frame == zeros));

  REQUIRE(file->pMethods->xShmLock(file, recovery_lock, 1, exclusive) == SQLITE_OK);
  frame.fill(1);
  CHECK(log->pMethods->xRead(log, frame.data(), frame_size, at) == SQLITE_OK);
  CHECK((frame == zeros));
  file->pMethods->xShmLock(file, recovery_lock, 1, unlock);
}

TEST_CASE("the file is written by checkpoints alone, and with what they have just read") {
  OpenStore s;
  s.look_into();
  Session store(s.dir.path(), keys_of(1));
  sqlite3_file* file = store.main_file();
  sqlite3_file* log = store.log_file();
  const auto& methods = *file->pMethods;
  const Bytes before = s.database->bytes();
  const auto page = good_page(2);
  const auto refuses_all = [&] {
    CHECK(methods.xWrite(file, page.data(), page_size, page_size) == SQLITE_READONLY);
    CHECK(methods.xWrite(file, page.data(), page_size, sqlite3_int64{262144} * page_size) ==
          SQLITE_READONLY);
    CHECK(methods.xWrite(file, page.data(), 100, 0) == SQLITE_READONLY);
    // As if page 0 were on its way.
    CHECK(methods.xWrite(file, page.data(), page_size, sqlite3_int64{0xffffffff} * page_size) ==
          SQLITE_READONLY);
  };
  refuses_all();
  CHECK(methods.xTruncate(file, 2 * page_size) == SQLITE_READONLY);
  store.gate().acquire(1s);
  refuses_all();
  CHECK(methods.xTruncate(file, 2 * page_size) == SQLITE_READONLY);
  REQUIRE(methods.xShmLock(file, write_lock, 1, exclusive) == SQLITE_OK);
  refuses_all();
  CHECK(methods.xTruncate(file, 2 * page_size) == SQLITE_READONLY);
  methods.xShmLock(file, write_lock, 1, unlock);

  REQUIRE(methods.xShmLock(file, checkpoint_lock, 1, exclusive) == SQLITE_OK);
  refuses_all();
  CHECK(methods.xTruncate(file, page_size + 1) == SQLITE_READONLY);
  CHECK(methods.xTruncate(file, 0) == SQLITE_READONLY);
  CHECK((s.database->bytes() == before));
  // The control: a page on its way, to its own place and to no other, and once.
  std::array<unsigned char, page_size> read{};
  REQUIRE(log->pMethods->xRead(log, read.data(), page_size, log_header_size + frame_header_size) ==
          SQLITE_OK);
  CHECK(methods.xWrite(file, read.data(), page_size, 5 * page_size) == SQLITE_READONLY);
  CHECK(methods.xWrite(file, read.data(), page_size, 0) == SQLITE_OK);
  CHECK(methods.xWrite(file, read.data(), page_size, 0) == SQLITE_READONLY);
  methods.xShmLock(file, checkpoint_lock, 1, unlock);
  refuses_all();
}

TEST_CASE("the locks that a checkpoint and a new beginning of the log need are the gate's") {
  OpenStore s;
  Session store(s.dir.path(), keys_of(1));
  sqlite3_file* file = store.main_file();
  const auto lock = [&](int offset, int count, int flags) {
    return file->pMethods->xShmLock(file, offset, count, flags);
  };
  CHECK(lock(checkpoint_lock, 1, exclusive) == SQLITE_BUSY);
  CHECK(lock(reader_locks, 4, exclusive) == SQLITE_BUSY);
  store.gate().acquire(1s);
  CHECK(lock(checkpoint_lock, 1, exclusive) == SQLITE_OK);
  CHECK(lock(checkpoint_lock, 1, unlock) == SQLITE_OK);
  CHECK(lock(reader_locks, 4, exclusive) == SQLITE_OK);
  CHECK(lock(reader_locks, 4, unlock) == SQLITE_OK);
  // Those of a rollback journal are nobody's.
  for (const int level : {SQLITE_LOCK_RESERVED, SQLITE_LOCK_PENDING, SQLITE_LOCK_EXCLUSIVE}) {
    CHECK(file->pMethods->xLock(file, level) == SQLITE_READONLY);
  }
}

TEST_CASE("a log always exists, a journal never does, and nothing is deleted") {
  OpenStore s;
  { Session store(s.dir.path(), keys_of(1)); }
  sqlite3_vfs* vfs = sqlite3_vfs_find(sealed_vfs_name());
  REQUIRE(vfs != nullptr);
  const auto exists = [&](const std::string& name) {
    int there = -1;
    CHECK(vfs->xAccess(vfs, name.c_str(), SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK);
    return there;
  };
  CHECK(exists((s.dir.path() / "nothing-wal").string()) == 1);
  write_file(s.path("store.db-journal"), Bytes(512, 1));
  CHECK(exists(s.path("store.db-journal").string()) == 0);
  for (const char* name : {"store.db-wal", "store.db", "store.db-journal"}) {
    CHECK(vfs->xDelete(vfs, s.path(name).c_str(), 0) == SQLITE_IOERR_DELETE);
    CHECK(fs::exists(s.path(name)));
  }
}

TEST_CASE("nobody reads by an index before whoever rebuilt it has compared log and file") {
  OpenStore s;
  Session rebuilding(s.dir.path(), keys_of(1));
  sqlite3_file* file = rebuilding.main_file();
  REQUIRE(file->pMethods->xShmLock(file, recovery_lock, 1, exclusive) == SQLITE_OK);
  const FreshConnection reader(s.path("store.db"));
  constexpr int shared = SQLITE_SHM_LOCK | SQLITE_SHM_SHARED;
  constexpr int let_go = SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED;
  CHECK(reader.lock(3, 1, shared) == SQLITE_BUSY);
  CHECK(reader.lock(4, 1, shared) == SQLITE_BUSY);
  REQUIRE(file->pMethods->xShmLock(file, recovery_lock, 1, unlock) == SQLITE_OK);
  CHECK(reader.lock(3, 1, shared) == SQLITE_OK);
  CHECK(reader.lock(3, 1, let_go) == SQLITE_OK);
}

TEST_CASE("the index of a log that was refused is left to nobody") {
  OpenStore s;
  copy_store(s.dir.path(), s.path("old"));
  for (int i = 2; i < 5; ++i) {
    Session store(s.dir.path(), keys_of(1));
    store.write("INSERT INTO t VALUES(" + std::to_string(i) + ", 'more')");
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
  }
  fs::copy_file(s.path("old/store.db-wal"), s.path("store.db-wal"),
                fs::copy_options::overwrite_existing);
  // It keeps the index in use, so that the next do not begin with a new one.
  const FreshConnection other(s.path("store.db"));
  for (int i = 0; i < 3; ++i) {
    CHECK(code_of([&] { Session store(s.dir.path(), keys_of(1)); }) == Errc::damaged);
  }
}

TEST_CASE("a store opened by a relative name stays itself when the directory changes") {
  OpenStore s;
  const auto before = fs::current_path();
  fs::current_path(s.dir.path());
  Gate gate("store.lock", "test");
  sqlite3* db = open_sealed({.path = "store.db"}, keys_of(1), gate);
  fs::current_path("/");
  CHECK_FALSE(has_moved(db));
  close_sealed(db);
  fs::current_path(before);
}

}  // namespace
}  // namespace pharmacy::db::test
