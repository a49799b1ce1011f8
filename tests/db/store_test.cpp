// A sealed store as a whole: what it stores, how it is set up, what it refuses.
#include <sys/stat.h>

#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

using Make = Session::Make;

TEST_CASE("what is committed is there after a reopening, from the log and from the file") {
  TempDir dir;
  const auto keys = keys_of(1);
  {
    Session store(dir.path(), keys, Make::yes);
    store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT) STRICT");
    store.write("INSERT INTO t VALUES(1, '张伟'), (2, '李娜')");
    CHECK(store.query("SELECT b FROM t ORDER BY a") == "张伟\n李娜\n");
  }
  {
    Session store(dir.path(), keys);
    CHECK(store.query("SELECT b FROM t ORDER BY a") == "张伟\n李娜\n");
    store.gate().acquire(1s);
    CHECK(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
    CHECK(fs::file_size(dir.path() / "store.db-wal") == 0);
  }
  Session store(dir.path(), keys);
  CHECK(store.query("SELECT b FROM t ORDER BY a") == "张伟\n李娜\n");
  CHECK(store.query("PRAGMA integrity_check") == "ok\n");
}

TEST_CASE("a connection is set up as the format demands") {
  TempDir dir;
  Session store(dir.path(), keys_of(1), Make::yes);
  CHECK(store.query("PRAGMA journal_mode") == "wal\n");
  CHECK(store.query("PRAGMA synchronous") == "2\n");
  CHECK(store.query("PRAGMA page_size") == "4096\n");
  CHECK(store.query("PRAGMA secure_delete") == "1\n");
  CHECK(store.query("PRAGMA foreign_keys") == "1\n");
  CHECK(store.query("PRAGMA trusted_schema") == "0\n");
  CHECK(store.query("PRAGMA temp_store") == "2\n");
  CHECK(store.query("PRAGMA cell_size_check") == "1\n");
  CHECK(store.query("PRAGMA application_id") == "1\n");
}

TEST_CASE("statements that would leave the seal are refused") {
  TempDir dir;
  Session store(dir.path(), keys_of(1), Make::yes);
  store.write("CREATE TABLE t(a)");
  const std::string out = (dir.path() / "out.db").string();
  for (const std::string& sql :
       {"ATTACH '" + out + "' AS other", std::string("ATTACH ':memory:' AS other"),
        std::string("DETACH main"), "VACUUM INTO '" + out + "'", std::string("VACUUM"),
        std::string("PRAGMA journal_mode=DELETE"), std::string("PRAGMA synchronous=OFF"),
        std::string("PRAGMA locking_mode=EXCLUSIVE"), std::string("PRAGMA wal_checkpoint"),
        std::string("PRAGMA wal_autocheckpoint=1000"), std::string("PRAGMA temp_store=FILE"),
        std::string("PRAGMA temp.temp_store=FILE"), std::string("PRAGMA secure_delete=OFF"),
        std::string("PRAGMA writable_schema=ON"), std::string("PRAGMA mmap_size=1000000"),
        std::string("PRAGMA page_size=8192"), std::string("PRAGMA auto_vacuum=1"),
        std::string("PRAGMA foreign_keys=OFF"), std::string("SELECT load_extension('x')")}) {
    CAPTURE(sql);
    CHECK(store.try_exec(sql) != SQLITE_OK);
  }
  CHECK_FALSE(fs::exists(out));
  CHECK(store.query("PRAGMA journal_mode") == "wal\n");
  CHECK(store.query("PRAGMA synchronous") == "2\n");
}

TEST_CASE("a plain database cannot be copied over a sealed one, which stays as it was") {
  TempDir dir;
  Session store(dir.path(), keys_of(1), Make::yes);
  store.write("CREATE TABLE t(a); INSERT INTO t VALUES(7)");
  sqlite3* plain = nullptr;
  REQUIRE(sqlite3_open(":memory:", &plain) == SQLITE_OK);
  REQUIRE(sqlite3_exec(plain, "CREATE TABLE t(a); INSERT INTO t VALUES(8)", nullptr, nullptr,
                       nullptr) == SQLITE_OK);
  store.gate().acquire(1s);
  sqlite3_backup* copy = sqlite3_backup_init(store.db(), "main", plain, "main");
  if (copy != nullptr) {
    CHECK(sqlite3_backup_step(copy, -1) != SQLITE_DONE);
    CHECK(sqlite3_backup_finish(copy) != SQLITE_OK);
  }
  sqlite3_close(plain);
  store.gate().release();
  CHECK(store.query("SELECT a FROM t") == "7\n");
  store.close();
  Session again(dir.path(), keys_of(1));
  CHECK(again.query("SELECT a FROM t") == "7\n");
  CHECK(again.query("PRAGMA integrity_check") == "ok\n");
}

TEST_CASE("a commit without its number is refused, and leaves nothing") {
  TempDir dir;
  Session store(dir.path(), keys_of(1), Make::yes);
  store.write("CREATE TABLE t(a)");
  store.gate().acquire(1s);
  CHECK(store.try_exec("INSERT INTO t VALUES(1)") != SQLITE_OK);
  store.exec("BEGIN IMMEDIATE");
  store.exec("INSERT INTO t VALUES(2)");
  CHECK(store.try_exec("COMMIT") != SQLITE_OK);
  if (sqlite3_get_autocommit(store.db()) == 0) store.exec("ROLLBACK");
  store.exec("BEGIN IMMEDIATE");
  store.exec("PRAGMA application_id=77");
  CHECK(store.try_exec("COMMIT") != SQLITE_OK);
  if (sqlite3_get_autocommit(store.db()) == 0) store.exec("ROLLBACK");
  store.gate().release();
  CHECK(store.query("SELECT count(*) FROM t") == "0\n");
  store.write("INSERT INTO t VALUES(3)");
  CHECK(store.query("SELECT a FROM t") == "3\n");
}

