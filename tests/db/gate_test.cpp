// The write gate.
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "support/errors.h"
#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

using Steady = std::chrono::steady_clock;
using pharmacy::test::message_of;

// A process that holds the gate until it is killed.
class HoldingProcess {
 public:
  explicit HoldingProcess(const fs::path& lock_file) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    pid_ = fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      Gate gate(lock_file, "visit buy");
      gate.acquire(1s);
      [[maybe_unused]] const auto told = ::write(ends[1], "x", 1);
      for (;;) pause();
    }
    char byte = 0;
    REQUIRE(::read(ends[0], &byte, 1) == 1);
    ::close(ends[0]);
    ::close(ends[1]);
  }
  ~HoldingProcess() { end(); }
  HoldingProcess(const HoldingProcess&) = delete;
  HoldingProcess& operator=(const HoldingProcess&) = delete;

  void end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
};

// Standard input is closed: the next file that is opened has the number 0.
class NoStandardInput {
 public:
  NoStandardInput() { ::close(STDIN_FILENO); }
  ~NoStandardInput() {
    if (kept_ >= 0) ::dup2(kept_, STDIN_FILENO);
    ::close(kept_);
  }
  NoStandardInput(const NoStandardInput&) = delete;
  NoStandardInput& operator=(const NoStandardInput&) = delete;
  [[nodiscard]] static bool is_taken() { return fcntl(STDIN_FILENO, F_GETFD) >= 0; }

 private:
  const int kept_ = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
};

TEST_CASE("whoever waits too long is told who holds the gate") {
  TempDir dir;
  const fs::path file = dir.path() / "store.lock";
  const HoldingProcess other(file);
  Gate gate(file, "member add");
  const auto begin = Steady::now();
  const std::string message = message_of([&] { gate.acquire(200ms); });
  const auto waited = Steady::now() - begin;
  CHECK(message ==
        "visit buy (process " + std::to_string(other.pid()) + ") is writing to the store");
  CHECK(waited >= 200ms);
  CHECK(waited < 2s);
  CHECK_FALSE(gate.held());
  CHECK(code_of([&] { gate.acquire(0ms); }) == Errc::busy);

  const auto holder = Gate::holder(file);
  REQUIRE(holder.has_value());
  CHECK(holder->pid == other.pid());
  CHECK(holder->program == "visit buy");
  CHECK_FALSE(holder->stopped);
  CHECK(std::abs(holder->since.seconds - system_clock_now().seconds) < 60);
}

TEST_CASE("a holder that is suspended is reported as such") {
  TempDir dir;
  const fs::path file = dir.path() / "store.lock";
  const HoldingProcess other(file);
  kill(other.pid(), SIGSTOP);
  int status = 0;
  waitpid(other.pid(), &status, WUNTRACED);
  Gate gate(file, "member add");
  CHECK(message_of([&] { gate.acquire(50ms); }) ==
        "visit buy (process " + std::to_string(other.pid()) +
            ") is writing to the store, and is suspended");
}

