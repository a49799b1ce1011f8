// Errors from below the seal are passed on: never swallowed, never taken for damage.
#include "db/fault_vfs.h"
#include "db/sealed_support.h"

namespace pharmacy::db::test {
namespace {

// Opens the store and commits three rows, one with a spill, with a checkpoint between. Counts
// in `acknowledged` the commits that were reported done. Says damage, if any was reported.
std::optional<std::string> work(const fs::path& directory, int& acknowledged) {
  Gate gate(directory / "store.lock", "test");
  SealedOptions options{.path = directory / "store.db", .lower_vfs = fault_vfs_name()};
  std::unique_ptr<sqlite3, void (*)(sqlite3*)> db(nullptr, close_sealed);
  try {
    db.reset(open_sealed(options, keys_of(1), gate));
  } catch (const Error& error) {
    if (error.code() == Errc::damaged) return error.what();
    return std::nullopt;
  }
  const auto run = [&](const char* sql) {
    return sqlite3_exec(db.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  };
  gate.acquire(1s);
  run("PRAGMA cache_size=5");
  for (int i = 0; i < 3 && !damage_of(db.get()); ++i) {
    const bool done = run("BEGIN IMMEDIATE") && run("INSERT INTO t(b) VALUES(zeroblob(30000))") &&
                      run("UPDATE t SET b = zeroblob(30001) WHERE a = (SELECT max(a) FROM t)") &&
                      advance_commit_number(db.get()) == SQLITE_OK && run("COMMIT");
    if (done) ++acknowledged;
    if (sqlite3_get_autocommit(db.get()) == 0) run("ROLLBACK");
    if (i == 1) checkpoint_all(db.get(), gate, 0ms);
  }
  run("SELECT sum(length(b)) FROM t");
  gate.release();
  return damage_of(db.get());
}

// Every k-th call of the kind fails, until there is no k-th call any more.
void sweep(Fault fault) {
  TempDir dir;
  {
    Session store(dir.path(), keys_of(1), Session::Make::yes);
    store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB)");
  }
  int acknowledged = 0, k = 1;
  for (bool went_on = true; went_on; ++k) {
    CAPTURE(k);
    fault.k = k;
    set_fault(fault);
    const auto damage = work(dir.path(), acknowledged);
    went_on = fault_met();
    set_fault({});
    CHECK_FALSE(damage.has_value());
    Session store(dir.path(), keys_of(1));
    const int rows = std::stoi(store.query("SELECT count(*) FROM t WHERE length(b) = 30001"));
    // A commit that failed in its fsync may have happened.
    CHECK(rows >= acknowledged);
    CHECK(rows <= acknowledged + 3);
    CHECK(store.query("SELECT count(*) FROM t WHERE length(b) <> 30001") == "0\n");
    acknowledged = rows;
    if (k % 8 == 0) {
      CHECK(store.query("PRAGMA integrity_check") == "ok\n");
      store.write("DELETE FROM t");
      acknowledged = 0;
    }
    REQUIRE(k < 2000);
  }
  MESSAGE("calls made to fail: " << k - 2);
  CHECK(k > 3);
}

TEST_CASE("each read fails once, or is short, and nothing is lost or called damaged") {
  Random random;
  SUBCASE("error") { sweep({.call = Call::read, .code = SQLITE_IOERR_READ}); }
  SUBCASE("short") {
    sweep({.call = Call::read,
           .code = SQLITE_IOERR_SHORT_READ,
           .short_by = static_cast<int>(1 + random.below(4095))});
  }
}

TEST_CASE("each write fails, once or for good") {
  SUBCASE("error") { sweep({.call = Call::write, .code = SQLITE_IOERR_WRITE}); }
  SUBCASE("disk full from then on") {
    sweep({.call = Call::write, .code = SQLITE_FULL, .for_good = true});
  }
}

TEST_CASE("each sync, truncation, question for the size or lock fails") {
  SUBCASE("sync") { sweep({.call = Call::sync, .code = SQLITE_IOERR_FSYNC}); }
  SUBCASE("truncation") { sweep({.call = Call::truncate, .code = SQLITE_IOERR_TRUNCATE}); }
  SUBCASE("size") { sweep({.call = Call::size, .code = SQLITE_IOERR_FSTAT}); }
  SUBCASE("lock") { sweep({.call = Call::shm_lock, .code = SQLITE_IOERR_SHMLOCK}); }
}

}  // namespace
}  // namespace pharmacy::db::test
