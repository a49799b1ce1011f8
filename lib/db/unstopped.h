// Where a program must not be suspended.
#pragma once

#include <pthread.h>

#include <csignal>

namespace pharmacy::db {

// While one lives, a stop from the terminal (Ctrl-Z) waits: a program that is suspended with the
// gate shut, or while it recovers the log, would keep all others waiting until somebody notices.
// They may be nested; each belongs to one thread.
class Unstopped {
 public:
  Unstopped() noexcept {
    if (depth++ > 0) return;
    sigset_t before;
    pthread_sigmask(SIG_BLOCK, &stop(), &before);
    was_blocked = sigismember(&before, SIGTSTP) == 1;
  }
  ~Unstopped() {
    if (--depth == 0 && !was_blocked) pthread_sigmask(SIG_UNBLOCK, &stop(), nullptr);
  }
  Unstopped(const Unstopped&) = delete;
  Unstopped& operator=(const Unstopped&) = delete;

 private:
  static const sigset_t& stop() noexcept {
    static const sigset_t set = [] {
      sigset_t only;
      sigemptyset(&only);
      sigaddset(&only, SIGTSTP);
      return only;
    }();
    return set;
  }
  inline static thread_local int depth = 0;
  inline static thread_local bool was_blocked = false;
};

}  // namespace pharmacy::db
