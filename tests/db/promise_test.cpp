// What a caller may never do: the program ends at once, and says where.
#include "database_support.h"
#include "db/failure.h"
#include "db/vfs.h"
#include "pharmacy/visits.h"
#include "support/child.h"
#include "support/errors.h"

namespace pharmacy::db::test {
namespace {

using pharmacy::test::breaks_a_promise;

TEST_CASE("a promise that is kept ends nothing") {
  CHECK_FALSE(breaks_a_promise([] {}));
  CHECK_FALSE(breaks_a_promise([] { throw Error(Errc::io, "told"); }));
}

TEST_CASE("the gate is taken once, and held by whoever writes") {
  SealedDatabase database;
  sqlite3* const db = database->handle();
  CHECK(breaks_a_promise([&] {
    Gate gate(database.directory() / "other.lock", "test");
    gate.acquire(1s);
    gate.acquire(1s);
  }));
  CHECK(breaks_a_promise([&] {
    Gate gate(database.directory() / "other.lock", "test");
    create_sealed({.path = database.directory() / "other.db"}, keys_of(1), gate);
  }));
  // The child's gate is not held: it let go of it when it began.
  CHECK(breaks_a_promise([&] { checkpoint_if_long(db, database.gate()); }));
  CHECK(breaks_a_promise([&] { checkpoint_all(db, database.gate(), 0ms); }));
  CHECK(breaks_a_promise([&] {
    Gate other(database.directory() / "other.lock", "test");
    other.acquire(1s);
    checkpoint_if_long(db, other);
  }));
}

TEST_CASE("commits and checkpoints are for sealed stores") {
  sqlite3* plain = nullptr;
  REQUIRE(sqlite3_open(":memory:", &plain) == SQLITE_OK);
  CHECK(breaks_a_promise([&] { advance_commit_number(plain); }));
  CHECK(breaks_a_promise([&] {
    const TempDir dir;
    Gate gate(dir.path() / "store.lock", "test");
    gate.acquire(1s);
    checkpoint_if_long(plain, gate);
  }));
  sqlite3_close(plain);
}

TEST_CASE("a thread opens one store at a time, above a VFS that there is") {
  TempDir dir;
  Gate gate(dir.path() / "store.lock", "test");
  const SealedOptions options{.path = dir.path() / "store.db"};
  const SealedOptions unknown{.path = dir.path() / "store.db", .lower_vfs = "no such"};
  const StoreKeys keys = keys_of(1);
  CHECK(breaks_a_promise([&] {
    const OpenRequest first(options, keys, gate);
    const OpenRequest second(options, keys, gate);
  }));
  CHECK(breaks_a_promise([&] { const OpenRequest request(unknown, keys, gate); }));
}

TEST_CASE("statements get the parameters that they name, and give the types that they have") {
  SealedDatabase database;
  Database& db = *database;
  const auto ends = [&](auto&& body) { return breaks_a_promise(body); };
  CHECK(ends([&] { db.run("CREATE TABLE t(a)", std::int64_t{1}); }));
  CHECK(ends([&] { db.run("SELECT 1"); }));
  CHECK(ends([&] { db.run("SELECT FROM WHERE"); }));
  CHECK(code_of([&] { db.value<ReceiptKind>("SELECT 'no such word'"); }) == Errc::damaged);
  CHECK(ends([&] {
    auto statement = db.prepare("SELECT ?1");
    detail::bind_integer(sqlite3_next_stmt(db.handle(), nullptr), 2, 1);
  }));
}

// Whoever has the keys of a store can make tables of her own in it.
TEST_CASE("a value of another type than its column's, and a table that is not there, are damage") {
  SealedDatabase database;
  Database& db = *database;
  using pharmacy::test::code_of;
  CHECK(code_of([&] { db.value<std::int64_t>("SELECT 'x'"); }) == Errc::damaged);
  CHECK(code_of([&] { db.value<std::string>("SELECT 1"); }) == Errc::damaged);
  CHECK(code_of([&] { db.value<Bytes>("SELECT 'x'"); }) == Errc::damaged);
  CHECK(code_of([&] { db.value<std::int64_t>("SELECT 1 FROM nowhere"); }) == Errc::damaged);
  CHECK_FALSE(code_of([&] { db.value<std::int64_t>("SELECT 1"); }).has_value());
}

}  // namespace
}  // namespace pharmacy::db::test
