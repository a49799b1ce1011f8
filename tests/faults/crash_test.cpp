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
  Trials trials("commits that another process sees", 500, 2'000);
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
  const auto is_missed = [&](int number) {
    write_number(ask[1], number);
    return read_number(answer[0]) != number;
  };
  int last = 0;
  trials.each([&](std::int64_t, Random&) {
    store.write("INSERT INTO t VALUES(" + std::to_string(++last) + ")");
    if (is_missed(last)) trials.tally("missed");
  });
  CHECK(trials.tallied("missed") == 0);
  // The control: one that is not on file yet.
  store.gate().acquire(1s);
  store.exec("BEGIN IMMEDIATE; INSERT INTO t VALUES(" + std::to_string(last + 1) + ")");
  CHECK(is_missed(last + 1));
  store.exec("ROLLBACK");
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

  // What a store shows that is opened with this log: the number of the last commit.
  static constexpr int refused = -1, never_was = -2;
  int state_with(const Bytes& changed) {
    fs::create_directories(copy());
    fs::remove(copy() / "store.db-shm");
    write_file(copy() / "store.db", database);
    write_file(copy() / "store.db-wal", changed);
    try {
      Session store(copy(), keys);
      if (store.query("SELECT count(*) FROM sqlite_schema") == "0\n") return 0;
      const auto last = store.query("SELECT coalesce(max(a), 0) FROM t");
      const auto whole = store.query("SELECT count(*) FROM t WHERE b = printf('%.3000c', 'x')");
      return whole == last ? std::stoi(last) : never_was;
    } catch (const Error& error) {
      CHECK(error.code() == Errc::damaged);
      return refused;
    }
  }
  // The same in a word; it must be "earlier".
  std::string fate_of(const Bytes& changed) {
    const int state = state_with(changed);
    return state >= newest      ? "unnoticed"
           : state == never_was ? "wrong"
           : state == refused   ? "refused"
                                : "earlier";
  }
  // Such a log with another commit, which changes what those before it wrote.
  Bytes log_of_another_commit() {
    REQUIRE(state_with(log) == commits);
    Session store(copy(), keys);
    store.write("UPDATE t SET b = replace(b, 'xx', 'xy') WHERE a = 2");
    store.close();
    return read_file(copy() / "store.db-wal");
  }

  static constexpr int commits = 5;
  StoreKeys keys = keys_of(1);
  Bytes log;
  Bytes database;

 protected:
  [[nodiscard]] fs::path made() const { return dir_.path() / "made"; }
  int newest = commits;

 private:
  [[nodiscard]] fs::path copy() const { return dir_.path() / "copy"; }
  struct Made : TempDir {
    Made() { fs::create_directory(path() / "made"); }
  } dir_;
};

constexpr std::size_t frame = 4160, log_header = 32, last_frames = 3 * frame;

Bytes log_cut_to(const FiveCommits& store, std::size_t size) {
  return {store.log.begin(), store.log.begin() + static_cast<std::ptrdiff_t>(size)};
}

Bytes log_with_bit(const FiveCommits& store, std::size_t bit) {
  Bytes log = store.log;
  log[bit / 8] ^= static_cast<unsigned char>(1u << bit % 8);
  return log;
}

void check_all_earlier(const Trials& trials) { CHECK(trials.tallied("earlier") == trials.done()); }

TEST_CASE("a log cut anywhere in its last frames opens an earlier commit") {
  FiveCommits store;
  REQUIRE(store.state_with(store.log) == FiveCommits::commits);
  Trials trials("lengths of a log", 150, last_frames);
  trials.each([&](std::int64_t number, Random&) {
    trials.tally(store.fate_of(
        log_cut_to(store, store.log.size() - last_frames + static_cast<std::size_t>(number))));
  });
  check_all_earlier(trials);
}

TEST_CASE("a log cut near the edges of its last frames opens an earlier commit") {
  FiveCommits store;
  constexpr std::size_t near = 10, edges = 3;
  Trials trials("lengths of a log near its frames' edges", edges * 2 * near, edges * 2 * near);
  trials.each([&](std::int64_t number, Random&) {
    const auto edge = static_cast<std::size_t>(number) / (2 * near) * frame;
    const auto size = store.log.size() - edge - 1 - static_cast<std::size_t>(number) % (2 * near);
    trials.tally(store.fate_of(log_cut_to(store, size)));
  });
  check_all_earlier(trials);
}

