// What the sanitizers of this build are to find ends a program: else all that they do not report
// says nothing.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <limits>
#include <vector>

#include "support/child.h"

namespace pharmacy::test {
namespace {

// Nothing of these is known to the compiler.
volatile int most = std::numeric_limits<int>::max();
volatile int bits = 32;
volatile std::size_t past_the_end = 4;

bool ends_a_program(const std::function<void()>& body) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    body();
    end_child(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

}  // namespace

TEST_CASE("what is undefined ends a program") {
  CHECK(ends_a_program([] { most = most + 1; }));
  CHECK(ends_a_program([] { most = 1 << bits; }));
  CHECK(ends_a_program([] {
    const volatile int* nowhere = nullptr;
    most = *nowhere;
  }));
}

TEST_CASE("memory that is not there ends a program") {
  CHECK(ends_a_program([] {
    int* volatile array = new int[4]{};
    most = array[past_the_end];
    delete[] array;
  }));
  CHECK(ends_a_program([] {
    int* volatile freed = new int{1};
    delete freed;
    most = *freed;
  }));
}

TEST_CASE("what is defined ends none") {
  CHECK(!ends_a_program([] { most = most - 1; }));
}

}  // namespace pharmacy::test
