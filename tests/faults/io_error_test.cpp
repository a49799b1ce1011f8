// Errors from below the seal are passed on: never swallowed, never taken for damage.
#include "db/database.h"
#include "db/transaction.h"
#include "support/fault_vfs.h"
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

// What is taken for done.
enum class Taken { commits, attempts };

// Opens the store and commits three rows, one with a spill, with a checkpoint between. Counts
// in `acknowledged` the commits that were reported done. Says damage, if any was reported.
std::optional<std::string> work(const fs::path& directory, int& acknowledged, Taken taken) {
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
    if (done || taken == Taken::attempts) ++acknowledged;
    if (sqlite3_get_autocommit(db.get()) == 0) run("ROLLBACK");
    if (i == 1) checkpoint_all(db.get(), gate, 0ms);
  }
  run("SELECT sum(length(b)) FROM t");
  gate.release();
  return damage_of(db.get());
}

// A store on which the work is done over and over, with a fault each time.
class Victim {
 public:
  explicit Victim(Taken taken = Taken::commits) : taken_{taken} {
    Session store(dir_.path(), keys_of(1), Session::Make::yes);
    store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB)");
  }

  // Says damage, if any was reported.
  std::optional<std::string> work_under(const Fault& fault) {
    set_fault(fault);
    const auto damage = work(dir_.path(), acknowledged_, taken_);
    met = fault_met();
    calls = fault_calls();
    set_fault({});
    return damage;
  }
  // Whether all is there that was taken for done.
  bool has_all() {
    Session store(dir_.path(), keys_of(1));
    const int rows = std::stoi(store.query("SELECT count(*) FROM t WHERE length(b) = 30001"));
    const bool has_all = rows >= acknowledged_;
    // A commit that failed in its fsync may have happened.
    CHECK(rows <= acknowledged_ + 3);
    CHECK(store.query("SELECT count(*) FROM t WHERE length(b) <> 30001") == "0\n");
    acknowledged_ = rows;
    if (++checks_ % 8 == 0) {
      CHECK(store.query("PRAGMA integrity_check") == "ok\n");
      store.write("DELETE FROM t");
      acknowledged_ = 0;
    }
    return has_all;
  }
  // Zeros in the file where a short read would leave them in what was read.
  void make_short(std::size_t missing) const {
    {
      Session store(dir_.path(), keys_of(1));
      store.gate().acquire(1s);
      REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
    }
    Bytes file = read_file(dir_.path() / "store.db");
    std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(2 * 4096 - missing), missing,
                static_cast<unsigned char>(0));
    write_file(dir_.path() / "store.db", file);
  }

  bool met = false;  // the fault
  int calls = 0;     // of its kind

 private:
  Taken taken_;
  TempDir dir_;
  int acknowledged_ = 0, checks_ = 0;
};

// Every k-th call of the kind fails, until there is no k-th call any more; there are so many at
// least. How often something that was taken for done is lost.
int lost_in_sweep(Fault fault, Taken taken, int least) {
  Victim victim{taken};
  int lost = 0, k = 1;
  for (bool went_on = true; went_on; ++k) {
    CAPTURE(k);
    fault.k = k;
    CHECK_FALSE(victim.work_under(fault).has_value());
    went_on = victim.met;
    if (!victim.has_all()) ++lost;
    REQUIRE(k < 2000);
  }
  MESSAGE("calls made to fail: " << k - 2);
  CHECK(k - 2 >= least);
  return lost;
}

void sweep(const Fault& fault, int least = 2) {
  CHECK(lost_in_sweep(fault, Taken::commits, least) == 0);
}

