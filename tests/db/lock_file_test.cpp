// The file of the write gate: what it says of its holder, and what it is taken for when it is not
// as the gate made it.
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "support/sealed.h"

namespace pharmacy::db::test {
namespace {

using pharmacy::test::message_of;
using Clock = std::chrono::steady_clock;

// A line as the gate writes it.
std::string holder_line(const std::string& text) {
  return text + std::string(127 - text.size(), ' ') + "\n";
}

// A lock file, and a gate on it that is held.
class LockFile {
 public:
  LockFile() { gate_.acquire(1s); }
  [[nodiscard]] const fs::path& path() const { return path_; }
  void say(const std::string& content) const {
    write_file(path_, Bytes(content.begin(), content.end()));
  }
  [[nodiscard]] std::optional<Gate::Holder> holder() const { return Gate::holder(path_); }
  // What another is told who does not wait.
  [[nodiscard]] std::string refusal() const {
    return message_of([&] { Gate(path_, "other").acquire(0ms); });
  }

 private:
  TempDir dir_;
  fs::path path_ = dir_.path() / "store.lock";
  Gate gate_{path_, "test"};
};

const std::string own_id = std::to_string(getpid());

TEST_CASE("a lock file that names nobody is no holder, and the gate is shut all the same") {
  const LockFile lock;
  const std::string good = holder_line(own_id + " 1772000000 visit buy");
  lock.say(good);
  REQUIRE(lock.holder().has_value());
  CHECK(lock.refusal() == "visit buy (process " + own_id + ") is writing to the store");
  for (const std::string& odd :
       {std::string(), std::string("x"), good.substr(0, 127), good.substr(0, 127) + " ",
        std::string(128, '\0'), std::string(128, '\xff'), std::string(127, '0') + "1",
        std::string(126, '0') + "1\n", std::string(125, '0') + "1 \n", std::string(127, '9') + "\n",
        holder_line("visit buy"), holder_line("0 1772000000 visit"), holder_line("-1 1 visit"),
        holder_line(" 1 1 visit"), holder_line(own_id + "x1 visit"), holder_line(own_id),
        holder_line(own_id + " visit"), holder_line(own_id + " 99999999999999999999 visit")}) {
    CAPTURE(odd);
    lock.say(odd);
    CHECK_FALSE(lock.holder().has_value());
    CHECK(lock.refusal() == "another process is writing to the store");
  }
  fs::remove(lock.path());
  CHECK_FALSE(lock.holder().has_value());
}

TEST_CASE("a holder without a name, or that ended, is told of as far as it is known") {
  const LockFile lock;
  lock.say(holder_line(own_id + " 17"));
  REQUIRE(lock.holder().has_value());
  CHECK(lock.holder()->program == "");
  CHECK(lock.holder()->since == Instant{17});
  const pid_t ended = fork();
  REQUIRE(ended >= 0);
  if (ended == 0) _exit(0);
  REQUIRE(waitpid(ended, nullptr, 0) == ended);
  lock.say(holder_line(std::to_string(ended) + " 17 visit"));
  CHECK_FALSE(lock.holder().has_value());
}

TEST_CASE("a holder of another user is known") {
  const LockFile lock;
  lock.say(holder_line("1 17 visit"));
  fs::permissions(lock.path().parent_path(), fs::perms{0755});
  fs::permissions(lock.path(), fs::perms{0644});
  const bool is_root = geteuid() == 0;
  constexpr uid_t nobody = 65534;
  if (is_root) REQUIRE(setresuid(nobody, nobody, 0) == 0);
  const auto holder = lock.holder();
  if (is_root) REQUIRE(setresuid(0, 0, 0) == 0);
  REQUIRE(holder.has_value());
  CHECK(holder->pid == 1);
}

TEST_CASE("a program's name is shown without what would move the cursor") {
  TempDir dir;
  const fs::path file = dir.path() / "store.lock";
  Gate gate(file, "a\nb\x1b[2J\x7f药");
  gate.acquire(1s);
  const auto holder = Gate::holder(file);
  REQUIRE(holder.has_value());
  CHECK(holder->program == "a?b?[2J?药");
}

TEST_CASE("a holder that a debugger has stopped counts as suspended") {
  const LockFile lock;
  const pid_t pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    raise(SIGSTOP);
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(pid, &status, WUNTRACED) == pid);
  REQUIRE(WIFSTOPPED(status));
  lock.say(holder_line(std::to_string(pid) + " 17 visit"));
  CHECK(lock.refusal() ==
        "visit (process " + std::to_string(pid) + ") is writing to the store, and is suspended");
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
}

TEST_CASE("a lock file that was removed is made again by whoever takes the gate next") {
  TempDir dir;
  const fs::path file = dir.path() / "store.lock";
  Gate gate(file, "test");
  gate.acquire(1s);
  gate.release();
  fs::remove(file);
  gate.acquire(1s);
  CHECK(Gate::holder(file).has_value());
  CHECK(code_of([&] { Gate(file, "other").acquire(0ms); }) == Errc::busy);
}

TEST_CASE("where the directory of the lock file is gone there is no store, or no gate") {
  TempDir dir;
  const fs::path store = dir.path() / "store";
  fs::create_directory(store);
  Gate gate(store / "store.lock", "test");
  gate.acquire(1s);
  gate.release();
  fs::rename(store, dir.path() / "moved");
  SUBCASE("nothing is there") {
    CHECK(code_of([&] { gate.acquire(0ms); }) == Errc::no_store);
    CHECK(code_of([&] { Gate(store / "store.lock", "test").acquire(0ms); }) == Errc::no_store);
  }
  SUBCASE("a file is there") {
    write_file(store, {});
    CHECK(message_of([&] { gate.acquire(0ms); }) ==
          "cannot lock " + (store / "store.lock").string() + ": Not a directory");
  }
  SUBCASE("a link to itself is there") {
    fs::create_symlink("store", store);
    CHECK(code_of([&] { gate.acquire(0ms); }) == Errc::io);
  }
  CHECK_FALSE(gate.held());
  std::error_code error;
  CHECK_FALSE(fs::exists(store / "store.lock", error));
}

TEST_CASE("a lock that the system does not give is an error, and the gate is not held") {
  TempDir dir;
  const fs::path file = dir.path() / "store.lock";
  Gate gate(file, "test");
  gate.acquire(1s);
  gate.release();
  // In the place of the gate's open file comes one that cannot be locked.
  const int other = ::open(dir.path().c_str(), O_PATH | O_CLOEXEC);
  REQUIRE(other >= 0);
  std::string found;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    if (fs::read_symlink(entry.path(), error) == file) found = entry.path().filename();
  }
  REQUIRE_FALSE(found.empty());
  REQUIRE(::dup2(other, std::stoi(found)) >= 0);
  ::close(other);
  CHECK(code_of([&] { gate.acquire(1s); }) == Errc::io);
  CHECK_FALSE(gate.held());
}

