// Looking for rot in a store that others go on using.
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

constexpr std::uint64_t page_bytes = 4096;

// A store of two pages, both in the file, its log empty; and its file to do harm to.
class Scanned {
 public:
  Scanned() {
    Session made(dir_.path(), keys_of(1), Session::Make::yes);
    made.write("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
    made.gate().acquire(1s);
    REQUIRE(checkpoint_all(made.db(), made.gate(), 0s) == SQLITE_OK);
    made.close();
    file_ = std::make_unique<OpenFile>(dir_.path() / "store.db");
  }
  [[nodiscard]] const fs::path& path() const { return dir_.path(); }
  void harm_page(std::uint64_t number) const { file_->poke((number - 1) * page_bytes + 1000); }

 private:
  TempDir dir_;
  std::unique_ptr<OpenFile> file_;
};

Rot rot_of(Session& store, std::chrono::milliseconds wait = 1s) {
  return find_rot(store.db(), store.gate(), wait);
}

TEST_CASE("a sound store is checked beside a reader and a writer, and neither waits") {
  const Scanned scanned;
  Session reader(scanned.path(), keys_of(1)), writer(scanned.path(), keys_of(1));
  writer.write("INSERT INTO t VALUES(2)");
  reader.exec("BEGIN");
  CHECK(reader.query("SELECT count(*) FROM t") == "2\n");
  writer.gate().acquire(1s);
  writer.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES(3)");
  Session checker(scanned.path(), keys_of(1));
  CHECK(rot_of(checker, 0ms).empty());
  CHECK_FALSE(checker.gate().held());
  writer.exec("ROLLBACK");
}

TEST_CASE("what fails is looked at again with the gate held, and the gate is free afterwards") {
  const Scanned scanned;
  scanned.harm_page(2);
  Session other(scanned.path(), keys_of(1)), checker(scanned.path(), keys_of(1));
  other.gate().acquire(1s);
  CHECK(code_of([&] { rot_of(checker, 50ms); }) == Errc::busy);
  other.gate().release();
  CHECK(rot_of(checker).pages == std::vector<std::uint32_t>{2});
  CHECK_FALSE(checker.gate().held());
  other.gate().acquire(0ms);
}

TEST_CASE("a page that the log supplies is sound, one that readers find in the file is not") {
  const Scanned scanned;
  Session store(scanned.path(), keys_of(1));
  store.write("INSERT INTO t VALUES(2)");
  // As a crash inside a checkpoint leaves it.
  scanned.harm_page(2);
  CHECK(rot_of(store).empty());
  CHECK(store.query("SELECT count(*) FROM t") == "2\n");

  store.gate().acquire(1s);
  REQUIRE(sqlite3_wal_checkpoint_v2(store.db(), "main", SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                    nullptr) == SQLITE_OK);
  store.gate().release();
  CHECK(rot_of(store).empty());
  scanned.harm_page(2);
  CHECK(rot_of(store).pages == std::vector<std::uint32_t>{2});
  // It is so: the frame is still there, and nobody asks for it.
  Session reader(scanned.path(), keys_of(1));
  CHECK(reader.try_exec("SELECT count(*) FROM t") == SQLITE_IOERR_DATA);
}

TEST_CASE("after damage in one transaction the next names its own") {
  const Scanned scanned;
  Session store(scanned.path(), keys_of(1));
  scanned.harm_page(2);
  CHECK(store.try_exec("SELECT count(*) FROM t") == SQLITE_IOERR_DATA);
  CHECK(damage_of(store.db()) == "page 2 is damaged or was changed");
  scanned.harm_page(2);  // and back
  CHECK(store.query("SELECT count(*) FROM t") == "1\n");
  CHECK_FALSE(damage_of(store.db()).has_value());
}

}  // namespace
}  // namespace pharmacy::db::test