TEST_CASE("a store is made once, and never beside a log") {
  TempDir dir;
  const auto keys = keys_of(1);
  { Session store(dir.path(), keys, Make::yes); }
  CHECK(code_of([&] { Session again(dir.path(), keys, Make::yes); }) == Errc::conflict);
  fs::remove(dir.path() / "store.db");
  write_file(dir.path() / "store.db-wal", Bytes(10));
  CHECK(code_of([&] { Session again(dir.path(), keys, Make::yes); }) == Errc::conflict);
  CHECK_FALSE(fs::exists(dir.path() / "store.db"));
  // No temporary name is left.
  for (const auto& entry : fs::directory_iterator(dir.path()))
    CHECK(entry.path().filename().string().find(".new-") == std::string::npos);
}

TEST_CASE("the files are for their owner alone, whatever the umask says") {
  for (const mode_t mask : {0000U, 0022U, 0077U, 0777U}) {
    TempDir dir;
    const mode_t before = umask(mask);
    {
      Session store(dir.path(), keys_of(1), Make::yes);
      store.write("CREATE TABLE t(a)");
      umask(before);
      for (const char* name : {"store.db", "store.db-wal", "store.db-shm", "store.lock"}) {
        CAPTURE(name);
        struct stat status {};
        REQUIRE(stat((dir.path() / name).c_str(), &status) == 0);
        CHECK((status.st_mode & 07777) == 0600);
      }
    }
  }
}

TEST_CASE("what is not this store is refused with its reason") {
  TempDir dir;
  const auto open = [&](unsigned char seed) {
    return code_of([&] { Session store(dir.path(), keys_of(seed)); });
  };
  CHECK(open(1) == Errc::no_store);
  { Session store(dir.path(), keys_of(1), Make::yes); }

  SUBCASE("another file id") { CHECK(open(2) == Errc::damaged); }
  SUBCASE("the right file id and a wrong key") {
    StoreKeys keys = keys_of(1);
    keys.data_key.bytes()[31] ^= 1;
    CHECK(code_of([&] { Session store(dir.path(), keys); }) == Errc::damaged);
  }
  SUBCASE("another epoch") {
    StoreKeys keys = keys_of(1);
    keys.epoch = 2;
    CHECK(code_of([&] { Session store(dir.path(), keys); }) == Errc::damaged);
  }
  SUBCASE("an empty file") {
    write_file(dir.path() / "store.db", {});
    CHECK(open(1) == Errc::damaged);
  }
  SUBCASE("a plain database") {
    fs::remove(dir.path() / "store.db");
    sqlite3* plain = nullptr;
    sqlite3_open((dir.path() / "store.db").c_str(), &plain);
    sqlite3_exec(plain, "CREATE TABLE t(a)", nullptr, nullptr, nullptr);
    sqlite3_close(plain);
    CHECK(open(1) == Errc::damaged);
  }
  SUBCASE("a symbolic link") {
    fs::rename(dir.path() / "store.db", dir.path() / "other.db");
    fs::create_symlink("other.db", dir.path() / "store.db");
    CHECK(open(1) == Errc::damaged);
  }
}

TEST_CASE("a transaction of 15 MB, one value of it 10 MB in one piece") {
  TempDir dir;
  {
    Session store(dir.path(), keys_of(1), Make::yes);
    store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB)");
    store.write(
        "INSERT INTO t VALUES(1, zeroblob(5000000)), (2, CAST(printf('%.10000000c', 'x') "
        "AS BLOB))");
    CHECK(store.query("SELECT length(b) FROM t ORDER BY a") == "5000000\n10000000\n");
  }
  Session store(dir.path(), keys_of(1));
  CHECK(store.query("SELECT b = CAST(printf('%.10000000c', 'x') AS BLOB) FROM t WHERE a = 2") ==
        "1\n");
  CHECK(store.query("PRAGMA integrity_check") == "ok\n");
}

TEST_CASE("no file of the store shows what is stored") {
  TempDir dir;
  const std::string canary = "canary-13800138000-张伟";
  const auto files_with = [&](const std::string& text) {
    int count = 0;
    for (const auto& entry : fs::directory_iterator(dir.path())) {
      const Bytes bytes = read_file(entry.path());
      const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      if (all.find(text) != std::string_view::npos) ++count;
    }
    return count;
  };
  {
    Session store(dir.path(), keys_of(1), Make::yes);
    store.exec("PRAGMA cache_size=5");
    store.write("CREATE TABLE canary_table(a TEXT)");
    store.write(
        "INSERT INTO canary_table WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 "
        "FROM n WHERE i < 2000) SELECT '" +
        canary + "' || i FROM n");
    CHECK_FALSE(store.query("SELECT a FROM canary_table ORDER BY a DESC").empty());
    // In another process: this one would lose its locks on what it closes.
    CHECK(in_child([&] {
      return files_with(canary) == 0 && files_with("canary_table") == 0 &&
             files_with("SQLite format") == 0;
    }));
  }
  CHECK(files_with(canary) == 0);

  // The control: the same in plain SQLite is seen.
  sqlite3* plain = nullptr;
  REQUIRE(sqlite3_open((dir.path() / "plain.db").c_str(), &plain) == SQLITE_OK);
  sqlite3_exec(plain, ("CREATE TABLE c AS SELECT '" + canary + "' AS a").c_str(), nullptr, nullptr,
               nullptr);
  sqlite3_close(plain);
  CHECK(files_with(canary) == 1);
}

}  // namespace
}  // namespace pharmacy::db::test
