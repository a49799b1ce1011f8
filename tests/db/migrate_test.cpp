#include "db/migrate.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "database_support.h"
#include "support/child.h"

namespace pharmacy::db::test {

static std::string schema_text(Database& database) {
  std::string all;
  auto statement = database.prepare(
      "SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name");
  statement.bind();
  while (statement.step()) {
    all += statement.get<std::string>(0) + " " + statement.get<std::string>(1) + " " +
           statement.get<std::string>(2) + "\n";
  }
  return all;
}

TEST_CASE("the numbered files follow each other without a gap") {
  REQUIRE_FALSE(migrations().empty());
  std::int64_t expected = 0;
  for (const auto& migration : migrations()) {
    CHECK(migration.version == ++expected);
    CHECK_FALSE(migration.sql.empty());
  }
}

TEST_CASE("a new store gets the whole schema once, and a second time nothing") {
  SealedDatabase database;
  CHECK(schema_of(*database) == 0);
  migrate(*database);
  CHECK(schema_of(*database) == newest_schema());
  const auto text = schema_text(*database);
  CHECK(text.find("CREATE TABLE member") != std::string::npos);
  migrate(*database);
  CHECK(schema_text(*database) == text);
}

TEST_CASE("a store of every older schema becomes the same as a new one") {
  SealedDatabase fresh;
  migrate(*fresh);
  for (std::int64_t old = 1; old < newest_schema(); ++old) {
    SealedDatabase database;
    database.write([&](Database& db) {
      for (const auto& migration : migrations()) {
        if (migration.version <= old) db.run_script(std::string{migration.sql});
      }
      db.run_script("PRAGMA user_version = " + std::to_string(old));
    });
    migrate(*database);
    CHECK(schema_text(*database) == schema_text(*fresh));
  }
}

TEST_CASE("a store of a newer schema is refused and left as it is") {
  SealedDatabase database;
  const auto newer = newest_schema() + 1;
  database.write(
      [&](Database& db) { db.run_script("PRAGMA user_version = " + std::to_string(newer)); });
  CHECK(code_of([&] { migrate(*database); }) == Errc::no_store);
  CHECK(schema_of(*database) == newer);
  CHECK(schema_text(*database).empty());
}

TEST_CASE("a store whose records refer to what is gone is not migrated") {
  SealedDatabase database;
  sqlite3_db_config(database->handle(), SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
  database.write([](Database& db) {
    db.run_script(
        "CREATE TABLE owner(id INTEGER PRIMARY KEY);"
        "CREATE TABLE owned(id INTEGER PRIMARY KEY, owner INTEGER REFERENCES owner(id));"
        "INSERT INTO owned VALUES(1, 7)");
  });
  sqlite3_db_config(database->handle(), SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  const auto before = schema_text(*database);
  CHECK(code_of([&] { migrate(*database); }) == Errc::damaged);
  CHECK(schema_of(*database) == 0);
  CHECK(schema_text(*database) == before);
  database.write([](Database& db) { db.run("INSERT INTO owner VALUES(7)"); });
  migrate(*database);
  CHECK(schema_of(*database) == newest_schema());
}

namespace {

// Keeps processes waiting until all are there.
class Meeting {
 public:
  explicit Meeting(int processes) : missing_{processes} {
    REQUIRE(::pipe2(come_.data(), O_CLOEXEC) == 0);
    REQUIRE(::pipe2(go_.data(), O_CLOEXEC) == 0);
  }
  ~Meeting() {
    for (const int fd : {come_[0], come_[1], go_[0], go_[1]}) ::close(fd);
  }
  Meeting(const Meeting&) = delete;
  Meeting& operator=(const Meeting&) = delete;

  // In each process.
  void wait() const {
    char byte = 0;
    PHARMACY_CHECK(::write(come_[1], &byte, 1) == 1 && ::read(go_[0], &byte, 1) == 1);
  }
  // In the one that started them.
  void open_to_all() const {
    char byte = 0;
    for (int i = 0; i < missing_; ++i) REQUIRE(::read(come_[0], &byte, 1) == 1);
    for (int i = 0; i < missing_; ++i) REQUIRE(::write(go_[1], &byte, 1) == 1);
  }

 private:
  int missing_;
  std::array<int, 2> come_{}, go_{};
};

constexpr int programs = 6;

using Migrate = void (*)(Database& database, Gate& gate, const Meeting& meeting);

void as_the_library(Database& database, Gate& gate, const Meeting& meeting) {
  meeting.wait();
  const GateHold hold{gate, 30s};
  migrate(database);
}

// What was seen before the lock is believed under it.
void without_a_second_look(Database& database, Gate& gate, const Meeting& meeting) {
  // A table that is there already is a broken promise, which is wanted here, and not shown.
  ::close(STDERR_FILENO);
  ::signal(SIGABRT, [](int) { pharmacy::test::end_child(1); });
  const std::int64_t seen = schema_of(database);
  meeting.wait();
  const GateHold hold{gate, 30s};
  WriteScope write{database};
  for (const auto& migration : migrations())
    if (migration.version > seen) database.run_script(std::string{migration.sql});
  database.run_script("PRAGMA user_version = " + std::to_string(newest_schema()));
  write.commit();
}

// An empty store of a schema of its first files.
void make_older(const fs::path& directory, std::int64_t version) {
  // In a child, so that nothing of SQLite is inherited by those that migrate.
  REQUIRE(in_child([&] {
    Gate gate{directory / "store.lock", "create"};
    gate.acquire(5s);
    Database database{create_sealed({.path = directory / "store.db"}, keys_of(1), gate)};
    WriteScope write{database};
    for (const auto& migration : migrations())
      if (migration.version <= version) database.run_script(std::string{migration.sql});
    database.run_script("PRAGMA user_version = " + std::to_string(version));
    write.commit();
    return true;
  }));
}

// How many of six that migrate the store at once come through it.
int come_through(const fs::path& directory, Migrate how) {
  const Meeting meeting{programs};
  std::vector<pid_t> children;
  for (int i = 0; i < programs; ++i) {
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      bool ok = false;
      try {
        Gate gate{directory / "store.lock", "migrate"};
        Database database{open_sealed({.path = directory / "store.db"}, keys_of(1), gate)};
        how(database, gate, meeting);
        ok = schema_of(database) == newest_schema();
      } catch (...) {
      }
      pharmacy::test::end_child(ok ? 0 : 1);
    }
    children.push_back(pid);
  }
  meeting.open_to_all();
  int through = 0;
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    if (status == 0) ++through;
  }
  return through;
}

}  // namespace

TEST_CASE("six programs that migrate at once apply every file once") {
  for (std::int64_t version = 0; version < newest_schema(); ++version) {
    CAPTURE(version);
    const TempDir directory;
    make_older(directory.path(), version);
    CHECK(come_through(directory.path(), as_the_library) == programs);
  }
}

TEST_CASE("of six that do not look again under the lock all but one fail") {
  const TempDir directory;
  make_older(directory.path(), 0);  // the first files make tables, which nobody can twice
  CHECK(come_through(directory.path(), without_a_second_look) == 1);
}

}  // namespace pharmacy::db::test
