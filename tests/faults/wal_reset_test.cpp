// SQLite before 3.51.3 loses commits when another connection begins the log again between two
// steps of a checkpoint. The gate keeps the other out.
#include <utility>

#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

// SQLite calls xUnfetch between those two steps, of a VFS of version 3; the sealed one is of
// version 2, so one connection's main file is given other methods here.
std::function<void()> between_the_steps;
sqlite3_io_methods with_hook;

void hook_into(sqlite3* db) {
  sqlite3_file* file = nullptr;
  REQUIRE(sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK);
  with_hook = *file->pMethods;
  with_hook.iVersion = 3;
  with_hook.xFetch = [](sqlite3_file*, sqlite3_int64, int, void** at) {
    *at = nullptr;
    return SQLITE_OK;
  };
  with_hook.xUnfetch = [](sqlite3_file*, sqlite3_int64, void*) {
    if (auto hook = std::exchange(between_the_steps, nullptr)) hook();
    return SQLITE_OK;
  };
  file->pMethods = &with_hook;
}

struct Outcome {
  bool reached = false;  // the moment between the steps
  int acknowledged = 0;
  int found = 0;  // -1: the store does not open
};

// A writer tries to commit in the middle of another's checkpoint. The two share the gate, or
// each has one of its own.
Outcome commit_inside_a_checkpoint(const std::string& lock_of_writer) {
  TempDir dir;
  const auto keys = keys_of(1);
  Outcome outcome;
  {
    Session checkpointer(dir.path(), keys, Session::Make::yes);
    checkpointer.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB)");
    const auto insert = [&](Session& store) {
      return store.write([&] { store.exec("INSERT INTO t(b) VALUES(zeroblob(20000))"); }, false);
    };
    Session writer(dir.path(), keys, Session::Make::no, {}, lock_of_writer);
    for (int i = 0; i < 5; ++i) outcome.acknowledged += insert(writer) == SQLITE_OK;
    writer.gate().acquire(1s);
    REQUIRE(sqlite3_wal_checkpoint_v2(writer.db(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                      nullptr) == SQLITE_OK);
    writer.gate().release();

    hook_into(checkpointer.db());
    between_the_steps = [&] {
      outcome.reached = true;
      try {
        writer.gate().acquire(0ms);
      } catch (const Error& error) {
        CHECK(error.code() == Errc::busy);
        return;
      }
      writer.gate().release();
      outcome.acknowledged +=
          writer.write([&] { writer.exec("INSERT INTO t(b) VALUES(x'01')"); }, false) == SQLITE_OK;
    };
    checkpointer.gate().acquire(1s);
    sqlite3_wal_checkpoint_v2(checkpointer.db(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr,
                              nullptr);
    checkpointer.gate().release();
    outcome.acknowledged +=
        writer.write([&] { writer.exec("INSERT INTO t(b) VALUES(x'02')"); }, false) == SQLITE_OK;
    checkpointer.gate().acquire(1s);
    checkpoint_all(checkpointer.db(), checkpointer.gate(), 0ms);
    checkpointer.gate().release();
  }
  try {
    Session store(dir.path(), keys);
    outcome.found = std::stoi(store.query("SELECT count(*) FROM t"));
  } catch (const Error&) {
    outcome.found = -1;
  }
  return outcome;
}

TEST_CASE("a writer inside another's checkpoint is kept out by the gate, and nothing is lost") {
  const Outcome outcome = commit_inside_a_checkpoint("store.lock");
  CHECK(outcome.reached);
  CHECK(outcome.acknowledged == 6);
  CHECK(outcome.found == outcome.acknowledged);
}

TEST_CASE("without a common gate the same loses acknowledged commits" *
          doctest::skip(sqlite3_libversion_number() >= 3051003)) {
  const Outcome outcome = commit_inside_a_checkpoint("other.lock");
  CHECK(outcome.reached);
  CHECK(outcome.acknowledged == 7);
  CHECK(outcome.found < outcome.acknowledged);
}

}  // namespace
}  // namespace pharmacy::db::test
