#include "cli/terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string_view>

namespace pharmacy::cli {

static constexpr std::size_t longest_secret = 1024;  // bytes of a typed line

TerminalSize terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {};
  return {size.ws_col, size.ws_row > 0 ? size.ws_row : 24};
}

// The signal that came while a secret was being typed.
static volatile std::sig_atomic_t caught = 0;

namespace {
constexpr std::array signals{SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGTSTP,
                             SIGTTIN, SIGTTOU, SIGALRM, SIGPIPE, SIGXCPU};

// While it lives: no echo, and signals interrupt the read instead of ending the program.
class Silence {
 public:
  explicit Silence(int tty) : tty_{tty} {
    caught = 0;
    struct sigaction action {};
    action.sa_handler = [](int number) { caught = number; };  // no SA_RESTART: read() returns
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &action, &before_[i]);
    silent_ = ::tcgetattr(tty_, &shown_) == 0;
    if (!silent_) return;
    auto quiet = shown_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK);
    quiet.c_lflag |= ECHONL;
    silent_ = ::tcsetattr(tty_, TCSAFLUSH, &quiet) == 0;
  }
  ~Silence() {
    // What was typed before a signal must not show up in the shell.
    const int when = caught != 0 ? TCSAFLUSH : TCSANOW;
    while (silent_ && ::tcsetattr(tty_, when, &shown_) != 0 && errno == EINTR) {
    }
    for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before_[i], nullptr);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  [[nodiscard]] bool is_silent() const { return silent_; }

 private:
  int tty_;
  bool silent_ = false;
  termios shown_{};
  std::array<struct sigaction, signals.size()> before_{};
};

enum class Typed { line, end, interrupted };

Typed read_line(int tty, Secret& line) {
  while (caught == 0) {
    char byte = 0;
    const auto got = ::read(tty, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Typed::end;
    if (byte == '\n' || byte == '\r') return Typed::line;
    if (line.size() < longest_secret) line.push_back(byte);
  }
  return Typed::interrupted;
}
}  // namespace

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto put = ::write(fd, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

bool has_terminal() {
  const int tty = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (tty < 0) return false;
  ::close(tty);
  return true;
}

std::optional<Secret> ask_secret_on_terminal(const std::string& prompt) {
  const int tty = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (tty < 0) return std::nullopt;
  Secret line;
  Typed typed = Typed::interrupted;
  while (typed == Typed::interrupted) {
    line.clear();
    {
      const Silence silence{tty};
      if (!silence.is_silent() || !write_all(tty, prompt)) {
        // A program that is not in front is stopped here, and asks when it is.
        typed = caught != 0 ? Typed::interrupted : Typed::end;
      } else {
        typed = read_line(tty, line);
        if (typed == Typed::end) write_all(tty, "\n");  // what is said next begins a line
      }
    }
    // The echo is back; now the signal has its usual effect. After a stop, ask again.
    if (caught != 0) static_cast<void>(::raise(caught));
  }
  ::close(tty);
  if (typed == Typed::end) return std::nullopt;
  return line;
}

bool show_in_pager(const std::string& text) {
  const char* pager = std::getenv("PAGER");
  if (pager == nullptr || *pager == '\0') pager = "less";
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return false;
  const pid_t child = ::fork();
  if (child < 0) {
    ::close(pipe[0]);
    ::close(pipe[1]);
    return false;
  }
  if (child == 0) {
    ::dup2(pipe[0], STDIN_FILENO);
    ::setenv("LESS", "FRX", 0);
    ::setenv("LESSSECURE", "1", 1);    // the pager runs no other program
    ::setenv("LESSHISTFILE", "-", 1);  // and keeps no searches for names
    ::setenv("LESSCHARSET", "utf-8", 0);
    ::execl("/bin/sh", "sh", "-c", pager, static_cast<char*>(nullptr));
    ::_exit(127);
  }
  ::close(pipe[0]);
  const auto before = std::signal(SIGPIPE, SIG_IGN);  // leaving the pager early is no failure
  write_all(pipe[1], text);
  ::close(pipe[1]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  std::signal(SIGPIPE, before);
  return WIFEXITED(status) && WEXITSTATUS(status) != 127;
}

}  // namespace pharmacy::cli
