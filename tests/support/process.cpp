#include "support/process.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace pharmacy::test {

static std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

namespace {

// What a program finds open as it starts.
class Streams {
 public:
  Streams() { ::posix_spawn_file_actions_init(&actions_); }
  ~Streams() { ::posix_spawn_file_actions_destroy(&actions_); }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  void put(int from, int to) { ::posix_spawn_file_actions_adddup2(&actions_, from, to); }
  void open(const char* path, int flags, int to) {
    ::posix_spawn_file_actions_addopen(&actions_, to, path, flags, 0600);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

}  // namespace

// Spawned, not forked: the tests' own memory, which the sanitisers blow up, need not be copied.
static pid_t start(const Run& run, const Streams& streams) {
  posix_spawnattr_t attributes{};
  ::posix_spawnattr_init(&attributes);
  sigset_t usual;
  ::sigemptyset(&usual);
  ::sigaddset(&usual, SIGPIPE);
  ::posix_spawnattr_setsigdefault(&attributes, &usual);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, run.argv[0].c_str(), streams.actions(), &attributes,
                                    pointers(run.argv).data(), pointers(run.env).data());
  ::posix_spawnattr_destroy(&attributes);
  if (failed != 0) throw std::system_error(failed, std::generic_category(), run.argv[0]);
  return pid;
}

static int status_of(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

namespace {
struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_read();
    close_write();
  }
  void close_read() {
    if (read_end >= 0) ::close(read_end);
    read_end = -1;
  }
  void close_write() {
    if (write_end >= 0) ::close(write_end);
    write_end = -1;
  }
};
}  // namespace

// Moves what is ready; closes a pipe at its end.
static void drain(Pipe& pipe, std::string& into) {
  std::array<char, 65536> buffer{};
  const auto got = ::read(pipe.read_end, buffer.data(), buffer.size());
  if (got > 0) {
    into.append(buffer.data(), static_cast<std::size_t>(got));
  } else if (got == 0 || errno != EINTR) {
    pipe.close_read();
  }
}

static void feed(Pipe& pipe, std::string_view& rest) {
  const auto put = rest.empty() ? 0 : ::write(pipe.write_end, rest.data(), rest.size());
  if (put > 0) rest.remove_prefix(static_cast<std::size_t>(put));
  if (rest.empty() || (put < 0 && errno != EINTR)) pipe.close_write();
}

Ended run_process(const Run& run) {
  ::signal(SIGPIPE, SIG_IGN);
  Pipe in;
  Pipe out;
  Pipe err;
  Streams streams;
  streams.put(in.read_end, 0);
  streams.put(out.write_end, 1);
  streams.put(err.write_end, 2);
  const pid_t pid = start(run, streams);
  in.close_read();
  out.close_write();
  err.close_write();

  Ended ended;
  std::string_view rest = run.input;
  const auto deadline = std::chrono::steady_clock::now() + run.limit;
  while (out.read_end >= 0 || err.read_end >= 0) {
    std::array<pollfd, 3> polls{
        {{out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}, {in.write_end, POLLOUT, 0}}};
    ::poll(polls.data(), polls.size(), 200);
    if (polls[0].revents != 0) drain(out, ended.out);
    if (polls[1].revents != 0) drain(err, ended.err);
    if (polls[2].revents != 0) feed(in, rest);
    if (std::chrono::steady_clock::now() > deadline) {
      ::kill(pid, SIGKILL);
      FAIL_CHECK("the program outlived its limit: " << run.argv[0]);
      break;
    }
  }
  ended.status = wait_for(pid);
  return ended;
}

pid_t start_process(const Run& run, const std::string& log) {
  Streams streams;
  streams.open("/dev/null", O_RDONLY, 0);
  streams.open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 1);
  streams.put(1, 2);
  return start(run, streams);
}

int wait_for(pid_t pid) {
  int raw = 0;
  while (::waitpid(pid, &raw, 0) < 0) {
    if (errno != EINTR) throw std::runtime_error("waitpid");
  }
  return status_of(raw);
}

std::string program(std::string_view name) { return PHARMACY_BIN_DIR "/" + std::string{name}; }

}  // namespace pharmacy::test
