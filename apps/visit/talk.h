// Talking with the person at the terminal: nothing that they typed before is lost by a mistake.
#pragma once

#include <optional>
#include <string>

#include "cli/frame.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {

// Says what is wrong, in one line each.
void tell(Session& session, const Error& error);
// A line; one that is no plain text is told and asked for again. nullopt at the terminal's end.
std::optional<std::string> ask_line(Session& session, const std::string& prompt);

}  // namespace pharmacy::cli
