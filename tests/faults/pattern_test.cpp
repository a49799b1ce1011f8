// What SQLite does to its files in rare ways, which the seal must bear.
#include <csignal>

#include "db/page_seal.h"
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

// The number that a page of the log was sealed as; 0 if it is none up to `most`.
std::uint32_t number_of_page(const unsigned char* sealed, std::uint32_t most) {
  const PageSeal seal(keys_of(2));
  for (std::uint32_t number = 1; number <= most; ++number)
    if (seal.verify(number, sealed)) return number;
  return 0;
}

// Copies a store of 50 MB into a new one by SQLite's own backup, in a process that is killed when
// so many pages are copied (-1: when the copy is committed). Its cache is small, so that pages
// reach the log long before the commit, in no order.
void copy_and_die(const fs::path& from, const fs::path& to, int pages) {
  const bool ended = in_child([&] {
    Session source(from, keys_of(1)), copy(to, keys_of(2));
    copy.exec("PRAGMA cache_size=10");
    copy.gate().acquire(1s);
    sqlite3_backup* backup = sqlite3_backup_init(copy.db(), "main", source.db(), "main");
    if (backup == nullptr) return true;
    const int rc = sqlite3_backup_step(backup, pages);
    if (rc != (pages < 0 ? SQLITE_DONE : SQLITE_OK)) return true;
    if (pages < 0 && sqlite3_backup_finish(backup) != SQLITE_OK) return true;
    return ::raise(SIGKILL) != 0;
  });
  REQUIRE_FALSE(ended);
}

const std::string contents_query =
    "SELECT count(*) || ' ' || sum(length(b)) || ' ' || sum(a) || ' ' || max(b) FROM t";

TEST_CASE("a copy of 50 MB into a new file is whole if killed before its first checkpoint") {
  TempDir from, to;
  std::string contents;
  {
    Session source(from.path(), keys_of(1), Session::Make::yes);
    source.write(
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT);"
        "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE "
        "i < 500) SELECT i, printf('%.100000c', 'x') || i FROM n");
    contents = source.query(contents_query);
    source.close();
    Session made(to.path(), keys_of(2), Session::Make::yes);
  }
  const auto log = to.path() / "store.db-wal";
  SUBCASE("after its commit") {
    copy_and_die(from.path(), to.path(), -1);
    CHECK(fs::file_size(to.path() / "store.db") == 4096);
    CHECK(fs::file_size(log) > 50'000'000);
    // The first page that was written was not page 1.
    const Bytes page = OpenFile(log).bytes_at(log_header_size + sealed_header_size, page_size);
    CHECK(number_of_page(page.data(), 20'000) > 1);
    Session copy(to.path(), keys_of(2));
    CHECK(copy.query(contents_query) == contents);
    copy.gate().acquire(1s);
    CHECK(checkpoint_all(copy.db(), copy.gate(), 0s) == SQLITE_OK);
    copy.gate().release();
    CHECK(find_rot(copy.db(), copy.gate(), 1s).empty());
    CHECK(copy.query("PRAGMA integrity_check") == "ok\n");
    copy.close();
    fs::remove(log);
    CHECK(Session(to.path(), keys_of(2)).query(contents_query) == contents);
  }
  SUBCASE("the control: before its commit, and nothing of it is there") {
    copy_and_die(from.path(), to.path(), 3'000);
    CHECK(fs::file_size(log) > 2'000 * sealed_frame_size);
    Session copy(to.path(), keys_of(2));
    CHECK(copy.query("SELECT count(*) FROM sqlite_schema") == "0\n");
  }
}

int checkpoint(const Session& store, int mode) {
  sqlite3_busy_timeout(store.db(), 0);
  return sqlite3_wal_checkpoint_v2(store.db(), "main", mode, nullptr, nullptr);
}

// What another process sees, and whoever opens the store after a crash.
void check_rows(const fs::path& directory, const std::string& rows) {
  CHECK(in_child([&] {
    return Session(directory, keys_of(1)).query("SELECT group_concat(a) FROM t") == rows;
  }));
  TempDir crashed;
  copy_store(directory, crashed.path());
  Session store(crashed.path(), keys_of(1));
  CHECK(store.query("SELECT group_concat(a) FROM t") == rows);
  CHECK(find_rot(store.db(), store.gate(), 1s).empty());
}

TEST_CASE(
    "with the gate held every kind of checkpoint is made, and the log begins again after it") {
  for (const int mode : {SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_FULL,
                         SQLITE_CHECKPOINT_RESTART, SQLITE_CHECKPOINT_TRUNCATE}) {
    CAPTURE(mode);
    TempDir dir;
    const auto log = dir.path() / "store.db-wal";
    {
      Session store(dir.path(), keys_of(1), Session::Make::yes);
      store.write("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
      store.write("INSERT INTO t VALUES(2)");
    }
    const Bytes before = read_file(log);
    {
      Session store(dir.path(), keys_of(1));
      store.gate().acquire(1s);
      CHECK(checkpoint(store, mode) == SQLITE_OK);
      store.gate().release();
      store.write("INSERT INTO t VALUES(3)");
    }
    const Bytes after = read_file(log);
    // The salts of its header.
    CHECK_FALSE(std::equal(after.begin() + 16, after.begin() + 24, before.begin() + 16));
    check_rows(dir.path(), "1,2,3\n");
  }
}

TEST_CASE(
    "the log does not begin again under a reader, and a checkpoint that waits for it says so") {
  TempDir dir;
  Session store(dir.path(), keys_of(1), Session::Make::yes);
  store.write("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  Session reader(dir.path(), keys_of(1));
  reader.exec("BEGIN");
  CHECK(reader.query("SELECT a FROM t") == "1\n");
  store.gate().acquire(1s);
  CHECK(checkpoint(store, SQLITE_CHECKPOINT_FULL) == SQLITE_OK);
  CHECK(checkpoint(store, SQLITE_CHECKPOINT_RESTART) == SQLITE_BUSY);
  store.gate().release();
  store.write("INSERT INTO t VALUES(2)");
  CHECK(reader.query("SELECT a FROM t") == "1\n");
  reader.exec("COMMIT");
  store.gate().acquire(1s);
  CHECK(checkpoint(store, SQLITE_CHECKPOINT_RESTART) == SQLITE_OK);
  store.gate().release();
  store.write("INSERT INTO t VALUES(3)");
  CHECK(reader.query("SELECT group_concat(a) FROM t") == "1,2,3\n");
  reader.close();
  store.close();
  check_rows(dir.path(), "1,2,3\n");
}

}  // namespace
}  // namespace pharmacy::db::test
