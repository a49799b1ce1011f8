#include "cli/command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "cli/i18n.h"
#include "cli/terminal.h"
#include "pharmacy/error.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

// How the program is started: its input from the pipe, and with the signals that we ignore.
class Start {
 public:
  explicit Start(int input) {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_adddup2(&files_, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files_, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_init(&how_);
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGPIPE);
    sigaddset(&ours, SIGXFSZ);
    posix_spawnattr_setsigdefault(&how_, &ours);
    posix_spawnattr_setflags(&how_, POSIX_SPAWN_SETSIGDEF);
  }
  ~Start() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&how_);
  }
  Start(const Start&) = delete;
  Start& operator=(const Start&) = delete;

  // 0, or why it could not be started.
  int run(pid_t& child, const std::vector<std::string>& command) {
    std::vector<char*> words;
    for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    return posix_spawnp(&child, words[0], &files_, &how_, words.data(), environ);
  }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t how_{};
};

[[noreturn]] void throw_failed(const std::string& program, const std::string& reason) {
  throw Error(Errc::io,
              fmt::format(fmt::runtime(_("{program} failed: {reason}")),
                          fmt::arg("program", for_terminal(program)), fmt::arg("reason", reason)));
}

}  // namespace

void run_command(const std::vector<std::string>& command, std::string_view input) {
  PHARMACY_CHECK(!command.empty());
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw_failed(command[0], std::strerror(errno));
  pid_t child = 0;
  const int failure = Start{pipe[0]}.run(child, command);
  ::close(pipe[0]);
  if (failure != 0) {
    ::close(pipe[1]);
    throw_failed(command[0], std::strerror(failure));
  }
  const auto before = std::signal(SIGPIPE, SIG_IGN);  // it may end without reading all
  const bool given = write_all(pipe[1], input);
  ::close(pipe[1]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  std::signal(SIGPIPE, before);
  if (WIFSIGNALED(status)) {
    throw_failed(command[0], fmt::format(fmt::runtime(_("ended by signal {}")), WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) != 0) {
    throw_failed(command[0], fmt::format(fmt::runtime(_("exit status {}")), WEXITSTATUS(status)));
  }
  if (!given) throw_failed(command[0], _("it did not read all"));
}

}  // namespace pharmacy::cli
