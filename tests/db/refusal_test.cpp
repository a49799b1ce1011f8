// What the seal refuses, asked of it directly: SQLite asks for none of this while all goes well.
#include "refusal_support.h"

namespace pharmacy::db::test {
namespace {

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
