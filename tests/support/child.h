// Forked children of a test.
#pragma once

#include <sys/types.h>

#include <functional>

namespace pharmacy::test {

// Ends a child as _exit() does; a build that measures coverage first keeps what the child ran.
[[noreturn]] void end_child(int status);

// A child that runs `work` and ends with what that returns, 0-126. One that is still there is
// killed and waited for where this ends, as where a check before end() throws.
class Child {
 public:
  explicit Child(const std::function<int()>& work);
  Child(Child&& other) noexcept;
  ~Child();

  // Waits for its end. Returns what its work returned; fails the test where that threw, or where
  // something killed it.
  int end();
  // Kills it. False where it had ended by itself before, with 0; any other end fails the test.
  bool kill();

 private:
  pid_t pid_ = 0;  // 0: it was waited for
};

// Whether `body`, run in a child, breaks a promise that PHARMACY_CHECK asks for: the program ends
// there, with a message that names the place.
bool breaks_a_promise(const std::function<void()>& body);

}  // namespace pharmacy::test
