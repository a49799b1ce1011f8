#include "on_terminal.h"

#include <doctest/doctest.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <chrono>
#include <csignal>
#include <utility>

namespace pharmacy::test {

OnTerminal::OnTerminal(Run run) {
  run.env.insert(run.env.end(), {"LC_ALL=C", "TERM=dumb"});
  std::vector<char*> argv, env;
  for (auto& word : run.argv) argv.push_back(word.data());
  for (auto& word : run.env) env.push_back(word.data());
  argv.push_back(nullptr);
  env.push_back(nullptr);
  const winsize size{.ws_row = 8, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  REQUIRE(::openpty(&master_, &slave_, nullptr, nullptr, &size) == 0);
  pid_ = ::fork();
  REQUIRE(pid_ >= 0);
  if (pid_ != 0) return;
  ::close(master_);
  if (::login_tty(slave_) != 0) ::_exit(99);
  ::execvpe(argv[0], argv.data(), env.data());
  ::_exit(98);
}

OnTerminal::~OnTerminal() {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);  // it leads its session: a pager of its own too
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(master_);
  ::close(slave_);
}

void OnTerminal::wait_for(const std::string& text) {
  CAPTURE(text);
  for (auto found = seen_.find(text); found == std::string::npos; found = seen_.find(text)) {
    CAPTURE(seen_);
    REQUIRE(read_more(60'000));
  }
  seen_.erase(0, seen_.find(text) + text.size());
}

void OnTerminal::type(const std::string& text) const {
  REQUIRE(::write(master_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

bool OnTerminal::read_more(int milliseconds) {
  std::array<char, 256> bytes{};
  pollfd screen{.fd = master_, .events = POLLIN, .revents = 0};
  if (::poll(&screen, 1, milliseconds) != 1) return false;
  const auto got = ::read(master_, bytes.data(), bytes.size());
  REQUIRE(got > 0);
  seen_.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

Ended OnTerminal::answer(const std::vector<Answer>& answers) {
  std::string all;
  int raw = 0;
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes{2};
  while (pid_ > 0) {
    CAPTURE(all + seen_);
    REQUIRE(std::chrono::steady_clock::now() < until);
    if (read_more(20)) {
      for (const auto& [question, typed] : answers) {
        const auto end = seen_.find(question);
        if (end == std::string::npos) continue;
        all += seen_.substr(0, end + question.size());
        seen_.erase(0, end + question.size());
        type(typed + '\n');
      }
    } else if (::waitpid(pid_, &raw, WNOHANG) == pid_) {
      pid_ = -1;
    }
  }
  while (read_more(0)) {
  }
  return {.status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw),
          .out = all + std::exchange(seen_, {}),
          .err = {}};
}

bool OnTerminal::echoes() const {
  termios mode{};
  REQUIRE(::tcgetattr(slave_, &mode) == 0);
  return (mode.c_lflag & ECHO) != 0;
}

int OnTerminal::send(int signal) {
  ::kill(pid_, signal);
  for (int patience = 0; patience < 200; ++patience) {
    int raw = 0;
    if (::waitpid(pid_, &raw, WNOHANG) == pid_) {
      pid_ = -1;
      return WIFSIGNALED(raw) ? WTERMSIG(raw) : -1;
    }
    if (signal == SIGXFSZ && patience == 20) return 0;
    ::usleep(10'000);
  }
  return 0;
}

}  // namespace pharmacy::test