TEST_CASE("whoever cannot be woken in time does not wait for the gate") {
  const LockFile lock;
  rlimit before{};
  REQUIRE(getrlimit(RLIMIT_SIGPENDING, &before) == 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = before.rlim_max};
  REQUIRE(setrlimit(RLIMIT_SIGPENDING, &none) == 0);
  const std::string message = message_of([&] { Gate(lock.path(), "other").acquire(10s); });
  REQUIRE(setrlimit(RLIMIT_SIGPENDING, &before) == 0);
  CHECK(message == "cannot set a timer: Resource temporarily unavailable");
}

TEST_CASE("whoever is woken for something else goes on waiting for the gate") {
  const LockFile lock;
  struct sigaction action {
  }, before{};
  action.sa_handler = [](int) {};
  REQUIRE(sigaction(SIGUSR2, &action, &before) == 0);
  const pthread_t waiting = pthread_self();
  std::thread waker([&] {
    for (int i = 0; i < 5; ++i) {
      std::this_thread::sleep_for(30ms);
      pthread_kill(waiting, SIGUSR2);
    }
  });
  const auto begin = Clock::now();
  Gate gate(lock.path(), "other");
  CHECK(code_of([&] { gate.acquire(400ms); }) == Errc::busy);
  CHECK(Clock::now() - begin >= 400ms);
  waker.join();
  sigaction(SIGUSR2, &before, nullptr);
}

TEST_CASE("a stop that was held back before the gate is still held back after it") {
  TempDir dir;
  sigset_t stop, before, now;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTSTP);
  const auto is_blocked = [&] {
    pthread_sigmask(SIG_SETMASK, nullptr, &now);
    return sigismember(&now, SIGTSTP) == 1;
  };
  Gate gate(dir.path() / "store.lock", "test");
  { const GateHold hold(gate, 1s); }
  CHECK_FALSE(is_blocked());
  pthread_sigmask(SIG_BLOCK, &stop, &before);
  { const GateHold hold(gate, 1s); }
  CHECK(is_blocked());
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace pharmacy::db::test
