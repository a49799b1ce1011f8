// The VFS and the database file under uses that SQLite does not make of them.
#include <limits.h>

#include "db/failure.h"
#include "db/header_seal.h"
#include "db/log_file.h"
#include "db/main_file.h"
#include "refusal_support.h"

namespace pharmacy::db::test {
namespace {

using pharmacy::test::message_of;

constexpr int shared = SQLITE_SHM_LOCK | SQLITE_SHM_SHARED;
constexpr int let_go = SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED;

sqlite3_vfs& sealed_vfs() { return *sqlite3_vfs_find(sealed_vfs_name()); }

// Opens a file by the VFS itself.
int open_directly(const char* name, int flags) {
  Bytes room(static_cast<std::size_t>(sealed_vfs().szOsFile));
  auto* file = reinterpret_cast<sqlite3_file*>(room.data());
  const int rc = sealed_vfs().xOpen(&sealed_vfs(), name, file, flags, nullptr);
  if (rc == SQLITE_OK) file->pMethods->xClose(file);
  return rc;
}

TEST_CASE("the VFS opens nothing but the store that was asked for, and its log") {
  OpenStore s;
  const std::string path = s.path("store.db");
  sqlite3* db = nullptr;
  CHECK(sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, sealed_vfs_name()) ==
        SQLITE_CANTOPEN);
  sqlite3_close(db);

