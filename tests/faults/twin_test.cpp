// A sealed store and a plain twin take the same random transactions.
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

class Twins {
 public:
  Twins(std::uint32_t steps, Random& random) : steps_(steps), random_(random) {
    REQUIRE(sqlite3_open(":memory:", &plain_) == SQLITE_OK);
    open(Session::Make::yes);
    sealed_->write(schema);
    exec_plain(schema);
  }
  ~Twins() { sqlite3_close(plain_); }
  Twins(const Twins&) = delete;
  Twins& operator=(const Twins&) = delete;

  void run() {
    for (std::uint32_t step = 0; step < steps_; ++step) {
      CAPTURE(step);
      transaction();
      if (random_.below(10) == 0) compare();
      if (random_.below(12) == 0) empty_log();
      // Whoever opens the store alone recovers the log.
      if (random_.below(4) == 0) open(Session::Make::no);
    }
    open(Session::Make::no);
    compare();
    CHECK(sealed_->query("PRAGMA integrity_check") == "ok\n");
    CHECK(find_rot(sealed_->db(), sealed_->gate(), 1s).empty());
  }

  [[nodiscard]] std::uint32_t refused() const { return refused_; }

 private:
  static constexpr const char* schema =
      "CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB, c INT); CREATE INDEX t_c ON t(c, b);"
      "CREATE TABLE u(a TEXT PRIMARY KEY) WITHOUT ROWID";

  void open(Session::Make make) {
    sealed_.reset();
    sealed_ = std::make_unique<Session>(dir_.path(), keys_, make);
    // A small cache spills pages into the log before the commit.
    sealed_->exec("PRAGMA cache_size=" + std::to_string(5 + random_.below(20)));
  }

