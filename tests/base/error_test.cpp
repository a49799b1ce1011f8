#include "pharmacy/error.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace pharmacy;

TEST_CASE("an error carries its code, its message and its hint") {
  const Error error{Errc::conflict, "this phone number belongs to M1", "use --shared"};
  CHECK(error.code() == Errc::conflict);
  CHECK(std::string{error.what()} == "this phone number belongs to M1");
  REQUIRE(error.faults().size() == 1);
  CHECK(error.faults()[0].hint == "use --shared");
}

TEST_CASE("an error of several faults keeps them in order") {
  const Error error{Errc::invalid_input, {{"first", "a"}, {"second", ""}}};
  const Error copy{error};
  CHECK(std::string{copy.what()} == "first");
  REQUIRE(copy.faults().size() == 2);
  CHECK(copy.faults()[1].message == "second");
}

TEST_CASE("a broken promise ends the program in every build") {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(STDERR_FILENO);
    ::signal(SIGABRT, SIG_DFL);
    PHARMACY_CHECK(1 + 1 == 3);
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGABRT);
}
