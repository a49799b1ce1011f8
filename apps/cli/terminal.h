// The terminal itself: its size, secrets typed on it, and the pager.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pharmacy/secret.h"

namespace pharmacy::cli {

struct TerminalSize {
  int columns = 80;
  int rows = 24;
};
TerminalSize terminal_size();

// Whether the process has a terminal of its own, wherever its streams lead.
bool has_terminal();

// False where not all of it could be written.
bool write_all(int fd, std::string_view text);

// One line typed on /dev/tty without echo. The echo is put back whatever signal comes. nullopt
// where there is no terminal, or at its end.
std::optional<Secret> ask_secret_on_terminal(const std::string& prompt);

// Through $PAGER, else less -FRX. False where it could not be started.
bool show_in_pager(const std::string& text);

}  // namespace pharmacy::cli
