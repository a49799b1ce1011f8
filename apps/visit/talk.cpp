#include "visit/talk.h"

#include "cli/phrases.h"

namespace pharmacy::cli {

void tell(Session& session, const Error& error) {
  for (const auto& fault : error.faults()) session.out().note(in_one_line({fault}));
}

std::optional<std::string> ask_line(Session& session, const std::string& prompt) {
  for (;;) {
    try {
      return session.ask(prompt);
    } catch (const Error& error) {
      if (error.code() != Errc::invalid_input) throw;
      tell(session, error);
    }
  }
}

}  // namespace pharmacy::cli
