// Processes that die, and logs that are cut.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

using Make = Session::Make;

// Reads one number from a pipe; -1 at its end.
int read_number(int fd) {
  int number = -1;
  return ::read(fd, &number, sizeof number) == sizeof number ? number : -1;
}
void write_number(int fd, int number) {
  REQUIRE(::write(fd, &number, sizeof number) == sizeof number);
}

TEST_CASE("after kill -9 every acknowledged commit is there, and at most one more") {
  Random random;
  TempDir dir;
  const auto keys = keys_of(1);
  {
    Session store(dir.path(), keys, Make::yes);
    store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)");
  }
  int last_known = 0;
  for (int round = 0; round < 20; ++round) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      Session store(dir.path(), keys);
      store.exec("PRAGMA cache_size=10");
      for (int i = last_known + 1;; ++i) {
        store.write("INSERT INTO t VALUES(" + std::to_string(i) + ", printf('%." +
                    std::to_string(i * 37 % 20000) + "c', 'x'))");
        write_number(ends[1], i);
      }
    }
    ::close(ends[1]);
    usleep(10'000 + random.below(60'000));
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    int acknowledged = last_known;
    for (int number = read_number(ends[0]); number >= 0; number = read_number(ends[0]))
      acknowledged = number;
    ::close(ends[0]);

    Session store(dir.path(), keys);
    const int found = std::stoi(store.query("SELECT coalesce(max(a), 0) FROM t"));
    CHECK(found >= acknowledged);
    CHECK(found <= acknowledged + 1);
    CHECK(store.query("SELECT count(*) FROM t") == std::to_string(found) + "\n");
    CHECK(store.query("PRAGMA integrity_check") == "ok\n");
    last_known = found;
  }
  CHECK(last_known > 0);
}

TEST_CASE("another process sees each commit at once") {
  TempDir dir;
  const auto keys = keys_of(1);
  {
    Session store(dir.path(), keys, Make::yes);
    store.write("CREATE TABLE t(a INTEGER PRIMARY KEY); INSERT INTO t VALUES(0)");
  }
  constexpr int commits = 500;
  std::array<int, 2> ask{}, answer{};
  REQUIRE(pipe(ask.data()) == 0);
  REQUIRE(pipe(answer.data()) == 0);
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::close(ask[1]);
    Session store(dir.path(), keys);
    while (read_number(ask[0]) >= 0)
      write_number(answer[1], std::stoi(store.query("SELECT max(a) FROM t")));
    _exit(0);
  }
  ::close(ask[0]);
  Session store(dir.path(), keys);
  int missed = 0;
  for (int i = 1; i <= commits; ++i) {
    store.write("INSERT INTO t VALUES(" + std::to_string(i) + ")");
    write_number(ask[1], i);
    if (read_number(answer[0]) != i) ++missed;
  }
  CHECK(missed == 0);
  ::close(ask[1]);
  waitpid(pid, nullptr, 0);
  ::close(answer[0]);
  ::close(answer[1]);
}

// A store of five small commits, all in the log.
class FiveCommits {
 public:
  FiveCommits() {
    Session store(dir_.path() / "made", keys, Make::yes);
    store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT)");
    for (int i = 1; i <= commits; ++i)
      store.write("INSERT INTO t VALUES(" + std::to_string(i) + ", printf('%.3000c', 'x'))");
    store.close();
    log = read_file(made() / "store.db-wal");
    database = read_file(made() / "store.db");
  }

  // Opens the store with this log. The number of the last commit that it shows; -1 if it is
  // refused as damaged. Anything but one of the states that there were fails the test.
  int state_with(const Bytes& changed) {
    fs::create_directories(copy());
    fs::remove(copy() / "store.db-shm");
    write_file(copy() / "store.db", database);
    write_file(copy() / "store.db-wal", changed);
    try {
      Session store(copy(), keys);
      if (store.query("SELECT count(*) FROM sqlite_schema") == "0\n") return 0;
      const int last = std::stoi(store.query("SELECT coalesce(max(a), 0) FROM t"));
      CHECK(store.query("SELECT count(*) FROM t WHERE b = printf('%.3000c', 'x')") ==
            std::to_string(last) + "\n");
      return last;
    } catch (const Error& error) {
      CHECK(error.code() == Errc::damaged);
      return -1;
    }
  }

  static constexpr int commits = 5;
  StoreKeys keys = keys_of(1);
  Bytes log;
  Bytes database;

 private:
  [[nodiscard]] fs::path made() const { return dir_.path() / "made"; }
  [[nodiscard]] fs::path copy() const { return dir_.path() / "copy"; }
  struct Made : TempDir {
    Made() { fs::create_directory(path() / "made"); }
  } dir_;
};

