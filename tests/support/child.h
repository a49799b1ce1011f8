// Forked children of a test.
#pragma once

#include <functional>

namespace pharmacy::test {

// Ends a child as _exit() does; a build that measures coverage first keeps what the child ran.
[[noreturn]] void end_child(int status);

// Whether `body`, run in a child, breaks a promise that PHARMACY_CHECK asks for: the program ends
// there, with a message that names the place.
bool breaks_a_promise(const std::function<void()>& body);

}  // namespace pharmacy::test
