#include "db/migrate.h"

#include <sys/wait.h>
#include <unistd.h>

#include "database_support.h"

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

// Opens the store in this process, migrates it, and says whether that went well.
static bool migrate_once(const fs::path& directory) {
  Gate gate{directory / "store.lock", "migrate"};
  gate.acquire(30s);
  Database database{open_sealed({.path = directory / "store.db"}, keys_of(1), gate)};
  migrate(database);
  return schema_of(database) == newest_schema();
}

TEST_CASE("six programs that migrate at once apply every file once") {
  const TempDir directory;
  // Made in a child, so that nothing of SQLite is inherited by the six.
  REQUIRE(in_child([&] {
    Gate gate{directory.path() / "store.lock", "create"};
    gate.acquire(5s);
    close_sealed(create_sealed({.path = directory.path() / "store.db"}, keys_of(1), gate));
    return true;
  }));
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      bool ok = false;
      try {
        ok = migrate_once(directory.path());
      } catch (...) {
      }
      ::_exit(ok ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  CHECK(migrate_once(directory.path()));
}

}  // namespace pharmacy::db::test
