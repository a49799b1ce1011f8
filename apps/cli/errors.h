// Errors as people read them, and as exit statuses.
#pragma once

#include <iosfwd>
#include <string>

#include "cli/world.h"
#include "pharmacy/error.h"

namespace pharmacy::cli {

Exit exit_of(Errc code);

// "member add: message\nhint\n" for every fault. `who` is the program and its verb.
std::string error_text(const std::string& who, const std::vector<Fault>& faults);

// Whether the verb changed the store before it failed, by a change that was committed.
enum class Changed { no, unknown, yes };

// Says what the exception in flight means, and returns how to end. Call inside a catch block. That
// there is no memory is said without any.
Exit tell_failure(std::ostream& err, const std::string& who, Changed changed);

// The last resort: says on the standard error, in fixed words, that there is not enough memory.
Exit tell_lack_of_memory() noexcept;

}  // namespace pharmacy::cli
