// What SQLite's index of the log shows of what is stored.
#include "support/leak.h"

#include <algorithm>

#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

TEST_CASE("the checksum in the index of the log gives no secret away") {
  TempDir dir;
  { Session store(dir.path(), keys_of(1), Session::Make::yes); }
  const OpenFile log(dir.path() / "store.db-wal"), index(dir.path() / "store.db-shm");
  Session store(dir.path(), keys_of(1));
  store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, pin TEXT)");
  store.gate().acquire(1s);
  REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
  store.gate().release();
  store.write("INSERT INTO t VALUES(1, 'pin 6042')");

  auto frames = frames_of(store.db());
  REQUIRE(frames.size() == 2);
  // The control: the attack works for whoever knows every byte.
  CHECK(candidates(frames, "pin 6042", log.bytes(), index.bytes()) == 1);
  for (Frame& frame : frames) {
    if (!is_first_page(frame)) continue;
    CHECK(std::count(frame.begin() + spare_begin, frame.begin() + spare_end, 0) < 10);
    std::fill(frame.begin() + spare_begin, frame.begin() + spare_end,
              static_cast<unsigned char>(0));
  }
  CHECK(candidates(frames, "pin 6042", log.bytes(), index.bytes()) == 0);
}

TEST_CASE("what hides the secret is drawn anew by each connection, and never twice the same") {
  TempDir dir;
  { Session store(dir.path(), keys_of(1), Session::Make::yes); }
  std::vector<Bytes> seen;
  for (int opening = 0; opening < 4; ++opening) {
    Session store(dir.path(), keys_of(1));
    if (opening == 0) store.write("CREATE TABLE t(a)");
    store.write("INSERT INTO t VALUES(1)");
    for (const Frame& frame : frames_of(store.db())) {
      if (is_first_page(frame))
        seen.emplace_back(frame.begin() + spare_begin, frame.begin() + spare_end);
    }
  }
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
  CHECK(seen.size() == 4);
}

}  // namespace
}  // namespace pharmacy::db::test
