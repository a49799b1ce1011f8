// A sealed store and a plain twin take the same random transactions.
#include "db/sealed_support.h"

namespace pharmacy::db::test {
namespace {

class Twins {
 public:
  explicit Twins(std::uint32_t steps) : steps_(steps) {
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
      if (random_.below(15) == 0) open(Session::Make::no);
    }
    open(Session::Make::no);
    compare();
    CHECK(sealed_->query("PRAGMA integrity_check") == "ok\n");
    CHECK(find_rot(sealed_->db(), sealed_->gate(), 1s).empty());
  }

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
      both("COMMIT");
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
  Random random_;
  TempDir dir_;
  StoreKeys keys_ = keys_of(3);
  std::unique_ptr<Session> sealed_;
  sqlite3* plain_ = nullptr;
};

TEST_CASE(
    "random transactions with savepoints, spills, checkpoints and reopenings leave the same "
    "as in plain SQLite") {
  Twins(80 * test_scale()).run();
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

}  // namespace
}  // namespace pharmacy::db::test
