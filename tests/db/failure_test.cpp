// What SQLite's result codes and what was found damaged are told as.
#include "db/failure.h"

#include <algorithm>
#include <map>
#include <new>

#include "database_support.h"
#include "db/connection.h"
#include "db/damage.h"
#include "db/version.h"

namespace pharmacy::db::test {
namespace {

using pharmacy::test::message_of;

// A database of SQLite's own.
class PlainDatabase {
 public:
  PlainDatabase() { REQUIRE(sqlite3_open(":memory:", &handle_) == SQLITE_OK); }
  ~PlainDatabase() { sqlite3_close(handle_); }
  PlainDatabase(const PlainDatabase&) = delete;
  PlainDatabase& operator=(const PlainDatabase&) = delete;
  [[nodiscard]] sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

struct Told {
  Errc code;
  std::string message;
};

const std::string unwritable = "the store cannot be written here";
const std::string unreadable = "reading or writing the store failed";
const std::string busy = "another program is changing the store";

const std::map<int, Told> tellings = {
    {SQLITE_BUSY, {Errc::busy, busy}},
    {SQLITE_BUSY_SNAPSHOT, {Errc::busy, busy}},
    {SQLITE_LOCKED, {Errc::busy, busy}},
    {SQLITE_PROTOCOL, {Errc::busy, busy}},
    {SQLITE_CORRUPT, {Errc::damaged, "the store is damaged"}},
    {SQLITE_NOTADB, {Errc::damaged, "the store is damaged"}},
    {SQLITE_FULL, {Errc::io, "the disk is full; nothing was written"}},
    {SQLITE_READONLY, {Errc::io, unwritable}},
    {SQLITE_READONLY_DBMOVED, {Errc::io, unwritable}},
    {SQLITE_CANTOPEN, {Errc::io, unwritable}},
    {SQLITE_PERM, {Errc::io, unwritable}},
    {SQLITE_IOERR_FSYNC, {Errc::io, unreadable}},
    {SQLITE_ABORT, {Errc::io, unreadable}},
    {SQLITE_TOOBIG, {Errc::invalid_input, "a text is too long to be stored"}},
};

TEST_CASE("each result code of SQLite is told as what it means") {
  const PlainDatabase plain;
  for (const auto& telling : tellings) {
    const int code = telling.first;
    const Told& told = telling.second;
    CAPTURE(code);
    const auto failing = [&] { throw_failure(plain.handle(), code); };
    CHECK(code_of(failing) == told.code);
    CHECK(message_of(failing) == told.message);
  }
  CHECK_THROWS_AS(throw_failure(plain.handle(), SQLITE_NOMEM), std::bad_alloc);
  CHECK_THROWS_AS(throw_failure(plain.handle(), SQLITE_IOERR_NOMEM), Error);
}

TEST_CASE("what the seal or the disk met is told in the place of the code that SQLite made of it") {
  SealedDatabase database;
  sqlite3* const db = database->handle();
  Connection* const connection = connection_of(db);
  for (const auto& telling : tellings) {
    const int code = telling.first;
    const Told& told = telling.second;
    CAPTURE(code);
    const auto message = [&] { return message_of([&] { throw_failure(db, code); }); };
    constexpr std::array from_below{SQLITE_ABORT, SQLITE_CANTOPEN, SQLITE_CORRUPT,
                                    SQLITE_FULL,  SQLITE_IOERR,    SQLITE_NOTADB};
    const bool may_be = std::ranges::find(from_below, code & 0xff) != from_below.end();
    CHECK(may_be_from_below(code) == may_be);
    connection->io_error = SQLITE_FULL;
    CHECK(message() == (may_be ? tellings.at(SQLITE_FULL).message : told.message));
    connection->damaged(Damage::Kind::page, 7);
    CHECK(message() == (may_be ? "page 7 is damaged or was changed" : told.message));
    connection->begin_reading();
    CHECK(message() == told.message);
  }
}

TEST_CASE("a refusal of the tables is told by its kind") {
  SealedDatabase database;
  database.write([](Database& db) {
    db.run_script(
        "CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT UNIQUE, c TEXT CHECK (c <> ''));"
        "CREATE TABLE bare(a TEXT);"
        "CREATE TRIGGER kept BEFORE DELETE ON t BEGIN SELECT raise(ABORT, 'kept'); END;"
        "INSERT INTO t VALUES(1, 'x', 'y'); INSERT INTO bare(rowid, a) VALUES(1, 'x');");
  });
  const auto refusal_of = [&](std::string_view sql) {
    return code_of([&] { database.write([&](Database& db) { db.run(sql); }); });
  };
  CHECK(refusal_of("INSERT INTO t VALUES(1, 'z', 'y')") == Errc::conflict);
  CHECK(refusal_of("INSERT INTO t VALUES(2, 'x', 'y')") == Errc::conflict);
  CHECK(refusal_of("INSERT INTO bare(rowid, a) VALUES(1, 'z')") == Errc::conflict);
  CHECK(refusal_of("DELETE FROM t") == Errc::refused);
  CHECK(refusal_of("INSERT INTO t VALUES(2, 'z', '')") == Errc::invalid_input);
  CHECK(code_of([&] {
          database.write([](Database& db) { db.run_script("INSERT INTO t VALUES(1, 'z', 'y')"); });
        }) == Errc::conflict);
  CHECK(database->value<std::int64_t>("SELECT count(*) FROM t") == 1);
  CHECK(database->value<std::int64_t>("SELECT count(*) FROM bare") == 1);
}

TEST_CASE("a text or a blob beyond the limit is refused before anything is stored") {
  SealedDatabase database;
  database.write([](Database& db) { db.run_script("CREATE TABLE t(a)"); });
  sqlite3_limit(database->handle(), SQLITE_LIMIT_LENGTH, 1000);
  const std::string text(1001, 'x');
  const Bytes blob(1001, 1);
  const auto storing = [&](const auto& value) {
    return
        [&] { database.write([&](Database& db) { db.run("INSERT INTO t VALUES(?1)", value); }); };
  };
  CHECK(code_of(storing(text)) == Errc::invalid_input);
  CHECK(message_of(storing(text)) == "a text is too long to be stored");
  CHECK(code_of(storing(blob)) == Errc::invalid_input);
  CHECK(database->value<std::int64_t>("SELECT count(*) FROM t") == 0);
}

TEST_CASE("a change whose transaction SQLite took back is not committed") {
  SealedDatabase database;
  database.write([](Database& db) {
    db.run_script("CREATE TABLE t(a INTEGER PRIMARY KEY); INSERT INTO t VALUES(1)");
  });
  CHECK(code_of([&] {
          database.write([](Database& db) {
            db.run("INSERT INTO t VALUES(2)");
            CHECK(code_of([&] { db.run("INSERT OR ROLLBACK INTO t VALUES(1)"); }) ==
                  Errc::conflict);
          });
        }) == Errc::io);
  CHECK(database->value<std::int64_t>("SELECT count(*) FROM t") == 1);
}

TEST_CASE("every kind of damage is described, with what to do") {
  struct Words {
    Damage::Kind kind;
    std::string description;
    std::string advice;
  };
  for (const auto& [kind, description, beginning] :
       {Words{Damage::Kind::page, "page 7 is damaged or was changed", "nothing can mend it"},
        Words{Damage::Kind::log_page, "frame 7 of the log is damaged or was changed",
              "nothing can mend it"},
        Words{Damage::Kind::foreign_log, "the log does not belong to this database",
              "files of two stores or of two times were mixed"},
        Words{Damage::Kind::other_file, "this database does not belong to the keyring beside it",
              "files of two stores or of two times were mixed"},
        Words{Damage::Kind::not_sealed, "this is not a sealed store", "give the directory"},
        Words{Damage::Kind::other_format, "this store has a format that this version does not know",
              "use the version of the programs that wrote it"}}) {
    CHECK(describe({kind, 7}) == description);
    CHECK(advice({kind, 7}).starts_with(beginning));
  }
}

TEST_CASE("the first damage is kept, but that of a log of another file comes before it") {
  SealedDatabase database;
  Connection* const connection = connection_of(database->handle());
  connection->damaged(Damage::Kind::page, 7);
  connection->damaged(Damage::Kind::log_page, 8);
  CHECK(damage_of(database->handle()) == "page 7 is damaged or was changed");
  connection->damaged(Damage::Kind::foreign_log);
  CHECK(damage_of(database->handle()) == "the log does not belong to this database");
}

TEST_CASE("a handle of another kind, or none, has nothing to tell") {
  const PlainDatabase plain;
  for (sqlite3* db : {plain.handle(), static_cast<sqlite3*>(nullptr)}) {
    CHECK(connection_of(db) == nullptr);
    CHECK_FALSE(damage_of(db).has_value());
    CHECK(io_error_of(db) == SQLITE_OK);
    CHECK_FALSE(may_have_committed(db));
  }
  CHECK_FALSE(has_moved(plain.handle()));
}

TEST_CASE("the version is that of the SQLite in use") {
  CHECK(std::string(engine_version()) == sqlite3_libversion());
}

}  // namespace
}  // namespace pharmacy::db::test