TEST_CASE("a program without standard input holds the gate, lets go, and is told who holds it") {
  TempDir dir;
  const fs::path file = dir.path() / "store.lock", taken = dir.path() / "taken.lock";
  const HoldingProcess other(taken);
  kill(other.pid(), SIGSTOP);
  int status = 0;
  waitpid(other.pid(), &status, WUNTRACED);

  std::optional<Gate::Holder> holder;
  bool is_left_open = true, is_held = false, is_kept_open = true;
  {
    const NoStandardInput none;
    holder = Gate::holder(taken);
    is_left_open = none.is_taken();
    auto gate = std::make_unique<Gate>(file, "member add");
    const mode_t mask = ::umask(0277);
    const auto error = code_of([&] { gate->acquire(0ms); });
    ::umask(mask);
    is_held = !error && gate->held() && none.is_taken();
    gate.reset();
    is_kept_open = none.is_taken();
  }
  REQUIRE(holder.has_value());
  CHECK(holder->stopped);
  CHECK_FALSE(is_left_open);
  CHECK(is_held);
  CHECK_FALSE(is_kept_open);
  CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("the gate is free at once when its holder dies") {
  TempDir dir;
  const fs::path file = dir.path() / "store.lock";
  HoldingProcess other(file);
  Gate gate(file, "member add");
  Steady::time_point death;
  std::thread killer([&] {
    std::this_thread::sleep_for(100ms);
    death = Steady::now();
    other.end();
  });
  gate.acquire(10s);
  const auto free = Steady::now();
  killer.join();
  CHECK(gate.held());
  CHECK(free - death < 1s);
  gate.release();
  CHECK_FALSE(gate.held());
}

TEST_CASE("a child does not keep the gate of its parent shut") {
  TempDir dir;
  const fs::path file = dir.path() / "store.lock";
  auto gate = std::make_unique<Gate>(file, "parent");
  gate->acquire(1s);
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    const char held = gate->held() ? 'y' : 'n';
    [[maybe_unused]] const auto told = ::write(ends[1], &held, 1);
    for (;;) pause();
  }
  char held = 0;
  REQUIRE(::read(ends[0], &held, 1) == 1);
  CHECK(held == 'n');
  CHECK(gate->held());
  // As if the parent died: its file is closed while it is locked, and the lock goes with it only if
  // no copy of it is open in the child.
  gate.reset();
  Gate next(file, "next");
  CHECK_NOTHROW(next.acquire(500ms));
  CHECK(next.held());
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("whoever waits for the gate sleeps in the kernel until it is free") {
  TempDir dir;
  const fs::path file = dir.path() / "store.lock";
  HoldingProcess other(file);
  std::thread killer([&] {
    std::this_thread::sleep_for(600ms);
    other.end();
  });
  Gate gate(file, "member add");
  rusage before{}, after{};
  getrusage(RUSAGE_THREAD, &before);
  gate.acquire(10s);
  getrusage(RUSAGE_THREAD, &after);
  killer.join();
  // A loop that looks every 100 ms would sleep six times.
  CHECK(after.ru_nvcsw - before.ru_nvcsw <= 4);
}

TEST_CASE("a hold on the gate ends with itself, and leaves one that was there before") {
  TempDir dir;
  Gate gate(dir.path() / "store.lock", "test");
  {
    const GateHold hold(gate, 1s);
    CHECK(gate.held());
    { const GateHold inner(gate, 1s); }
    CHECK(gate.held());
  }
  CHECK_FALSE(gate.held());
  gate.acquire(1s);
  { const GateHold hold(gate, 1s); }
  CHECK(gate.held());
}

TEST_CASE("a lock file that was replaced is noticed") {
  TempDir dir;
  const fs::path file = dir.path() / "store.lock";
  Gate first(file, "first"), second(file, "second");
  first.acquire(1s);
  first.release();
  fs::rename(file, dir.path() / "old.lock");
  second.acquire(1s);
  // `first` has the old file open, which nobody locks any more.
  CHECK(code_of([&] { first.acquire(50ms); }) == Errc::busy);
}

TEST_CASE("the lock file is not a link, a directory or a pipe") {
  TempDir dir;
  const fs::path file = dir.path() / "store.lock";
  SUBCASE("link") { fs::create_symlink("elsewhere", file); }
  SUBCASE("directory") { fs::create_directory(file); }
  SUBCASE("pipe") { REQUIRE(mkfifo(file.c_str(), 0600) == 0); }
  Gate gate(file, "test");
  CHECK(code_of([&] { gate.acquire(50ms); }) == Errc::io);
}

TEST_CASE("without the gate nothing is written and no checkpoint is made") {
  TempDir dir;
  { Session store(dir.path(), keys_of(1), Session::Make::yes); }
  const OpenFile database_file(dir.path() / "store.db"), log_file(dir.path() / "store.db-wal");
  Session store(dir.path(), keys_of(1));
  store.write("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  const Bytes database = database_file.bytes();
  const Bytes log = log_file.bytes();

  const int wrote = store.try_exec("BEGIN IMMEDIATE; INSERT INTO t VALUES(2); COMMIT");
  CHECK((wrote & 0xff) == SQLITE_READONLY);
  if (sqlite3_get_autocommit(store.db()) == 0) store.exec("ROLLBACK");
  sqlite3_busy_timeout(store.db(), 0);
  for (const int mode : {SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_FULL,
                         SQLITE_CHECKPOINT_RESTART, SQLITE_CHECKPOINT_TRUNCATE}) {
    CAPTURE(mode);
    CHECK(sqlite3_wal_checkpoint_v2(store.db(), "main", mode, nullptr, nullptr) == SQLITE_BUSY);
  }
  CHECK((database_file.bytes() == database));
  CHECK((log_file.bytes() == log));
  CHECK(store.query("SELECT a FROM t") == "1\n");
}

TEST_CASE("a writer whose file was replaced is told so, and writes into neither") {
  TempDir dir;
  const auto keys = keys_of(1);
  Session store(dir.path(), keys, Session::Make::yes);
  store.write("CREATE TABLE t(a); INSERT INTO t VALUES(1)");
  CHECK_FALSE(has_moved(store.db()));
  fs::rename(dir.path() / "store.db", dir.path() / "old.db");
  fs::copy_file(dir.path() / "old.db", dir.path() / "store.db");
  CHECK(has_moved(store.db()));
  store.gate().acquire(1s);
  CHECK(store.try_exec("BEGIN IMMEDIATE") == SQLITE_READONLY_DBMOVED);
}

TEST_CASE("eight processes at full speed lose nothing, and none waits long") {
  TempDir dir;
  const auto keys = keys_of(1);
  {
    Session store(dir.path(), keys, Session::Make::yes);
    store.write("CREATE TABLE t(writer INT, n INT, PRIMARY KEY(writer, n)) WITHOUT ROWID");
  }
  constexpr int writers = 8, commits = 60;
  std::array<pid_t, writers> pids{};
  for (int writer = 0; writer < writers; ++writer) {
    pids[static_cast<std::size_t>(writer)] = fork();
    REQUIRE(pids[static_cast<std::size_t>(writer)] >= 0);
    if (pids[static_cast<std::size_t>(writer)] != 0) continue;
    int status = 0;
    try {
      for (int n = 0; n < commits; ++n) {
        // A lone command each time: a fresh opening meets writers and checkpoints.
        Session store(dir.path(), keys);
        const auto begin = Steady::now();
        store.gate().acquire(10s);
        store.gate().release();
        // Eight writers, each of whom takes some milliseconds.
        if (Steady::now() - begin > 3s) status = 2;
        const int rc = store.write([&] {
          store.exec("INSERT INTO t VALUES(" + std::to_string(writer) + ", " + std::to_string(n) +
                     ")");
        });
        if (rc != SQLITE_OK || damage_of(store.db())) status = 1;
      }
    } catch (...) {
      status = 1;
    }
    _exit(status);
  }
  for (const pid_t pid : pids) {
    int status = 0;
    REQUIRE(waitpid(pid, &status, 0) == pid);
    CHECK(status == 0);
  }
  Session store(dir.path(), keys);
  CHECK(store.query("SELECT count(*) FROM t") == std::to_string(writers * commits) + "\n");
  CHECK(store.query("PRAGMA integrity_check") == "ok\n");
}

}  // namespace
}  // namespace pharmacy::db::test
