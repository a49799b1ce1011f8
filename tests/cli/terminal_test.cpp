// Secrets typed on a terminal: never shown, and the echo comes back whatever happens.
#include "cli/terminal.h"

#include <doctest/doctest.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <csignal>
#include <string>

namespace pharmacy::test {

namespace {

bool echoes(int tty) {
  termios mode{};
  REQUIRE(::tcgetattr(tty, &mode) == 0);
  return (mode.c_lflag & ECHO) != 0;
}

// A child on a terminal of its own that asks for a secret, and ends with 0 if it is "horse".
class Asking {
 public:
  explicit Asking(int (*child)() = ask) {
    REQUIRE(::openpty(&master_, &slave_, nullptr, nullptr, nullptr) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::close(master_);
      if (::login_tty(slave_) != 0) ::_exit(99);
      ::_exit(child());
    }
    wait_for_prompt();
  }
  ~Asking() {
    ::close(master_);
    ::close(slave_);
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  static int ask() {
    const auto secret = cli::ask_secret_on_terminal("passphrase: ");
    if (!secret) return 2;
    return secret->view() == "horse" ? 0 : 1;
  }

  void wait_for_prompt() {
    seen_.clear();
    while (seen_.find("passphrase: ") == std::string::npos) {
      std::array<char, 256> bytes{};
      const auto got = ::read(master_, bytes.data(), bytes.size());
      REQUIRE(got > 0);
      seen_.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }
  void type(const std::string& text) const {
    REQUIRE(::write(master_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void signal(int number) const { REQUIRE(::kill(pid_, number) == 0); }
  int wait() {
    int status = 0;
    REQUIRE(::waitpid(pid_, &status, 0) == pid_);
    return status;
  }
  // What the terminal showed up to now.
  std::string shown() {
    std::array<char, 4096> bytes{};
    ::close(slave_);
    slave_ = ::dup(master_);
    const auto got = ::read(master_, bytes.data(), bytes.size());
    if (got > 0) seen_.append(bytes.data(), static_cast<std::size_t>(got));
    return seen_;
  }
  [[nodiscard]] bool is_echoing() const { return echoes(slave_); }
  // What whoever reads next would get of an unfinished line.
  [[nodiscard]] int left_over() const {
    termios mode{};
    REQUIRE(::tcgetattr(slave_, &mode) == 0);
    mode.c_lflag &= ~static_cast<tcflag_t>(ICANON);
    REQUIRE(::tcsetattr(slave_, TCSANOW, &mode) == 0);
    int count = -1;
    REQUIRE(::ioctl(slave_, FIONREAD, &count) == 0);
    return count;
  }

 private:
  int master_ = -1;
  int slave_ = -1;
  pid_t pid_ = -1;
  std::string seen_;
};

// A shell in small: it stops with its job, looks at the terminal, and lets the job go on.
int stop_and_go_on() {
  const pid_t job = ::fork();
  if (job == 0) {
    ::setpgid(0, 0);
    ::signal(SIGTTOU, SIG_IGN);
    ::tcsetpgrp(STDIN_FILENO, ::getpid());
    ::signal(SIGTTOU, SIG_DFL);
    ::_exit(Asking::ask());
  }
  int status = 0;
  if (::waitpid(job, &status, WUNTRACED) != job || !WIFSTOPPED(status)) return 11;
  termios mode{};
  if (::tcgetattr(STDIN_FILENO, &mode) != 0 || (mode.c_lflag & ECHO) == 0) return 12;
  ::kill(job, SIGCONT);
  if (::waitpid(job, &status, 0) != job || !WIFEXITED(status)) return 13;
  return WEXITSTATUS(status);
}

// The same with a job that begins in the background, as sudo starts what reads from a file.
int start_behind_and_bring_to_front() {
  const pid_t job = ::fork();
  if (job == 0) {
    ::setpgid(0, 0);
    ::_exit(Asking::ask());
  }
  int status = 0;
  if (::waitpid(job, &status, WUNTRACED) != job || !WIFSTOPPED(status)) return 11;
  ::tcsetpgrp(STDIN_FILENO, job);
  ::kill(job, SIGCONT);
  if (::waitpid(job, &status, 0) != job || !WIFEXITED(status)) return 13;
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("a typed secret is taken and not shown") {
  Asking asking;
  CHECK_FALSE(asking.is_echoing());
  asking.type("horse\n");
  CHECK(asking.wait() == 0);
  CHECK(asking.is_echoing());
  CHECK(asking.shown().find("horse") == std::string::npos);
}

TEST_CASE("the end of the input is no secret") {
  Asking asking;
  asking.type("\x04");
  const int status = asking.wait();
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 2);
  CHECK(asking.is_echoing());
  CHECK(asking.shown() == "passphrase: \r\n");
}

TEST_CASE("a signal ends the program as usual, and the echo is back") {
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM}) {
    CAPTURE(number);
    Asking asking;
    CHECK_FALSE(asking.is_echoing());
    asking.type("hor");
    // The kernel hands over what is typed a little later: what comes after the end is nobody's.
    ::usleep(50'000);
    asking.signal(number);
    const int status = asking.wait();
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == number);
    CHECK(asking.is_echoing());
    CHECK(asking.left_over() == 0);
  }
}

TEST_CASE("a stopped program leaves the echo on, and asks again when it goes on") {
  Asking asking{stop_and_go_on};
  asking.type("hor\x1a");
  asking.wait_for_prompt();
  asking.type("horse\n");
  CHECK(asking.wait() == 0);
}

TEST_CASE("a program in the background asks when it is brought to the front") {
  Asking asking{start_behind_and_bring_to_front};
  asking.type("horse\n");
  CHECK(asking.wait() == 0);
}

TEST_CASE("without a terminal there is nothing to ask") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::setsid();  // no controlling terminal
    ::_exit(cli::ask_secret_on_terminal("passphrase: ") ? 1 : 0);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

}  // namespace pharmacy::test
