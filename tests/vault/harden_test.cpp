#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "support/sanitizers.h"
#include "support/vault.h"

using namespace pharmacy;

namespace {

// Whether `check`, run in a process of its own, says so.
template <class Check>
bool holds_in_child(Check&& check) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) ::_exit(check() ? 0 : 1);
  int status = 1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

}  // namespace

TEST_CASE("a hardened process gives its memory to nobody") {
  CHECK(holds_in_child([] {
    harden_process();
    rlimit core{1, 1};
    return ::prctl(PR_GET_DUMPABLE) == 0 && ::getrlimit(RLIMIT_CORE, &core) == 0 &&
           core.rlim_cur == 0 && core.rlim_max == 0;
  }));
}

TEST_CASE("a hardened process outlives a write beyond its limit") {
  CHECK(holds_in_child([] {
    harden_process();
    const test::TempDir home;
    const int file = ::open((home.path() / "f").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    const rlimit limit{10, 10};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
    return ::pwrite(file, "x", 1, 100) == -1 && errno == EFBIG;
  }));
}

TEST_CASE("the files of a hardened process are its owner's alone, whatever the umask was") {
  for (const mode_t mask : {0U, 022U, 0777U}) {
    CAPTURE(mask);
    CHECK(holds_in_child([mask] {
      ::umask(mask);
      harden_process();
      const test::TempDir home;
      const int file = ::open((home.path() / "f").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
      struct stat status {};
      return ::fstat(file, &status) == 0 && (status.st_mode & 07777) == 0600;
    }));
  }
}

TEST_CASE("no file is opened in place of a closed standard stream, and writing there fails") {
  for (const int closed : {0, 1, 2}) {
    CAPTURE(closed);
    CHECK(holds_in_child([closed] {
      ::close(closed);
      harden_process();
      const int file = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
      char byte = 'x';
      const ssize_t count = closed == 0 ? ::read(closed, &byte, 1) : ::write(closed, &byte, 1);
      return file > 2 && count == -1 && errno == EBADF;
    }));
  }
}

// The sanitizer takes mlock() over and locks nothing.
#if !PHARMACY_SANITIZES_ADDRESS()
TEST_CASE("the memory of secrets says whether it could be locked") {
  CHECK(holds_in_child([] {
    if (!secrets_are_locked()) return true;  // not even the first page: a machine without mlock
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_MEMLOCK, &none) != 0) return false;
    if (::geteuid() == 0 && ::seteuid(65534) != 0) return false;  // root may lock all the same
    const Secret large{std::string(1 << 20, 'x')};
    return !secrets_are_locked();
  }));
}
#endif
