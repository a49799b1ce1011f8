#include "cli/errors.h"

#include <fmt/format.h>
#include <unistd.h>

#include <new>
#include <ostream>
#include <string_view>

#include "cli/i18n.h"
#include "pharmacy/text.h"

namespace pharmacy::cli {

Exit exit_of(Errc code) {
  switch (code) {
    case Errc::invalid_input:
      return Exit::usage;
    case Errc::not_found:
      return Exit::not_found;
    case Errc::refused:
      return Exit::refused;
    case Errc::conflict:
      return Exit::conflict;
    case Errc::bad_data:
      return Exit::bad_data;
    case Errc::input_missing:
      return Exit::input_missing;
    case Errc::no_store:
      return Exit::no_store;
    case Errc::cannot_create:
      return Exit::cannot_create;
    case Errc::io:
    case Errc::outcome_unknown:
      return Exit::io;
    case Errc::busy:
      return Exit::busy;
    case Errc::damaged:
      return Exit::damaged;
    case Errc::not_permitted:
      return Exit::not_permitted;
    case Errc::bad_config:
      return Exit::bad_config;
  }
  return Exit::bug;
}

std::string error_text(const std::string& who, const std::vector<Fault>& faults) {
  std::string text;
  for (const auto& fault : faults) {
    text += who + ": " + for_terminal(fault.message) + '\n';
    if (!fault.hint.empty()) text += for_terminal(fault.hint) + '\n';
  }
  return text;
}

static std::string text_of(const Error& error, const std::string& who) {
  auto faults = error.faults();
  if (error.code() == Errc::damaged && faults.back().hint.empty()) {
    faults.back().hint = _("`store check` says what is damaged");
  }
  return error_text(who, faults);
}

// What the exception says may hold a record's content: it is not shown.
static std::string text_of_bug(const std::string& who) {
  return error_text(who,
                    {{_("this is a bug in the program; nothing more was changed"),
                      fmt::format(fmt::runtime(_("please report what you did and what "
                                                 "`{} --version` prints: see BUGS in pharmacy(7)")),
                                  who.substr(0, who.find(' ')))}});
}

static const char* text_of_lack(Changed changed) {
  switch (changed) {
    case Changed::no:
      return _("there is not enough memory; nothing was changed");
    case Changed::unknown:
      return _("there is not enough memory; whether the change was made is not known");
    case Changed::yes:
      break;
  }
  return _("there is not enough memory; the change was made all the same");
}

Exit tell_failure(std::ostream& err, const std::string& who, Changed changed) {
  Exit status = Exit::bug;
  try {
    try {
      throw;
    } catch (const Error& error) {
      status = exit_of(error.code());
      err << text_of(error, who);
    } catch (const std::bad_alloc&) {
      status = Exit::io;
      err << who << ": " << text_of_lack(changed) << '\n';
    } catch (...) {
      err << text_of_bug(who);
    }
  } catch (const std::bad_alloc&) {
    err << who << ": " << _("there is not enough memory to say what went wrong") << '\n';
  }
  return status;
}

Exit tell_lack_of_memory() noexcept {
  constexpr std::string_view text = "there is not enough memory\n";
  static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size()));
  return Exit::io;
}

}  // namespace pharmacy::cli
