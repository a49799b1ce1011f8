// A store beyond 1 GiB, where SQLite's lock bytes lie in the middle of the file.
#include "support/sealed.h"

namespace pharmacy::db::test {

// A soak makes it 1.2 GiB, a run of the tests a few MB.
TEST_CASE("a large store is written, copied, read and checked, and the lock bytes have no page") {
  Trials trials("values of 4 MiB in a large store", 5, 300);
  constexpr std::uint64_t value_size = std::uint64_t{4} << 20;
  TempDir dir;
  {
    Session store(dir.path(), keys_of(1), Session::Make::yes);
    store.write("CREATE TABLE t(n INTEGER PRIMARY KEY, b BLOB)");
    trials.each([&](std::int64_t n, Random&) {
      store.write("INSERT INTO t VALUES(" + std::to_string(n) + ", zeroblob(" +
                  std::to_string(value_size) + "))");
    });
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 1s) == SQLITE_OK);
  }
  const auto file = dir.path() / "store.db";
  CHECK(fs::file_size(file) > static_cast<std::uint64_t>(trials.done()) * value_size);
  if (constexpr std::uint64_t locks = std::uint64_t{1} << 30; fs::file_size(file) > locks) {
    const OpenFile open{file};
    CHECK(open.bytes_at(locks, 4096) == Bytes(4096, 0));
    CHECK(open.bytes_at(locks + 4096, 4096) != Bytes(4096, 0));
  }
  Session store(dir.path(), keys_of(1));
  CHECK(store.query("SELECT count(*) || ' ' || sum(length(b)) FROM t") ==
        std::to_string(trials.done()) + " " +
            std::to_string(static_cast<std::uint64_t>(trials.done()) * value_size) + "\n");
  CHECK(store.query("PRAGMA integrity_check") == "ok\n");
  CHECK(find_rot(store.db(), store.gate(), 1s).empty());
}

}  // namespace pharmacy::db::test
