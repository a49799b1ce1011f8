// Gets a thread out of a blocking flock in time.
#pragma once

#include <signal.h>
#include <time.h>

#include <chrono>

namespace pharmacy::db {

// From the deadline on, interrupts system calls of the thread that made it, every 10 ms until it
// is destroyed: a signal that comes just before the call blocks is then not missed. Uses the
// real-time signal SIGRTMAX - 1, for which it leaves a handler that does nothing.
class GateTimer {
 public:
  // Throws Error(io) if the system has no timer left.
  explicit GateTimer(std::chrono::steady_clock::time_point deadline);
  ~GateTimer();
  GateTimer(const GateTimer&) = delete;
  GateTimer& operator=(const GateTimer&) = delete;

 private:
  timer_t timer_{};
  sigset_t old_mask_{};
};

}  // namespace pharmacy::db
