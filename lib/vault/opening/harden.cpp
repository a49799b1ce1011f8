#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "crypto/secret.h"
#include "pharmacy/store.h"

namespace pharmacy {

// A file opened later must not become the standard output.
static void ensure_standard_streams() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // The wrong direction on purpose: what is read or written there fails, as if it were closed.
    if (::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd) std::abort();
  }
}

void harden_process() {
  ensure_standard_streams();
  static_cast<void>(::umask(S_IRWXG | S_IRWXO));
  const rlimit none{0, 0};
  // Both are refused nowhere; a system that did would only lack this one of several guards.
  static_cast<void>(::setrlimit(RLIMIT_CORE, &none));
  static_cast<void>(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
  // A write beyond the limit then fails and is rolled back, instead of ending the program.
  static_cast<void>(std::signal(SIGXFSZ, SIG_IGN));
}

bool secrets_are_locked() noexcept { return crypto::memory_is_locked(); }

}  // namespace pharmacy
