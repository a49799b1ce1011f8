// What the system lets a test do: what it lets, is done, and what it does not is said.
#pragma once

#include <string>

namespace pharmacy::test {

// Whether whoever has this /proc/self/status may mount what a machine of a test's own takes, where
// /proc/filesystems says so.
[[nodiscard]] bool allows_machine(const std::string& status, const std::string& filesystems);
// The same of this process.
[[nodiscard]] bool allows_machine();

// Whether the kernel keeps keys of a user, which sessions take.
[[nodiscard]] bool keeps_keys();

// Says that it is skipped; the test fails where it was allowed.
void skip(const std::string& what, bool is_allowed);

}  // namespace pharmacy::test
