// Errors as people read them, and as exit statuses.
#pragma once

#include <string>

#include "cli/world.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {

Exit exit_of(Errc code);

// "member add: message\nhint\n" for every fault. `who` is the program and its verb.
std::string error_text(const std::string& who, const std::vector<Fault>& faults);

// What to say of the exception in flight, and how to end. Call inside a catch block.
struct Failure {
  std::string text;
  Exit status;
};
Failure failure_in_flight(const std::string& who);

}  // namespace pharmacy::cli
