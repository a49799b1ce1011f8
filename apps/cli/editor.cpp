#include "cli/editor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <new>
#include <string_view>
#include <system_error>

#include "cli/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/files.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_text = std::size_t{1024} * 1024;  // bytes that are read back
constexpr int not_started = 127;                                // as a shell says it

// What a terminal sends to the editor and to us alike: the editor makes of it what it likes.
constexpr std::array from_keys{SIGINT, SIGQUIT};
// What ends a program.
constexpr std::array endings{SIGTERM, SIGHUP, SIGALRM, SIGPIPE, SIGXCPU, SIGUSR1, SIGUSR2};

volatile std::sig_atomic_t caught = 0;  // of the endings
volatile pid_t editor = 0;              // its process

void pass_on(int number) {
  caught = number;
  if (editor > 0) ::kill(editor, number);
}

// While it lives a signal ends the editor and not the program, which has to clean up.
class Patience {
 public:
  Patience() {
    caught = 0;
    struct sigaction action {};
    sigemptyset(&action.sa_mask);
    action.sa_handler = SIG_IGN;
    for (std::size_t i = 0; i < from_keys.size(); ++i) {
      ::sigaction(from_keys[i], &action, &keys_before_[i]);
    }
    action.sa_handler = pass_on;
    for (std::size_t i = 0; i < endings.size(); ++i) {
      ::sigaction(endings[i], &action, &endings_before_[i]);
    }
  }
  ~Patience() {
    for (std::size_t i = 0; i < from_keys.size(); ++i) {
      ::sigaction(from_keys[i], &keys_before_[i], nullptr);
    }
    for (std::size_t i = 0; i < endings.size(); ++i) {
      ::sigaction(endings[i], &endings_before_[i], nullptr);
    }
  }
  Patience(const Patience&) = delete;
  Patience& operator=(const Patience&) = delete;

 private:
  std::array<struct sigaction, from_keys.size()> keys_before_{};
  std::array<struct sigaction, endings.size()> endings_before_{};
};

// Not all of it need reach the disk: the file is removed next.
void wipe(const fs::path& path) {
  static constexpr std::array<char, 4096> zeros{};
  const int fd = ::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat status {};
  if (fd >= 0 && ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
    for (off_t at = 0; at < status.st_size;) {
      const auto rest = static_cast<std::size_t>(status.st_size - at);
      const auto put = ::write(fd, zeros.data(), std::min(rest, zeros.size()));
      if (put <= 0) break;
      at += put;
    }
    ::fdatasync(fd);
  }
  if (fd >= 0) ::close(fd);
}

// A new one, ours alone, in the first of these places of the environment that can hold it, else in
// /tmp.
fs::path make_directory(std::initializer_list<const char*> variables) {
  const auto made_in = [](const char* place) {
    std::string directory = (fs::path{place} / "pharmacy-XXXXXX").string();
    return ::mkdtemp(directory.data()) == nullptr ? fs::path{} : fs::path{directory};
  };
  for (const char* variable : variables) {
    const char* place = std::getenv(variable);
    if (place == nullptr || *place != '/') continue;
    if (auto made = made_in(place); !made.empty()) return made;
  }
  auto made = made_in("/tmp");
  if (!made.empty()) return made;
  throw Error(Errc::cannot_create,
              fmt::format(fmt::runtime(_("cannot create {}: {}")), "/tmp/pharmacy-XXXXXX",
                          std::generic_category().message(errno)));
}

// A new directory with the text in a file, in memory where the session has such a place. At the end
// nothing is left of either.
class Copy {
 public:
  Copy(const std::string& name, const std::string& text) {
    directory_ = make_directory({"XDG_RUNTIME_DIR", "TMPDIR"});
    file_ = directory_ / name;
    try {
      write_file(file_.string(), text, Existing::refused);
    } catch (...) {
      remove();
      throw;
    }
  }
  ~Copy() { remove(); }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  [[nodiscard]] const fs::path& file() const { return file_; }
  [[nodiscard]] std::string content() const { return read_file(file_.string(), longest_text); }

 private:
  void remove() noexcept {
    wipe(file_);  // first, and without more memory
    ::unlink(file_.c_str());
    try {
      std::error_code ignored;
      for (fs::directory_iterator at{directory_, ignored}, end; !ignored && at != end;
           at.increment(ignored)) {
        wipe(at->path());
      }
      fs::remove_all(directory_, ignored);
    } catch (const std::bad_alloc&) {
    }
  }

  fs::path directory_;
  fs::path file_;
};

// A line of shell that opens "$1".
std::string command_line() {
  for (const char* variable : {"VISUAL", "EDITOR"}) {
    const char* command = std::getenv(variable);
    if (command != nullptr && *command != '\0') return std::string{command} + " \"$1\"";
  }
  return "command -v sensible-editor >/dev/null && exec sensible-editor \"$1\"; exec vi \"$1\"";
}

[[noreturn]] void become_editor(const std::string& command, const std::string& file,
                                const sigset_t& mask) {
  for (const int number : from_keys) std::signal(number, SIG_DFL);
  for (const int number : endings) std::signal(number, SIG_DFL);
  std::signal(SIGXFSZ, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  ::execl("/bin/sh", "sh", "-c", command.c_str(), "sh", file.c_str(), static_cast<char*>(nullptr));
  ::_exit(not_started);
}

// Its wait status; nullopt where a signal came before it.
std::optional<int> run_editor(const std::string& command, const std::string& file) {
  // A signal comes either before the look at `caught` or once `editor` is known.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t child = caught != 0 ? -1 : ::fork();
  if (child == 0) become_editor(command, file, before);
  editor = child;
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) return std::nullopt;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  editor = 0;
  return status;
}

std::optional<std::string> edit(const std::string& name, const std::string& text) {
  const Copy copy{name, text};
  const std::string command = command_line();
  const auto status = run_editor(command, copy.file().string());
  if (!status || caught != 0) return std::nullopt;
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == not_started) {
    throw Error(Errc::invalid_input, _("the editor could not be started"),
                _("name one that is there in VISUAL or EDITOR"));
  }
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) return std::nullopt;
  return copy.content();
}

}  // namespace

std::string keep_text(const std::string& name, const std::string& text) {
  const std::string file = (make_directory({"TMPDIR"}) / name).string();
  write_file(file, text, Existing::refused);
  return file;
}

std::optional<std::string> edit_in_editor(const std::string& name, const std::string& text) {
  std::optional<std::string> edited;
  {
    const Patience patience;
    edited = edit(name, text);
  }
  // The file is gone; now the signal has its usual effect.
  if (caught != 0) static_cast<void>(::raise(caught));
  return edited;
}

}  // namespace pharmacy::cli
