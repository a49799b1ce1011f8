// Who waits for whom: writers for each other, and nobody for a reader.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

std::string count(const Session& store) { return store.query("SELECT count(*) FROM t"); }

// Another process that imports rows in one transaction, as many as it is told.
class Import {
 public:
  Import(const fs::path& directory, std::int64_t rows) : pid_{fork()} {
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) _exit(run(directory, rows) ? 0 : 1);
  }
  ~Import() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  Import(const Import&) = delete;
  Import& operator=(const Import&) = delete;

  bool is_under_way() {
    if (pid_ > 0 && waitpid(pid_, &status_, WNOHANG) == pid_) pid_ = 0;
    return pid_ > 0;
  }
  [[nodiscard]] bool succeeded() const { return pid_ == 0 && status_ == 0; }

 private:
  static bool run(const fs::path& directory, std::int64_t rows) {
    Session store(directory, keys_of(1));
    const auto insert =
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < " +
        std::to_string(rows) + ") INSERT INTO t SELECT n, printf('row %d of an import', n) FROM r";
    return store.write([&] { store.exec(insert); }) == SQLITE_OK;
  }

  pid_t pid_;
  int status_ = -1;
};

struct Place {
  TempDir dir;
  explicit Place(int rows) {
    Session store(dir.path(), keys_of(1), Session::Make::yes);
    store.write("CREATE TABLE t(n INTEGER, b TEXT)");
    for (int n = 0; n < rows; ++n) store.write("INSERT INTO t VALUES(0, 'before')");
  }
};

}  // namespace

TEST_CASE("readers do not wait for an import of a million rows, and see nothing before its end") {
  constexpr std::int64_t rows = 1'000'000;
  const Place place(3);
  Session reader(place.dir.path(), keys_of(1));
  Import import(place.dir.path(), rows);
  int looks = 0;
  while (import.is_under_way()) {
    const std::string seen = count(reader);
    REQUIRE((seen == "3\n" || seen == std::to_string(rows + 3) + "\n"));
    if (seen == "3\n") ++looks;
  }
  CHECK(import.succeeded());
  CHECK(count(reader) == std::to_string(rows + 3) + "\n");
  // Had they waited, there would be one or two.
  CHECK(looks > 100);
}

TEST_CASE("writers do not wait for a reader, however long its snapshot stays open") {
  Trials trials("commits beside an open snapshot", 1'500, 20'000);
  const Place place(3);
  Session reader(place.dir.path(), keys_of(1)), writer(place.dir.path(), keys_of(1));
  reader.exec("BEGIN");
  REQUIRE(count(reader) == "3\n");
  trials.each([&](std::int64_t n, Random&) {
    writer.write("INSERT INTO t VALUES(" + std::to_string(n) + ", 'meanwhile')");
  });
  CHECK(count(reader) == "3\n");
  reader.exec("COMMIT");
  CHECK(count(reader) == std::to_string(trials.done() + 3) + "\n");
}

TEST_CASE("after a checkpoint a connection waits as patiently as before") {
  const Place place(3);
  Session store(place.dir.path(), keys_of(1));
  store.gate().acquire(1s);
  REQUIRE(checkpoint_all(store.db(), store.gate(), 0ms) == SQLITE_OK);
  // With a gate of its own: as whoever rebuilds the index, it has SQLite's lock alone.
  Session other(place.dir.path(), keys_of(1), Session::Make::no, {}, "other.lock");
  other.gate().acquire(1s);
  other.exec("BEGIN IMMEDIATE");
  std::thread release([&] {
    std::this_thread::sleep_for(100ms);
    other.exec("ROLLBACK");
  });
  const int rc = store.try_exec("BEGIN IMMEDIATE");
  release.join();
  CHECK(rc == SQLITE_OK);
  store.try_exec("ROLLBACK");
}

TEST_CASE("a writer does wait for another's transaction") {
  const Place place(0);
  Session first(place.dir.path(), keys_of(1)), second(place.dir.path(), keys_of(1));
  first.gate().acquire(1s);
  CHECK(code_of([&] { second.gate().acquire(20ms); }) == Errc::busy);
  first.gate().release();
}

}  // namespace pharmacy::db::test
