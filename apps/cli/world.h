// The world around a program, passed in so that tests can run programs in process.
#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "pharmacy/secret.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy::cli {

// How a program ends; the table in pharmacy(7) says it to people.
enum class Exit {
  done = 0,
  not_found = 1,  // or part refused, or answered no
  usage = 2,
  refused = 3,
  conflict = 4,
  bad_data = 65,
  input_missing = 66,
  no_store = 69,
  bug = 70,
  cannot_create = 73,
  io = 74,
  busy = 75,
  damaged = 76,
  not_permitted = 77,
  bad_config = 78,
};

struct World {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool in_is_terminal = false;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
  int columns = 80;
  int rows = 24;
  Clock clock;
  std::function<std::optional<std::string>(const char* name)> env;  // nullopt where unset
  // Asks on the terminal without echo; nullopt where there is no terminal, or at its end.
  std::function<std::optional<Secret>(const std::string& prompt)> ask_secret;
  // Whether there is a terminal for that; where this is empty, there is if `in` is one.
  std::function<bool()> has_tty = {};
  // Shows a long table screen by screen; false where no pager could be started.
  std::function<bool(const std::string& text)> page;
  // Opens an editor on a text of this name; what was made of it, or nullopt where the editor
  // failed.
  std::function<std::optional<std::string>(const std::string& name, const std::string& text)> edit =
      {};
  // Hands a line to the log of the machine, syslog(3).
  std::function<void(const std::string& line)> system_log = {};
  std::function<bool()> secrets_are_locked = pharmacy::secrets_are_locked;
  int in_fd = -1;  // the descriptor behind `in`; -1 where there is none, as in tests
  std::string system_config = "/etc/pharmacy/config.toml";
};

class Frame;
using Define = void (*)(Frame&);

// The program's name and what it defines; main() is one call of run_main(). Returns the exit
// status.
int run(World& world, const char* program, Define define, const std::vector<std::string>& args);
// With the real world: locale, terminal, signals, limits.
int run_main(const char* program, Define define, int argc, char** argv);

}  // namespace pharmacy::cli