  void exec_plain(const std::string& sql) {
    REQUIRE(sqlite3_exec(plain_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  }

  void both(const std::string& sql) {
    sealed_->exec(sql);
    exec_plain(sql);
  }

  std::string number(std::uint32_t limit) { return std::to_string(random_.below(limit)); }

  void change() {
    const std::string from = number(400), to = std::to_string(400 - random_.below(300));
    switch (random_.below(6)) {
      case 0:
        return both("REPLACE INTO t SELECT value, hex(zeroblob(" + number(3000) +
                    ")), value % 7 "
                    "FROM (WITH RECURSIVE n(value) AS (SELECT " +
                    from +
                    " UNION ALL SELECT "
                    "value + 1 FROM n WHERE value < " +
                    from + " + " + number(60) + ") SELECT value FROM n)");
      case 1:
        return both("UPDATE t SET c = c + 1, b = b || '" + number(1000000) +
                    "' WHERE a % 3 = " + number(3));
      case 2:
        return both("DELETE FROM t WHERE a BETWEEN " + from + " AND " + from + " + " + number(50));
      case 3:
        return both("INSERT OR IGNORE INTO u VALUES(printf('%." + number(900) + "c', 'x') || '" +
                    number(5000) + "')");
      case 4:
        return both("UPDATE t SET b = zeroblob(" + number(20000) + ") WHERE a = " + from);
      default:
        return both("DELETE FROM u WHERE length(a) > " + to);
    }
  }

  void transaction() {
    sealed_->gate().acquire(1s);
    both("BEGIN IMMEDIATE");
    std::uint32_t depth = 0;
    for (std::uint32_t i = random_.below(12); i > 0; --i) {
      switch (random_.below(6)) {
        case 0:
          both("SAVEPOINT s" + std::to_string(depth++));
          break;
        case 1:
          if (depth == 0) break;
          depth = random_.below(depth) + 1;  // those made after it are gone
          both("ROLLBACK TO s" + std::to_string(depth - 1));
          break;
        case 2:
          if (depth > 0) both("RELEASE s" + std::to_string(--depth));
          break;
        default:
          change();
      }
    }
    if (random_.below(6) == 0) {
      both("ROLLBACK");
    } else {
      REQUIRE(advance_commit_number(sealed_->db()) == SQLITE_OK);
      // Some commits SQLite writes so that it would not find them again; the log refuses those.
      const int rc = sealed_->try_exec("COMMIT");
      if (rc != SQLITE_OK) {
        CHECK(rc == SQLITE_IOERR);
        CHECK_FALSE(may_have_committed(sealed_->db()));
        ++refused_;
      }
      exec_plain(rc == SQLITE_OK ? "COMMIT" : "ROLLBACK");
      REQUIRE(checkpoint_if_long(sealed_->db(), sealed_->gate()) == SQLITE_OK);
    }
    sealed_->gate().release();
  }

  void empty_log() {
    sealed_->gate().acquire(1s);
    CHECK(checkpoint_all(sealed_->db(), sealed_->gate(), 0s) == SQLITE_OK);
    sealed_->gate().release();
  }

  void compare() {
    for (const char* sql : {"SELECT a || ':' || c || ':' || hex(b) FROM t ORDER BY a",
                            "SELECT c || ':' || length(b) FROM t INDEXED BY t_c ORDER BY c, b",
                            "SELECT a FROM u ORDER BY a"}) {
      CAPTURE(sql);
      std::string expected;
      const auto add = [](void* to, int, char** columns, char**) {
        static_cast<std::string*>(to)->append(columns[0]).append("\n");
        return 0;
      };
      REQUIRE(sqlite3_exec(plain_, sql, add, &expected, nullptr) == SQLITE_OK);
      CHECK((sealed_->query(sql) == expected));
    }
  }

  std::uint32_t steps_;
  std::uint32_t refused_ = 0;
  Random& random_;
  TempDir dir_;
  StoreKeys keys_ = keys_of(3);
  std::unique_ptr<Session> sealed_;
  sqlite3* plain_ = nullptr;
};

TEST_CASE(
    "random transactions with savepoints, spills, checkpoints and reopenings leave the same "
    "as in plain SQLite") {
  Trials trials("twin of plain SQLite, 40 transactions", 4, 20'000);
  trials.each([&](std::int64_t, Random& random) {
    Twins twins(40, random);
    twins.run();
    trials.tally("commits refused", twins.refused());
  });
  CHECK(trials.tallied("commits refused") <= trials.done() * 10);
}

TEST_CASE("a transaction that spills and updates the same rows twice keeps the last state") {
  TempDir dir;
  {
    Session store(dir.path(), keys_of(1), Session::Make::yes);
    store.exec("PRAGMA cache_size=10");
    store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)");
    store.write(
        "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE "
        "i < 3000) SELECT i, printf('%.200c', 'a') FROM n");
    store.write("UPDATE t SET b = printf('%.200c', 'b'); UPDATE t SET b = printf('%.199c', 'c')");
    // No checkpoint: the next one recovers the log with its rewritten checksums.
  }
  Session store(dir.path(), keys_of(1));
  CHECK(store.query("SELECT count(*), min(b), max(b) FROM t WHERE b = printf('%.199c', 'c')") ==
        "3000\n");
  CHECK(store.query("PRAGMA integrity_check") == "ok\n");
}

// A small change, then a large one that is taken back to a savepoint, then the commit.
struct TakenBack {
  bool in_empty_log;
  std::string rows;   // that were there before
  std::string large;  // the change
};
const std::string tables =
    "CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB, c INT); CREATE INDEX t_c ON t(c, b);"
    "CREATE TABLE u(a TEXT PRIMARY KEY) WITHOUT ROWID;";
const std::string before_savepoint = "INSERT INTO u VALUES('x'); SAVEPOINT s;";

// SQL that replaces the rows `from` to `to`.
std::string replacing(int from, int to, int size) {
  return "REPLACE INTO t SELECT value, hex(zeroblob(" + std::to_string(size) +
         ")), value % 7 FROM (WITH RECURSIVE n(value) AS (SELECT " + std::to_string(from) +
         " UNION ALL SELECT value + 1 FROM n WHERE value < " + std::to_string(to) +
         ") SELECT value FROM n);";
}

// Whether plain SQLite finds such a commit again after a crash.
bool plain_finds_it_again(const TakenBack& how) {
  TempDir dir;
  const auto exec = [](sqlite3* db, const std::string& sql) {
    REQUIRE(sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  };
  sqlite3* db = nullptr;
  REQUIRE(sqlite3_open((dir.path() / "a.db").c_str(), &db) == SQLITE_OK);
  exec(db, "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=5");
  exec(db, tables + how.rows);
  if (how.in_empty_log) exec(db, "PRAGMA wal_checkpoint(TRUNCATE)");
  exec(db, "BEGIN IMMEDIATE;" + before_savepoint + how.large + "ROLLBACK TO s; COMMIT");
  REQUIRE(in_child([&] {
    fs::copy_file(dir.path() / "a.db", dir.path() / "b.db");
    fs::copy_file(dir.path() / "a.db-wal", dir.path() / "b.db-wal");
    return true;
  }));
  sqlite3_close(db);
  REQUIRE(sqlite3_open((dir.path() / "b.db").c_str(), &db) == SQLITE_OK);
  int rows = 0;
  const auto count = [](void* to, int, char**, char**) { return ++*static_cast<int*>(to), 0; };
  REQUIRE(sqlite3_exec(db, "SELECT a FROM u", count, &rows, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  return rows == 1;
}

TEST_CASE("a commit after a savepoint was taken back is found again, or not made") {
  TempDir dir;
  TakenBack how;
  SUBCASE("in a log that goes on") {
    how = {
        .in_empty_log = false,
        .rows = replacing(1, 60, 500),
        .large = replacing(20, 60, 1500) + "UPDATE t SET c = c + 1, b = b || '1' WHERE a % 3 = 1;"};
  }
  SUBCASE("in a log that begins with it") {
    how = {.in_empty_log = true, .rows = "", .large = replacing(1, 20, 1481)};
  }
  {
    Session store(dir.path(), keys_of(1), Session::Make::yes);
    store.write(tables + how.rows);
    store.gate().acquire(1s);
    if (how.in_empty_log) REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
  }
  bool is_made = false;
  {
    Session store(dir.path(), keys_of(1));
    store.exec("PRAGMA cache_size=5");
    is_made = store.write([&] {
      store.exec(before_savepoint);
      store.exec(how.large + "ROLLBACK TO s");
    }) == SQLITE_OK;
    CHECK_FALSE(damage_of(store.db()).has_value());
    CHECK(may_have_committed(store.db()) == is_made);
    // The connection goes on either way.
    store.write("INSERT INTO u VALUES('y')");
  }
  // SQLite 3.40.1 does not find it, and then loses what comes after it too.
  CHECK(is_made == plain_finds_it_again(how));
  Session store(dir.path(), keys_of(1));
  CHECK(store.query("SELECT a FROM u ORDER BY a") == (is_made ? "x\ny\n" : "y\n"));
  CHECK(store.query("PRAGMA integrity_check") == "ok\n");
}

}  // namespace
}  // namespace pharmacy::db::test
