#include "cli/errors.h"

#include <fmt/format.h>

#include <new>

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

Failure failure_in_flight(const std::string& who) {
  try {
    throw;
  } catch (const Error& error) {
    auto faults = error.faults();
    if (error.code() == Errc::damaged && faults.back().hint.empty()) {
      faults.back().hint = _("`store check` says what is damaged");
    }
    return {error_text(who, faults), exit_of(error.code())};
  } catch (const std::bad_alloc&) {
    return {error_text(who, {{_("there is not enough memory; nothing was changed"), {}}}),
            Exit::io};
  } catch (...) {
    // What the exception says may hold a record's content: it is not shown.
    return {
        error_text(who,
                   {{_("this is a bug in the program; nothing more was changed"),
                     fmt::format(fmt::runtime(_("please report what you did and what "
                                                "`{} --version` prints: see BUGS in pharmacy(7)")),
                                 who.substr(0, who.find(' ')))}}),
        Exit::bug};
  }
}

}  // namespace pharmacy::cli