  Gate gate(s.path("store.lock"), "test");
  const StoreKeys keys = keys_of(1);
  const SealedOptions options{.path = path};
  const OpenRequest request(options, keys, gate);
  CHECK(open_directly(path.c_str(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB) == SQLITE_OK);
  CHECK(open_directly(nullptr, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB) == SQLITE_CANTOPEN);
  CHECK(open_directly(s.path("other.db").c_str(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_MAIN_DB) ==
        SQLITE_CANTOPEN);
  for (const int kind :
       {SQLITE_OPEN_TEMP_DB, SQLITE_OPEN_TRANSIENT_DB, SQLITE_OPEN_MAIN_JOURNAL,
        SQLITE_OPEN_TEMP_JOURNAL, SQLITE_OPEN_SUBJOURNAL, SQLITE_OPEN_SUPER_JOURNAL}) {
    CHECK(open_directly(path.c_str(), SQLITE_OPEN_READWRITE | kind) == SQLITE_CANTOPEN);
  }
}

TEST_CASE("the log of a database that is not sealed is not opened") {
  TempDir dir;
  sqlite3* plain = nullptr;
  REQUIRE(sqlite3_open(dir.file("plain.db").c_str(), &plain) == SQLITE_OK);
  REQUIRE(sqlite3_exec(plain, "CREATE TABLE t(a)", nullptr, nullptr, nullptr) == SQLITE_OK);
  const char* log = sqlite3_filename_wal(sqlite3_db_filename(plain, "main"));
  CHECK(open_directly(log, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_WAL) ==
        SQLITE_CANTOPEN);
  CHECK_FALSE(fs::exists(log));
  sqlite3_close(plain);
}

TEST_CASE("a file's full name is that of its directory without links, if there is room for it") {
  TempDir dir;
  fs::create_directory_symlink(dir.path(), dir.file("link"));
  std::array<char, PATH_MAX> full{};
  const auto resolve = [&](const std::string& name, int room) {
    return sealed_vfs().xFullPathname(&sealed_vfs(), name.c_str(), room, full.data());
  };
  const std::string expected = fs::canonical(dir.path()).string() + "/store.db";
  const auto size = static_cast<int>(expected.size());
  CHECK(resolve(dir.file("link/store.db"), size + 1) == SQLITE_OK);
  CHECK(full.data() == expected);
  CHECK(resolve(dir.file("link/store.db"), size) == SQLITE_CANTOPEN);
  CHECK(resolve(dir.file("no such/store.db"), PATH_MAX) == SQLITE_CANTOPEN);
  CHECK(resolve("/store.db", PATH_MAX) == SQLITE_OK);
  CHECK(full.data() == std::string("/store.db"));
}

TEST_CASE("a name too short to be a log's is none") {
  int there = -1;
  CHECK(sealed_vfs().xAccess(&sealed_vfs(), "wal", SQLITE_ACCESS_EXISTS, &there) == SQLITE_OK);
  CHECK(there == 0);
}

TEST_CASE("the file is read by whole pages alone, but for the part that SQLite looks at first") {
  OpenStore s;
  s.look_into();
  Session store(s.dir.path(), keys_of(1));
  sqlite3_file* file = store.main_file();
  std::array<unsigned char, 2 * page_size> bytes{};
  const auto read = [&](int size, sqlite3_int64 at) {
    return file->pMethods->xRead(file, bytes.data(), size, at);
  };
  CHECK(read(100, 0) == SQLITE_OK);
  CHECK(read(16, 84) == SQLITE_OK);
  CHECK(read(100, 1) == SQLITE_IOERR_READ);
  CHECK(read(2 * page_size, 0) == SQLITE_IOERR_READ);
  CHECK(read(page_size, 100) == SQLITE_IOERR_READ);
  CHECK(read(-1, 0) == SQLITE_IOERR_READ);
  CHECK(read(16, -16) == SQLITE_IOERR_READ);
  CHECK_FALSE(damage_of(store.db()).has_value());
}

TEST_CASE("page 1 can be read before the log is open") {
  OpenStore s;
  const FreshConnection fresh(s.path("store.db"));
  std::array<unsigned char, page_size> page{};
  CHECK(fresh.file()->pMethods->xRead(fresh.file(), page.data(), page_size, 0) == SQLITE_OK);
  CHECK(std::equal(page.begin(), page.begin() + 21, constant_header().begin()));
}

TEST_CASE("the page of SQLite's lock bytes is not written, whoever sends it on its way") {
  OpenStore s;
  s.look_into();
  Session store(s.dir.path(), keys_of(1));
  sqlite3_file* file = store.main_file();
  store.gate().acquire(1s);
  REQUIRE(file->pMethods->xShmLock(file, checkpoint_lock, 1, exclusive) == SQLITE_OK);
  const Bytes before = s.database->bytes();
  connection_of(store.db())->transit.page = lock_byte_page;
  CHECK(file->pMethods->xWrite(file, good_page(2).data(), page_size,
                               sqlite3_int64{lock_byte_page - 1} * page_size) == SQLITE_READONLY);
  file->pMethods->xShmLock(file, checkpoint_lock, 1, unlock);
  CHECK((s.database->bytes() == before));
}

TEST_CASE("the questions that SQLite asks of a file are answered as the format has it") {
  OpenStore s;
  Session store(s.dir.path(), keys_of(1));
  sqlite3_file* file = store.main_file();
  sqlite3_file* log = store.log_file();
  for (const int question : {SQLITE_FCNTL_PERSIST_WAL, SQLITE_FCNTL_POWERSAFE_OVERWRITE}) {
    int answer = 0;
    CHECK(file->pMethods->xFileControl(file, question, &answer) == SQLITE_OK);
    CHECK(answer == 1);
    CHECK(log->pMethods->xFileControl(log, question, &answer) == SQLITE_NOTFOUND);
  }
  for (sqlite3_file* each : {file, log}) {
    int number = -1;
    CHECK(each->pMethods->xFileControl(each, SQLITE_FCNTL_LAST_ERRNO, &number) == SQLITE_OK);
    CHECK(number >= 0);
    CHECK(each->pMethods->xFileControl(each, SQLITE_FCNTL_SIZE_HINT, &number) == SQLITE_NOTFOUND);
    CHECK(each->pMethods->xSectorSize(each) == 512);
    CHECK(each->pMethods->xDeviceCharacteristics(each) == SQLITE_IOCAP_POWERSAFE_OVERWRITE);
  }
  int reserved = -1;
  CHECK(file->pMethods->xCheckReservedLock(file, &reserved) == SQLITE_OK);
  CHECK(reserved == 0);
}

TEST_CASE("locks and the index are the database file's, and the log has neither") {
  OpenStore s;
  Session store(s.dir.path(), keys_of(1));
  sqlite3_file* log = store.log_file();
  const auto& methods = *log->pMethods;
  CHECK(methods.xLock(log, SQLITE_LOCK_SHARED) == SQLITE_OK);
  int reserved = -1;
  CHECK(methods.xCheckReservedLock(log, &reserved) == SQLITE_OK);
  CHECK(reserved == 0);
  CHECK(methods.xUnlock(log, SQLITE_LOCK_NONE) == SQLITE_OK);
  volatile void* index = nullptr;
  CHECK(methods.xShmMap(log, 0, 32768, 0, &index) == SQLITE_IOERR_SHMMAP);
  CHECK((index == nullptr));
  CHECK(methods.xShmLock(log, 0, 1, exclusive) == SQLITE_IOERR_SHMLOCK);
  methods.xShmBarrier(log);
  CHECK(methods.xShmUnmap(log, 0) == SQLITE_OK);
}

TEST_CASE("locks that no part of SQLite takes together mean nothing to the seal") {
  OpenStore s;
  Session store(s.dir.path(), keys_of(1));
  sqlite3_file* file = store.main_file();
  const auto lock = [&](int offset, int count, int flags) {
    return file->pMethods->xShmLock(file, offset, count, flags);
  };
  const Connection& connection = *connection_of(store.db());
  for (const auto& [offset, count] : {std::pair{write_lock, 2}, {recovery_lock, 2}}) {
    CHECK(lock(offset, count, exclusive) == SQLITE_OK);
    CHECK_FALSE(connection.writing);
    CHECK_FALSE(connection.recovering);
    CHECK_FALSE(connection.checkpointing);
    CHECK(lock(offset, count, unlock) == SQLITE_OK);
  }
  // Nor does a writer's lock that is shared begin a reader's transaction.
  connection_of(store.db())->io_error = SQLITE_IOERR_READ;
  CHECK(lock(write_lock, 1, shared) == SQLITE_OK);
  CHECK(lock(write_lock, 1, let_go) == SQLITE_OK);
  CHECK(io_error_of(store.db()) == SQLITE_IOERR_READ);
  // Nor does letting go of what was not taken.
  for (const int offset : {write_lock, checkpoint_lock, recovery_lock})
    CHECK(lock(offset, 1, unlock) == SQLITE_OK);
  CHECK(store.query("SELECT b FROM t") == "one\n");
}

TEST_CASE("a connection without a log can take and leave every lock") {
  OpenStore s;
  FreshConnection fresh(s.path("store.db"));
  fresh.gate().acquire(1s);
  for (const int offset : {write_lock, checkpoint_lock, recovery_lock}) {
    CAPTURE(offset);
    CHECK(fresh.lock(offset, 1, exclusive) == SQLITE_OK);
    CHECK(fresh.lock(offset, 1, unlock) == SQLITE_OK);
  }
  CHECK(fresh.lock(reader_locks, 1, shared) == SQLITE_OK);
  CHECK(fresh.lock(reader_locks, 1, let_go) == SQLITE_OK);
  CHECK_FALSE(damage_of(fresh.db()).has_value());
}

TEST_CASE("an index that is empty has nothing to compare with") {
  OpenStore s;
  Session store(s.dir.path(), keys_of(1));
  sqlite3_file* file = store.main_file();
  const auto& methods = *file->pMethods;
  methods.xShmUnmap(file, 0);
  volatile void* index = nullptr;
  // It is made anew, and nobody has made room in it yet.
  REQUIRE(methods.xShmMap(file, 0, 32768, 0, &index) == SQLITE_OK);
  REQUIRE((index == nullptr));
  CHECK(frames_in_index(*connection_of(store.db())) == 0);
  CHECK(methods.xShmLock(file, reader_locks, 1, shared) == SQLITE_OK);
  CHECK(methods.xShmLock(file, reader_locks, 1, let_go) == SQLITE_OK);
  CHECK(methods.xShmLock(file, recovery_lock, 1, exclusive) == SQLITE_OK);
  CHECK(methods.xShmLock(file, recovery_lock, 1, unlock) == SQLITE_OK);
  CHECK_FALSE(damage_of(store.db()).has_value());
  // The log can still be read: its salts are those in its header.
  sqlite3_file* log = store.log_file();
  std::array<unsigned char, frame_size> frame{};
  CHECK(log->pMethods->xRead(log, frame.data(), frame_size, log_header_size) == SQLITE_OK);
}

TEST_CASE("a torn page 1 beside a log without a frame is the file's own damage") {
  OpenStore s;
  const Bytes log = read_file(s.path("store.db-wal"));
  flip_bit(s.path("store.db"), 0);
  SUBCASE("the control: the log has the page") {
    CHECK(Session(s.dir.path(), keys_of(1)).query("SELECT b FROM t") == "one\n");
  }
  SUBCASE("a header alone") {
    write_file(s.path("store.db-wal"), {log.begin(), log.begin() + log_header_size});
    CHECK(code_of([&] { Session store(s.dir.path(), keys_of(1)); }) == Errc::damaged);
  }
  SUBCASE("nothing") {
    write_file(s.path("store.db-wal"), {});
    CHECK(code_of([&] { Session store(s.dir.path(), keys_of(1)); }) == Errc::damaged);
  }
}

TEST_CASE("a path that leads nowhere has no store, and one that cannot be followed is told of") {
  TempDir dir;
  Gate gate(dir.path() / "store.lock", "test");
  write_file(dir.path() / "file", {});
  const auto opening = [&](const fs::path& path) {
    return [&, path] { close_sealed(open_sealed({.path = path}, keys_of(1), gate)); };
  };
  CHECK(code_of(opening(dir.path() / "gone/store.db")) == Errc::no_store);
  CHECK(code_of(opening(dir.path() / "file/store.db")) == Errc::no_store);
  const fs::path long_one = dir.path() / std::string(300, 'x');
  CHECK(code_of(opening(long_one)) == Errc::io);
  CHECK(message_of(opening(long_one)) ==
        "cannot open " + long_one.string() + ": File name too long");

  gate.acquire(1s);
  const fs::path below = dir.path() / "file/store.db";
  const auto making = [&] { close_sealed(create_sealed({.path = below}, keys_of(1), gate)); };
  CHECK(code_of(making) == Errc::cannot_create);
  CHECK(message_of(making) == "cannot create " + below.string() + ": Not a directory");
}

TEST_CASE("a log that is a directory keeps the store from being opened, and is no damage") {
  OpenStore s;
  fs::remove(s.path("store.db-wal"));
  fs::create_directory(s.path("store.db-wal"));
  const auto opening = [&] { Session store(s.dir.path(), keys_of(1)); };
  CHECK(code_of(opening) == Errc::io);
  CHECK(message_of(opening) == "cannot open " + s.path("store.db").string());
}

TEST_CASE("an authentic page 1 that is none of SQLite's is damage") {
  OpenStore s;
  const StoreKeys keys = keys_of(1);
  const PageSeal seal(keys);
  NonceSource nonces;
  std::array<unsigned char, page_size> page{}, sealed{};
  {
    Session store(s.dir.path(), keys);
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
  }
  Bytes file = read_file(s.path("store.db"));
  REQUIRE(seal.open(1, file.data(), page.data()));
  page[21] = 65;  // a fraction that SQLite fixes
  seal.seal(1, page.data(), sealed.data(), nonces);
  std::ranges::copy(sealed, file.begin());
  write_file(s.path("store.db"), file);
  const auto opening = [&] { Session store(s.dir.path(), keys); };
  CHECK(code_of(opening) == Errc::damaged);
  CHECK(message_of(opening) == s.path("store.db").string() + " is damaged");
}

// A VFS whose databases lack something that those of the system have.
class LackingVfs {
 public:
  using Lack = void (*)(sqlite3_io_methods&);
  explicit LackingVfs(Lack lack) {
    take_away = lack;
    vfs_ = *sqlite3_vfs_find(nullptr);
    vfs_.zName = "test-lacking";
    vfs_.pNext = nullptr;
    vfs_.xOpen = [](sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
      sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
      const int rc = system->xOpen(system, name, file, flags, out);
      if (rc != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return rc;
      static sqlite3_io_methods methods;
      methods = *file->pMethods;
      take_away(methods);
      file->pMethods = &methods;
      return rc;
    };
    REQUIRE(sqlite3_vfs_register(&vfs_, 0) == SQLITE_OK);
  }
  ~LackingVfs() { sqlite3_vfs_unregister(&vfs_); }
  LackingVfs(const LackingVfs&) = delete;
  LackingVfs& operator=(const LackingVfs&) = delete;
  [[nodiscard]] SealedOptions options() const { return {.path = {}, .lower_vfs = vfs_.zName}; }

 private:
  inline static Lack take_away = nullptr;
  sqlite3_vfs vfs_{};
};

TEST_CASE("a store on files that cannot be shared is not opened") {
  OpenStore s;
  const LackingVfs bare([](sqlite3_io_methods& methods) { methods.iVersion = 1; });
  CHECK(code_of([&] {
          Session store(s.dir.path(), keys_of(1), Session::Make::no, bare.options());
        }) == Errc::io);
}

TEST_CASE("where nobody can tell whether the file was moved it is taken to be in its place") {
  OpenStore s;
  const LackingVfs mute([](sqlite3_io_methods& methods) {
    methods.xFileControl = [](sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; };
  });
  Session store(s.dir.path(), keys_of(1), Session::Make::no, mute.options());
  CHECK_FALSE(has_moved(store.db()));
  store.write("INSERT INTO t VALUES(2, 'two')");
  CHECK(store.query("SELECT b FROM t ORDER BY a") == "one\ntwo\n");
}

}  // namespace
}  // namespace pharmacy::db::test
