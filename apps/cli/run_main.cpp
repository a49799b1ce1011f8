// The real world: the streams, the terminal, the environment and the locale of the process.
#include <langinfo.h>
#include <libintl.h>
#include <syslog.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <new>

#include "cli/editor.h"
#include "cli/errors.h"
#include "cli/i18n.h"
#include "cli/locale.h"
#include "cli/terminal.h"
#include "cli/world.h"
#include "pharmacy/store.h"

namespace pharmacy::cli {

static std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? std::optional<std::string>{value} : std::nullopt;
}

// The locale that the session asks for, in the kind given.
static std::string asked_locale(const char* kind) {
  for (const char* name : {"LC_ALL", kind, "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

// The catalogue beside the program, where it was built or installed: bin/../share/locale.
static void find_catalogue() {
  std::error_code failed;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failed);
  std::string directory = PHARMACY_LOCALEDIR;
  if (!failed) {
    const auto beside = program.parent_path().parent_path() / "share" / "locale";
    if (std::filesystem::is_directory(beside, failed)) directory = beside.string();
  }
  ::bindtextdomain("pharmacy", directory.c_str());
  ::bind_textdomain_codeset("pharmacy", "UTF-8");
}

static void set_locale() {
  const auto locale = asked_locale("LC_MESSAGES");
  const auto languages = environment("LANGUAGE").value_or("");
  const bool only_languages = locale.empty() && !languages.empty();
  const bool installed = std::setlocale(LC_ALL, "") != nullptr;
  // A small system lacks zh_CN.UTF-8; the language can be had without it.
  if (!installed || only_languages) std::setlocale(LC_ALL, "C.UTF-8");
  if (const auto all = languages_for(locale, languages, installed)) {
    ::setenv("LANGUAGE", all->c_str(), 1);
  }
  find_catalogue();
  const auto encoding = asked_locale("LC_CTYPE");
  const bool plain = encoding.empty() || encoding == "C" || encoding == "POSIX";
  const bool utf8 = std::strcmp(::nl_langinfo(CODESET), "UTF-8") == 0;
  const bool other = installed ? !utf8 : says_other_encoding(encoding);
  if (other && !plain && ::isatty(STDERR_FILENO) == 1) {
    std::cerr << _("note: this program writes UTF-8, and the terminal's locale is not UTF-8\n");
  }
}

static int run_in_world(const char* program, Define define, int argc, char** argv) {
  set_locale();
  const auto size = terminal_size();
  World world{.in = std::cin,
              .out = std::cout,
              .err = std::cerr,
              .in_is_terminal = ::isatty(STDIN_FILENO) == 1,
              .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
              .err_is_terminal = ::isatty(STDERR_FILENO) == 1,
              .columns = size.columns,
              .rows = size.rows,
              .clock = system_clock_now,
              .env = environment,
              .ask_secret = ask_secret_on_terminal,
              .has_tty = has_terminal,
              .page = show_in_pager,
              .edit = edit_in_editor,
              .system_log =
                  [program](const std::string& line) {
                    ::openlog(program, LOG_PID, LOG_AUTHPRIV);
                    ::syslog(LOG_NOTICE, "%s", line.c_str());
                  },
              .in_fd = STDIN_FILENO};
  const std::vector<std::string> args(argv + std::min(argc, 1), argv + argc);
  return run(world, program, define, args);
}

int run_main(const char* program, Define define, int argc, char** argv) {
  harden_process();
  std::signal(SIGPIPE, SIG_DFL);  // a reader that has seen enough ends us quietly
  try {
    return run_in_world(program, define, argc, argv);
  } catch (const std::bad_alloc&) {
    return static_cast<int>(tell_lack_of_memory());  // before run(), or at its end
  }
}

}  // namespace pharmacy::cli