TEST_CASE("a commit that failed and is taken for done is found lost") {
  CHECK(lost_in_sweep({.call = Call::sync, .code = SQLITE_IOERR_FSYNC}, Taken::attempts, 2) > 0);
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

TEST_CASE("a read that is short by any number of bytes loses nothing and is not called damage") {
  Victim victim;
  Fault fault{.call = Call::read, .k = 1'000'000, .code = SQLITE_IOERR_SHORT_READ};
  REQUIRE_FALSE(victim.work_under(fault).has_value());
  const auto reads = static_cast<std::uint32_t>(victim.calls);
  Trials trials("bytes that a read is short by", 30, 4'095);
  trials.each([&](std::int64_t number, Random& random) {
    fault.short_by = static_cast<int>(number + 1);
    fault.k = static_cast<int>(1 + random.below(reads));
    CHECK_FALSE(victim.work_under(fault).has_value());
    if (victim.met) trials.tally("met");
    CHECK(victim.has_all());
  });
  CHECK(trials.tallied("met") * 2 > trials.done());
}

TEST_CASE("what is short in the file itself is called damage") {
  Victim victim;
  REQUIRE_FALSE(victim.work_under({}).has_value());
  victim.make_short(100);
  CHECK(victim.work_under({}).has_value());
}

TEST_CASE("each write fails, once or for good") {
  SUBCASE("error") { sweep({.call = Call::write, .code = SQLITE_IOERR_WRITE, .tears = true}); }
  SUBCASE("disk full from then on") {
    sweep({.call = Call::write, .code = SQLITE_FULL, .for_good = true, .tears = true});
  }
}

TEST_CASE("the disk is gone from some call on") {
  sweep({.call = Call::any, .code = SQLITE_IOERR, .for_good = true});
}

TEST_CASE("each opening of a file of the store, lock of it or unlocking fails, once or for good") {
  const bool for_good = Random{}.one_in(2);
  CAPTURE(for_good);
  SUBCASE("opening") { sweep({.call = Call::open, .code = SQLITE_CANTOPEN, .for_good = for_good}); }
  SUBCASE("lock") {
    sweep({.call = Call::main_lock, .code = SQLITE_IOERR_LOCK, .for_good = for_good}, 1);
  }
  SUBCASE("unlocking") {
    sweep({.call = Call::main_unlock, .code = SQLITE_IOERR_UNLOCK, .for_good = for_good}, 1);
  }
}

TEST_CASE("each sync, truncation, question for the size, lock of the index or mapping fails") {
  SUBCASE("sync") { sweep({.call = Call::sync, .code = SQLITE_IOERR_FSYNC}); }
  SUBCASE("truncation") { sweep({.call = Call::truncate, .code = SQLITE_IOERR_TRUNCATE}); }
  SUBCASE("size") { sweep({.call = Call::size, .code = SQLITE_IOERR_FSTAT}); }
  SUBCASE("lock") { sweep({.call = Call::shm_lock, .code = SQLITE_IOERR_SHMLOCK}); }
  SUBCASE("mapping") { sweep({.call = Call::shm_map, .code = SQLITE_IOERR_SHMMAP}); }
}

// A connection of the library's on a store of one row, over the VFS that fails.
class FaultyDatabase {
 public:
  FaultyDatabase() : gate_{dir_.path() / "store.lock", "test"} {
    Session made(dir_.path(), keys_of(1), Session::Make::yes);
    made.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT); INSERT INTO t VALUES(1, 'x')");
    made.close();
    gate_.acquire(1s);
    database_ = std::make_unique<Database>(open_sealed(options(), keys_of(1), gate_));
  }
  [[nodiscard]] SealedOptions options() const {
    return {.path = dir_.path() / "store.db", .lower_vfs = fault_vfs_name()};
  }
  Database& operator*() const { return *database_; }
  Gate& gate() { return gate_; }

  // The code of the Error with which a change ends, if it does.
  std::optional<Errc> insert(int key) const {
    try {
      WriteScope change{*database_};
      database_->run("INSERT INTO t VALUES(?1, 'y')", std::int64_t{key});
      change.commit();
    } catch (const Error& error) {
      return error.code();
    }
    return std::nullopt;
  }

 private:
  TempDir dir_;
  Gate gate_;
  std::unique_ptr<Database> database_;
};

TEST_CASE("a failure from below is remembered until the next transaction, and no longer") {
  FaultyDatabase faulty;
  sqlite3* db = (*faulty).handle();
  set_fault({.call = Call::read, .k = 1, .code = SQLITE_IOERR_READ});
  CHECK(sqlite3_exec(db, "SELECT * FROM t", nullptr, nullptr, nullptr) == SQLITE_IOERR_READ);
  CHECK(io_error_of(db) == SQLITE_IOERR_READ);
  set_fault({});
  CHECK(sqlite3_exec(db, "SELECT * FROM t", nullptr, nullptr, nullptr) == SQLITE_OK);
  CHECK(io_error_of(db) == SQLITE_OK);
}

TEST_CASE("what is wrong after a failure of the disk is called by its own name") {
  const FaultyDatabase faulty;
  CHECK(faulty.insert(1) == Errc::conflict);
  set_fault({.call = Call::sync, .k = 1, .code = SQLITE_IOERR_FSYNC});
  CHECK(faulty.insert(2) == Errc::io);
  set_fault({});
  CHECK(faulty.insert(1) == Errc::conflict);
  CHECK(faulty.insert(3) == std::nullopt);
}

TEST_CASE("a search for rot that cannot read ends with the error, and with its own snapshot") {
  FaultyDatabase faulty;
  sqlite3* db = (*faulty).handle();
  const auto looking = [&] { return find_rot(db, faulty.gate(), 1s); };
  REQUIRE(looking().empty());
  for (const int k : {1, 2, 3, 4}) {
    CAPTURE(k);
    set_fault({.call = Call::read, .k = k, .code = SQLITE_IOERR_READ});
    CHECK(code_of(looking) == Errc::io);
    CHECK(fault_met());
    CHECK(sqlite3_get_autocommit(db) != 0);
  }
  // A snapshot that was there before is not ended, unless SQLite does it.
  set_fault({});
  {
    const ReadScope snapshot{*faulty};
    set_fault({.call = Call::read, .k = 1, .code = SQLITE_IOERR_READ});
    CHECK(code_of(looking) == Errc::io);
    set_fault({});
    CHECK(sqlite3_get_autocommit(db) == 0);
    CHECK(looking().empty());
    CHECK(sqlite3_get_autocommit(db) == 0);
  }
}

TEST_CASE("a checkpoint after a commit that fails is told of, and the commit stays") {
  FaultyDatabase faulty;
  Database& database = *faulty;
  {
    WriteScope change{database};
    for (int i = 0; i < 80; ++i) database.run("INSERT INTO t(b) VALUES(printf('%.4000c', 'x'))");
    change.commit();
  }
  set_fault({.call = Call::sync, .k = 1, .code = SQLITE_IOERR_FSYNC});
  CHECK(checkpoint_if_long(database.handle(), faulty.gate()) == SQLITE_IOERR_FSYNC);
  set_fault({});
  CHECK(database.value<std::int64_t>("SELECT count(*) FROM t") == 81);
}

TEST_CASE("a snapshot whose first look fails leaves no transaction open") {
  FaultyDatabase faulty;
  // Not an error after which SQLite rolls back by itself.
  set_fault({.call = Call::shm_lock, .k = 1, .code = SQLITE_PROTOCOL});
  CHECK(code_of([&] { const ReadScope snapshot{*faulty}; }) == Errc::busy);
  CHECK(fault_met());
  set_fault({});
  CHECK(sqlite3_get_autocommit((*faulty).handle()) != 0);
  const ReadScope snapshot{*faulty};
  CHECK((*faulty).value<std::int64_t>("SELECT count(*) FROM t") == 1);
}

TEST_CASE("an index of the log that can only be read is an error of the disk, and no damage") {
  FaultyDatabase faulty;
  for (const int code : {SQLITE_READONLY, SQLITE_READONLY_CANTINIT}) {
    CAPTURE(code);
    set_fault({.call = Call::shm_map, .k = 1, .code = code});
    CHECK(code_of([&] {
            close_sealed(open_sealed(faulty.options(), keys_of(1), faulty.gate()));
          }) == Errc::io);
    CHECK(fault_met());
  }
  set_fault({});
  CHECK((*faulty).value<std::int64_t>("SELECT count(*) FROM t") == 1);
}

TEST_CASE("whoever does not get at the index of the log in time is told that others are busy") {
  FaultyDatabase faulty;
  const Fault late{.call = Call::shm_lock, .k = 1, .code = SQLITE_PROTOCOL};
  set_fault(late);
  CHECK(code_of([&] { (*faulty).value<std::int64_t>("SELECT count(*) FROM t"); }) == Errc::busy);
  set_fault(late);
  CHECK(code_of([&] { close_sealed(open_sealed(faulty.options(), keys_of(1), faulty.gate())); }) ==
        Errc::busy);
  set_fault({});
}

}  // namespace
}  // namespace pharmacy::db::test