TEST_CASE("a bit flipped anywhere in the log's header or last frames opens an earlier commit") {
  FiveCommits store;
  Trials trials("bits of a log", 250, (log_header + last_frames) * 8);
  trials.each([&](std::int64_t number, Random&) {
    auto bit = static_cast<std::size_t>(number);
    if (bit >= log_header * 8) bit += (store.log.size() - last_frames - log_header) * 8;
    trials.tally(store.fate_of(log_with_bit(store, bit)));
  });
  check_all_earlier(trials);
}

TEST_CASE("a bit flipped in a frame further back opens an earlier commit") {
  FiveCommits store;
  Trials trials("bits of a whole log", 60, 20'000);
  trials.each([&](std::int64_t, Random& random) {
    const auto bits = static_cast<std::uint32_t>(store.log.size() * 8);
    trials.tally(store.fate_of(log_with_bit(store, random.below(bits))));
  });
  check_all_earlier(trials);
}

TEST_CASE("a log whose change is not noticed, or that shows what never was, is found out") {
  FiveCommits store;
  CHECK(store.fate_of(log_cut_to(store, store.log.size() - 1)) == "earlier");
  // A bit that is of no frame, as of a reader who does not look at the frame it is in.
  Bytes log = store.log;
  log.push_back(1);
  CHECK(store.fate_of(log) == "unnoticed");
  CHECK(store.fate_of(store.log_of_another_commit()) == "wrong");
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

// The same with as many commits more, which begin the log again: the file has those before.
class TwoLogs : public FiveCommits {
 public:
  TwoLogs() : older{log} {
    Session store(made(), keys);
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 0s) == SQLITE_OK);
    store.gate().release();
    for (newest = commits + 1; newest < 2 * commits; ++newest) insert(store);
    insert(store);
    store.close();
    log = read_file(made() / "store.db-wal");
    database = read_file(made() / "store.db");
  }
  [[nodiscard]] static std::size_t frames_of(const Bytes& file) {
    return (file.size() - log_header) / frame;
  }
  // The newer log with a frame of another file in the place of one of its own.
  [[nodiscard]] Bytes planted(const Bytes& from, std::size_t which, std::size_t at) const {
    Bytes changed = log;
    const auto begin = from.begin() + static_cast<std::ptrdiff_t>(log_header + which * frame);
    std::copy_n(begin, frame,
                changed.begin() + static_cast<std::ptrdiff_t>(log_header + at * frame));
    return changed;
  }

  const Bytes older;

 private:
  void insert(Session& store) const {
    store.write("INSERT INTO t VALUES(" + std::to_string(newest) + ", printf('%.3000c', 'x'))");
  }
};

TEST_CASE("a frame of an older log planted in the log opens an earlier commit") {
  TwoLogs store;
  REQUIRE(store.state_with(store.log) == 2 * FiveCommits::commits);
  const std::size_t from = TwoLogs::frames_of(store.older), to = TwoLogs::frames_of(store.log);
  const auto pairs = static_cast<std::int64_t>(from * to);
  Trials trials("frames of an older log", 60, pairs);
  trials.each([&](std::int64_t number, Random&) {
    const auto pair = static_cast<std::size_t>(number);
    const auto changed = store.planted(store.older, pair / to, pair % to);
    // The file has what the older log had: nothing before that is shown any more.
    CHECK(store.state_with(changed) >= FiveCommits::commits);
    trials.tally(store.fate_of(changed));
  });
  check_all_earlier(trials);
  for (std::size_t at = 0; at < to; ++at)
    CHECK(store.fate_of(store.planted(store.log, at, at)) == "unnoticed");
}

TEST_CASE("an older log beside a newer file is refused, or opens what the file has") {
  TwoLogs store;
  const int state = store.state_with(store.older);
  CHECK((state == FiveCommits::refused || state == FiveCommits::commits));
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
      CHECK(store.fate_of(log) == "earlier");
    }
}

}  // namespace
}  // namespace pharmacy::db::test
