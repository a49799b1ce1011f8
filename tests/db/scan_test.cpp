// Looking for rot in a store that others go on using.
#include <algorithm>
#include <thread>

#include "support/fault_vfs.h"
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

// Looks for rot in a thread of its own, while `meanwhile` happens between its two looks: the gate
// is held by another until then.
Rot rot_around(const fs::path& directory, Session& holder, const std::function<void()>& meanwhile) {
  holder.gate().acquire(1s);
  Rot rot;
  std::thread looking([&] {
    Session checker(directory, keys_of(1));
    rot = rot_of(checker, 20s);
  });
  std::this_thread::sleep_for(400ms);
  meanwhile();
  holder.gate().release();
  looking.join();
  return rot;
}

TEST_CASE("what was rotten for a moment alone is not told of") {
  const Scanned scanned;
  { Session(scanned.path(), keys_of(1)).write("INSERT INTO t VALUES(2)"); }
  const OpenFile log(scanned.path() / "store.db-wal");
  // The transaction is page 1, which whoever opens the store reads, and page 2.
  constexpr std::uint64_t in_frame_2 = 32 + 4160 + 1000;
  Session holder(scanned.path(), keys_of(1));
  REQUIRE(holder.query("SELECT count(*) FROM t") == "2\n");
  scanned.harm_page(2);
  log.poke(in_frame_2);
  SUBCASE("it is mended") {
    CHECK(rot_around(scanned.path(), holder, [&] {
            scanned.harm_page(2);
            log.poke(in_frame_2);
          }).empty());
  }
  SUBCASE("the log is gone with its frame") {
    CHECK(rot_around(scanned.path(), holder, [&] {
            log.poke(in_frame_2);
            REQUIRE(checkpoint_all(holder.db(), holder.gate(), 1s) == SQLITE_OK);
          }).empty());
  }
  SUBCASE("the control: nothing happens") {
    const Rot rot = rot_around(scanned.path(), holder, [] {});
    CHECK(rot.frames == std::vector<std::uint32_t>{2});
    CHECK(rot.pages == std::vector<std::uint32_t>{2});
  }
}

TEST_CASE("a rotten frame supplies no page") {
  const Scanned scanned;
  Session store(scanned.path(), keys_of(1));
  store.write("INSERT INTO t VALUES(2)");
  const auto frames = (fs::file_size(scanned.path() / "store.db-wal") - 32) / 4160;
  const OpenFile log(scanned.path() / "store.db-wal");
  for (std::uint64_t frame = 0; frame < frames; ++frame) log.poke(32 + frame * 4160 + 1000);
  scanned.harm_page(2);
  const Rot rot = rot_of(store);
  CHECK(rot.frames.size() == frames);
  CHECK(rot.pages == std::vector<std::uint32_t>{2});
}

TEST_CASE("a store can be looked over inside a transaction, which goes on") {
  const Scanned scanned;
  Session store(scanned.path(), keys_of(1));
  store.exec("BEGIN");
  CHECK(store.query("SELECT count(*) FROM t") == "1\n");
  CHECK(rot_of(store).empty());
  scanned.harm_page(2);
  CHECK(rot_of(store).pages == std::vector<std::uint32_t>{2});
  CHECK(sqlite3_get_autocommit(store.db()) == 0);
  store.exec("COMMIT");
}

TEST_CASE("a look at what failed that cannot read ends with the error, and lets the gate go") {
  const Scanned scanned;
  Session store(scanned.path(), keys_of(1), Session::Make::no,
                {.path = {}, .lower_vfs = fault_vfs_name()});
  scanned.harm_page(2);
  int k = 1;
  for (;; ++k) {
    CAPTURE(k);
    set_fault({.call = Call::read, .k = k, .code = SQLITE_IOERR_READ});
    const auto code = code_of([&] { rot_of(store); });
    if (!fault_met()) break;
    CHECK(code == Errc::io);
    CHECK_FALSE(store.gate().held());
    CHECK(sqlite3_get_autocommit(store.db()) != 0);
  }
  set_fault({});
  CHECK(k > 3);  // pages 1 and 2, and page 2 again
  CHECK(rot_of(store).pages == std::vector<std::uint32_t>{2});
}

TEST_CASE("of rot without end a thousand pages are told, and a thousand frames") {
  TempDir dir;
  constexpr std::uint32_t rotten = 1050;
  Session store(dir.path(), keys_of(1), Session::Make::yes);
  REQUIRE(
      store.write([&] { store.exec("CREATE TABLE t(a); INSERT INTO t VALUES(zeroblob(4500000))"); },
                  false) == SQLITE_OK);
  std::vector<std::uint32_t> first_thousand(1000);
  SUBCASE("frames") {
    store.close();
    const OpenFile log(dir.path() / "store.db-wal");
    Session checker(dir.path(), keys_of(1));
    for (std::uint64_t frame = 0; frame < rotten; ++frame) log.poke(32 + frame * 4160 + 1000);
    std::ranges::generate(first_thousand, [n = 0U]() mutable { return ++n; });
    CHECK((rot_of(checker).frames == first_thousand));
  }
  SUBCASE("pages") {
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 1s) == SQLITE_OK);
    store.close();
    const OpenFile file(dir.path() / "store.db");
    Session checker(dir.path(), keys_of(1));
    for (std::uint64_t page = 2; page < rotten; ++page) file.poke((page - 1) * page_bytes + 1000);
    std::ranges::generate(first_thousand, [n = 1U]() mutable { return ++n; });
    CHECK((rot_of(checker).pages == first_thousand));
  }
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
