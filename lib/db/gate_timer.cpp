#include "db/gate_timer.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy::db {
namespace {

int wake_signal() { return SIGRTMAX - 1; }

// Once and for good: another thread may be waiting too, and without a handler the signal ends
// the process.
void handle_wake_signal() {
  static const int handled = [] {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    sigemptyset(&action.sa_mask);  // and no SA_RESTART: the call is to be interrupted
    return sigaction(wake_signal(), &action, nullptr);
  }();
  PHARMACY_CHECK(handled == 0);
}

timespec to_timespec(std::chrono::nanoseconds time) {
  return {.tv_sec = static_cast<time_t>(time.count() / 1'000'000'000),
          .tv_nsec = static_cast<long>(time.count() % 1'000'000'000)};
}

}  // namespace

GateTimer::GateTimer(std::chrono::steady_clock::time_point deadline) {
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = wake_signal();
  event._sigev_un._tid = static_cast<pid_t>(syscall(SYS_gettid));
  if (timer_create(CLOCK_MONOTONIC, &event, &timer_) != 0)
    throw Error(Errc::io, std::string(_("cannot set a timer: ")) + std::strerror(errno));

  handle_wake_signal();
  sigset_t wanted;
  sigemptyset(&wanted);
  sigaddset(&wanted, wake_signal());
  pthread_sigmask(SIG_UNBLOCK, &wanted, &old_mask_);

  const auto remaining = std::max<std::chrono::nanoseconds>(
      deadline - std::chrono::steady_clock::now(), std::chrono::milliseconds(1));
  const itimerspec when{.it_interval = to_timespec(std::chrono::milliseconds(10)),
                        .it_value = to_timespec(remaining)};
  timer_settime(timer_, 0, &when, nullptr);
}

GateTimer::~GateTimer() {
  // After timer_delete no further signal is made; one already made is delivered before the mask
  // returns.
  timer_delete(timer_);
  pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

}  // namespace pharmacy::db
