#include "support/child.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <utility>

#include "support/process.h"

// Of the library that clang links for coverage; null in every other build.
extern "C" int __llvm_profile_write_file() __attribute__((weak));

namespace pharmacy::test {
namespace {

constexpr int threw = 127, killed = 128 + SIGKILL;

}  // namespace

void end_child(int status) {
  if (&__llvm_profile_write_file != nullptr) static_cast<void>(__llvm_profile_write_file());
  _exit(status);
}

Child::Child(const std::function<int()>& work) : pid_{::fork()} {
  REQUIRE(pid_ >= 0);
  if (pid_ != 0) return;
  int status = threw;
  try {
    status = work();
  } catch (...) {  // the status tells
  }
  end_child(status);
}

Child::Child(Child&& other) noexcept : pid_{std::exchange(other.pid_, 0)} {}

Child::~Child() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  static_cast<void>(wait_for(pid_));
}

int Child::end() {
  const int status = wait_for(std::exchange(pid_, 0));
  REQUIRE(status < threw);
  return status;
}

bool Child::kill() {
  REQUIRE(::kill(pid_, SIGKILL) == 0);  // nobody waited for it yet
  const int status = wait_for(std::exchange(pid_, 0));
  REQUIRE((status == killed || status == 0));
  return status == killed;
}

bool breaks_a_promise(const std::function<void()>& body) {
  constexpr int aborted = 86, not_aborted = 87;
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    ::dup2(ends[1], STDERR_FILENO);
    ::signal(SIGABRT, [](int) { end_child(aborted); });  // doctest's would tell of a failed test
    try {
      body();
    } catch (...) {
    }
    end_child(not_aborted);
  }
  ::close(ends[1]);
  std::string said;
  std::array<char, 512> part{};
  for (ssize_t size = 0; (size = ::read(ends[0], part.data(), part.size())) > 0;)
    said.append(part.data(), static_cast<std::size_t>(size));
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) && WEXITSTATUS(status) == aborted &&
         said.starts_with("pharmacy: broken promise at ");
}

}  // namespace pharmacy::test
