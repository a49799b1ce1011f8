// Other programs, run without a shell.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pharmacy::cli {

// Runs a program with its arguments, `input` at its standard input, and waits for its end. What it
// prints goes nowhere, what it says of errors where ours go. Throws Error(io) where it cannot be
// run, or fails.
void run_command(const std::vector<std::string>& command, std::string_view input);

}  // namespace pharmacy::cli
