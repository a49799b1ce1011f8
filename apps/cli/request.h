// What a command line asks for, as text.
#pragma once

#include <string>
#include <vector>

#include "cli/tree.h"

namespace pharmacy::cli {

// In one spelling, whatever the order in which it was given: the order counts for options only that
// may be given several times, since each may belong to the one before it. `inputs`: what was read
// and answered, which is asked for as well.
std::string canonical_request(const std::string& program, const VerbSpec& verb,
                              const std::vector<std::string>& inputs);

// As a shell takes it; the global options and those of `without` are left out.
std::string command_line(const std::string& program, const VerbSpec& verb,
                         const std::vector<std::string>& without);

}  // namespace pharmacy::cli
