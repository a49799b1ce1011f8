// Many processes write, read and are killed at once: no checkpoint ever runs beside another's
// write, nothing acknowledged is lost, nobody is told of damage.
#include <sys/mman.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

using Steady = std::chrono::steady_clock;
constexpr int writers = 8, readers = 4;

// What the processes share.
struct Board {
  std::atomic<pid_t> writing, checkpointing;  // who holds SQLite's lock for it; 0: nobody
  std::atomic<long> overlaps, opens, alarms, failures;
  std::atomic<long> lost;  // seen by a writer that opened the store again
  std::array<std::atomic<long>, writers> acknowledged;
  std::array<std::atomic<long>, 4096> waits;  // for the gate, by milliseconds
};
Board* board = nullptr;

long all_acknowledged() {
  long acknowledged = 0;
  for (const auto& n : board->acknowledged) acknowledged += n;
  return acknowledged;
}

// False too of a process that is on its way out: it gives its locks up one after the other.
bool is_alive(pid_t pid) {
  constexpr unsigned long exiting = 0x4;  // PF_EXITING of the kernel
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(stat, text)) return false;
  std::istringstream rest(text.substr(text.rfind(')') + 1));
  std::string state, skipped;
  unsigned long flags = 0;
  rest >> state;
  for (int i = 0; i < 5; ++i) rest >> skipped;  // up to the terminal's process group
  rest >> flags;
  return state != "Z" && state != "X" && (flags & exiting) == 0;
}

bool is_at_it(const std::atomic<pid_t>& place) {
  const pid_t pid = place;
  return pid != 0 && pid != getpid() && is_alive(pid) && place == pid;
}

sqlite3_io_methods watched, sealed;

// SQLite's locks: byte 0 to write, byte 1 alone to make a checkpoint.
int watch_lock(sqlite3_file* file, int offset, int count, int flags) {
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  std::atomic<pid_t>* mine = nullptr;
  const std::atomic<pid_t>* other = nullptr;
  if (exclusive && offset == 0 && count == 1) mine = &board->writing, other = &board->checkpointing;
  if (exclusive && offset == 1 && count == 1) mine = &board->checkpointing, other = &board->writing;
  if (mine != nullptr && (flags & SQLITE_SHM_UNLOCK) != 0) *mine = 0;
  const int rc = sealed.xShmLock(file, offset, count, flags);
  if (mine == nullptr || rc != SQLITE_OK || (flags & SQLITE_SHM_LOCK) == 0) return rc;
  *mine = getpid();
  if (is_at_it(*other)) ++board->overlaps;
  return rc;
}

void watch_locks(const Session& store) {
  sqlite3_file* file = store.main_file();
  sealed = *file->pMethods;
  watched = sealed;
  watched.xShmLock = watch_lock;
  file->pMethods = &watched;
}

// Whether each has a gate of its own: the control.
enum class Gates { common, own };

std::unique_ptr<Session> open(const fs::path& directory, Gates gates) {
  ++board->opens;
  return std::make_unique<Session>(
      directory, keys_of(1), Session::Make::no, SealedOptions{},
      gates == Gates::common ? "store.lock" : "lock." + std::to_string(getpid()));
}

std::string insertion(int writer, long n) {
  return "INSERT INTO t VALUES(" + std::to_string(writer) + ", " + std::to_string(n) +
         ", zeroblob(3000))";
}

// The newest row of the writer, after which it goes on. All that it was told of must be there, and
// at most one commit more: that of which it was killed before it was told, and is told now.
long newest_of(const Session& store, int writer) {
  const long newest = std::stol(
      store.query("SELECT coalesce(max(n), 0) FROM t WHERE writer = " + std::to_string(writer)));
  auto& told = board->acknowledged[static_cast<std::size_t>(writer)];
  if (newest < told || newest > told + 1) ++board->lost;
  told = std::max<long>(told, newest);
  return newest;
}

// Goes on until it is killed.
[[noreturn]] void write_on(const fs::path& directory, int writer, Gates gates) {
  for (;;) {
    try {
      const auto store = open(directory, gates);
      watch_locks(*store);
      long n = newest_of(*store, writer);
      for (int i = 0; i < 8; ++i) {
        const auto begin = Steady::now();
        store->gate().acquire(30s);
        const auto waited =
            std::chrono::duration_cast<std::chrono::milliseconds>(Steady::now() - begin);
        ++board->waits[std::min<std::size_t>(static_cast<std::size_t>(waited.count()), 4095)];
        store->gate().release();
        const int rc = store->write([&] { store->exec(insertion(writer, ++n)); });
        if (rc == SQLITE_OK) board->acknowledged[static_cast<std::size_t>(writer)] = n;
        if (rc != SQLITE_OK) ++board->failures;
        if (damage_of(store->db())) ++board->alarms;
      }
    } catch (const Error& error) {
      ++(error.code() == Errc::damaged ? board->alarms : board->failures);
    } catch (...) {
      ++board->failures;
    }
  }
}