constexpr std::size_t frame = 4160;

TEST_CASE("a log cut anywhere in its last frames opens an earlier commit") {
  Random random;
  FiveCommits store;
  REQUIRE(store.state_with(store.log) == FiveCommits::commits);
  const std::size_t from = store.log.size() - 3 * frame;
  int earlier = 0;
  // All cuts near a frame's edges, some of the rest.
  for (std::size_t size = from; size < store.log.size(); ++size) {
    const std::size_t in_frame = (size - 32) % frame;
    if (in_frame > 70 && in_frame < frame - 10 && random.below(60) != 0) continue;
    CAPTURE(size);
    const int state = store.state_with(
        Bytes(store.log.begin(), store.log.begin() + static_cast<std::ptrdiff_t>(size)));
    CHECK(state >= 0);
    CHECK(state < FiveCommits::commits);
    ++earlier;
  }
  CHECK(earlier > 200);
}

TEST_CASE("a byte changed anywhere in the log opens an earlier commit") {
  Random random;
  FiveCommits store;
  int tried = 0;
  const auto flip = [&](std::size_t at) {
    CAPTURE(at);
    Bytes log = store.log;
    log[at] = static_cast<unsigned char>(log[at] ^ 1u << random.below(8));
    const int state = store.state_with(log);
    CHECK(state >= 0);
    CHECK(state < FiveCommits::commits);
    ++tried;
  };
  for (std::size_t at = 0; at < 32; ++at) flip(at);
  for (std::size_t at = store.log.size() - frame; at < store.log.size(); ++at)
    if ((at - 32) % frame < 64 || random.below(40) == 0) flip(at);
  for (int i = 0; i < 100; ++i) flip(random.below(static_cast<std::uint32_t>(store.log.size())));
  CHECK(tried > 250);
}

TEST_CASE("garbage and frames of an older generation after the log change nothing") {
  Random random;
  FiveCommits store;
  Bytes log = store.log;
  for (int i = 0; i < 10000; ++i) log.push_back(static_cast<unsigned char>(random.below(256)));
  CHECK(store.state_with(log) == FiveCommits::commits);
  log = store.log;
  log.insert(log.end(), store.log.begin() + 32, store.log.end());
  CHECK(store.state_with(log) == FiveCommits::commits);
}

TEST_CASE("frames exchanged within the log open an earlier commit") {
  FiveCommits store;
  const std::size_t frames = (store.log.size() - 32) / frame;
  for (std::size_t a = 0; a < frames; ++a)
    for (std::size_t b = 0; b < a; ++b) {
      CAPTURE(a);
      CAPTURE(b);
      Bytes log = store.log;
      std::swap_ranges(log.begin() + static_cast<std::ptrdiff_t>(32 + a * frame),
                       log.begin() + static_cast<std::ptrdiff_t>(32 + (a + 1) * frame),
                       log.begin() + static_cast<std::ptrdiff_t>(32 + b * frame));
      const int state = store.state_with(log);
      CHECK(state >= 0);
      CHECK(state < FiveCommits::commits);
    }
}

}  // namespace
}  // namespace pharmacy::db::test