[[noreturn]] void read_on(const fs::path& directory, Gates gates) {
  for (;;) {
    try {
      const auto store = open(directory, gates);
      const auto found = store->query(
          "SELECT count(*) = sum(length(b) = 3000) FROM t; SELECT count(*) = count(n) FROM t");
      if (found.find('0') != std::string::npos || damage_of(store->db())) ++board->alarms;
    } catch (const Error& error) {
      ++(error.code() == Errc::damaged ? board->alarms : board->failures);
    } catch (...) {
      ++board->failures;
    }
  }
}

class Crowd {
 public:
  explicit Crowd(Gates gates, int processes = writers + readers)
      : gates_(gates), processes_(processes) {
    void* memory =
        mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    REQUIRE(memory != MAP_FAILED);
    board = new (memory) Board{};
    Session store(dir_.path(), keys_of(1), Session::Make::yes);
    store.write("CREATE TABLE t(writer INT, n INT, b BLOB, PRIMARY KEY(writer, n)) WITHOUT ROWID");
    store.write("CREATE TABLE still(b BLOB); INSERT INTO still VALUES(zeroblob(40000))");
    store.gate().acquire(1s);
    REQUIRE(checkpoint_all(store.db(), store.gate(), 1s) == SQLITE_OK);
    store.close();
    for (int i = 0; i < processes_; ++i) start(i);
  }
  ~Crowd() {
    stop();
    munmap(board, sizeof(Board));
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // It dies when the machine comes to it: the others need not wait for that, nor the next kill. On
  // a slow machine the writers are waited for: there is a commit to be lost for each kill.
  void kill_one(Random& random) {
    std::this_thread::sleep_for(std::chrono::microseconds(random.between(300, 7'000)));
    const auto deadline = Steady::now() + 60s;
    for (++kills_; all_acknowledged() <= kills_ && !is_amiss(); restart_dead()) {
      REQUIRE(Steady::now() < deadline);
      std::this_thread::sleep_for(300us);
    }
    Child* victim = nullptr;
    do {
      restart_dead();
      victim = &children_[random.below(writers + readers)];
    } while (victim->is_dying);
    ::kill(victim->pid, SIGKILL);
    victim->is_dying = true;
  }
  // Changes a bit of a page that all opens look at and no writer touches.
  void spoil() const {
    constexpr std::uint64_t page = 6;
    flip_bit(dir_.path() / "store.db", ((page - 1) * 4096 + 77) * 8);
  }
  // Takes the newest commit away, as a log that was not synced would: an older log is put back.
  // Nobody else may have the store open.
  void lose_a_commit(int writer) {
    const auto log = dir_.path() / "store.db-wal";
    const auto commit = [&](long n) {
      Session store(dir_.path(), keys_of(1));
      store.write(insertion(writer, n));
      board->acknowledged[static_cast<std::size_t>(writer)] = n;
    };
    commit(1);
    const Bytes before = read_file(log);
    commit(2);
    REQUIRE(lost() == 0);
    write_file(log, before);
    fs::remove(dir_.path() / "store.db-shm");
  }
  // The writer comes again and writes what is next to it.
  void go_on(int writer) {
    Session store(dir_.path(), keys_of(1));
    const long n = newest_of(store, writer) + 1;
    REQUIRE(store.write([&] { store.exec(insertion(writer, n)); }) == SQLITE_OK);
  }
  // Opens the store as one more, and reads some rows.
  void look() {
    try {
      const auto store = open(dir_.path(), gates_);
      static_cast<void>(
          store->try_exec("SELECT n FROM t LIMIT 1; SELECT count(*) FROM still WHERE b <> x'00'"));
      if (damage_of(store->db())) ++board->alarms;
    } catch (const Error& error) {
      ++(error.code() == Errc::damaged ? board->alarms : board->failures);
    }
  }
  void stop() {
    for (int i = 0; i < processes_; ++i) end(i);
  }

  // Acknowledged commits that are not there; all of them if the store does not open.
  [[nodiscard]] long lost() const {
    const long acknowledged = all_acknowledged();
    try {
      Session store(dir_.path(), keys_of(1));
      long missing = 0;
      for (int writer = 0; writer < writers; ++writer) {
        const long n = board->acknowledged[static_cast<std::size_t>(writer)];
        const auto found =
            store.query("SELECT count(*) FROM t WHERE writer = " + std::to_string(writer) +
                        " AND n <= " + std::to_string(n));
        missing += n - std::stol(found);
      }
      if (store.query("PRAGMA integrity_check") != "ok\n") return acknowledged;
      return missing + board->lost;
    } catch (...) {
      return acknowledged;
    }
  }

  // The longest wait for the gate but for one in a hundred, in milliseconds.
  static long usual_wait() {
    long all = 0, seen = 0;
    for (const auto& count : board->waits) all += count;
    for (std::size_t ms = 0; ms < board->waits.size(); ++ms) {
      seen += board->waits[ms];
      if (seen * 100 >= all * 99) return static_cast<long>(ms);
    }
    return 0;
  }

 private:
  // Somebody was told of damage, or could not go on: nothing more may ever be acknowledged.
  static bool is_amiss() { return board->alarms > 0 || board->failures > 0; }
  void start(int who) {
    const pid_t pid = fork();
    REQUIRE(pid >= 0);
    if (pid == 0) who < writers ? write_on(dir_.path(), who, gates_) : read_on(dir_.path(), gates_);
    children_[static_cast<std::size_t>(who)] = {pid, false};
  }
  void restart_dead() {
    for (int who = 0; who < processes_; ++who) {
      const Child& child = children_[static_cast<std::size_t>(who)];
      if (child.is_dying && ::waitpid(child.pid, nullptr, WNOHANG) != 0) start(who);
    }
  }
  void end(int who) {
    pid_t& pid = children_[static_cast<std::size_t>(who)].pid;
    if (pid == 0) return;
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    pid = 0;
  }
  struct Child {
    pid_t pid = 0;
    bool is_dying = false;
  };

  Gates gates_;
  int processes_;
  long kills_ = 0;
  TempDir dir_;
  std::array<Child, writers + readers> children_{};
};

void run(Trials& trials, Crowd& crowd) {
  trials.each([&](std::int64_t, Random& random) { crowd.kill_one(random); });
  crowd.stop();
  trials.tally("commits", all_acknowledged());
  trials.tally("opens", board->opens);
  trials.tally("overlaps", board->overlaps);
  trials.tally("alarms", board->alarms);
  trials.tally("failures", board->failures);
  trials.tally("slowest p99 wait in ms", Crowd::usual_wait());
}

}  // namespace

TEST_CASE("writers, readers and kills at once: no checkpoint beside a write, and nothing lost") {
  Trials trials("kills among 8 writers and 4 readers", 2'000, 100'000);
  Crowd crowd(Gates::common);
  run(trials, crowd);
  trials.tally("lost", crowd.lost());
  CHECK(trials.tallied("commits") > trials.done());
  CHECK(trials.tallied("opens") > trials.done());
  for (const char* what : {"overlaps", "alarms", "failures", "lost"}) {
    CAPTURE(what);
    CHECK(trials.tallied(what) == 0);
  }
}

TEST_CASE("whoever opens the store among writers at full speed is never told of damage") {
  Trials trials("opens among 8 writers", 1'000, 100'000);
  Crowd crowd(Gates::common, writers);
  trials.each([&](std::int64_t, Random&) { crowd.look(); });
  crowd.stop();
  trials.tally("alarms", board->alarms);
  trials.tally("failures", board->failures);
  CHECK(board->opens >= trials.done());
  CHECK(trials.tallied("alarms") == 0);
  CHECK(trials.tallied("failures") == 0);
  CHECK(crowd.lost() == 0);
}

TEST_CASE("whoever opens a store with a rotten page among writers is told of it") {
  Crowd crowd(Gates::common, writers);
  while (all_acknowledged() < writers) crowd.look();
  REQUIRE(board->alarms == 0);
  crowd.spoil();
  const long before = all_acknowledged();
  int looks = 0;
  for (; looks < 20 || all_acknowledged() == before; ++looks) crowd.look();
  crowd.stop();
  CHECK(board->alarms == looks);
  CHECK(board->failures == 0);
}

TEST_CASE("an acknowledged commit that was taken away is found lost") {
  Crowd crowd(Gates::common, 0);
  crowd.lose_a_commit(3);
  CHECK(crowd.lost() == 1);
}

TEST_CASE("a commit that was lost and written again by its writer is found lost all the same") {
  Crowd crowd(Gates::common, 0);
  crowd.lose_a_commit(3);
  crowd.go_on(3);
  CHECK(crowd.lost() == 1);
}

TEST_CASE("writers without a common gate make checkpoints beside each other's writes") {
  Trials trials("control: kills among writers with a gate each", 300, 300);
  Crowd crowd(Gates::own);
  run(trials, crowd);
  trials.tally("lost", crowd.lost());
  CHECK(trials.tallied("overlaps") > 0);
}

}  // namespace pharmacy::db::test
