// The write gate of a store.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "db/unstopped.h"
#include "pharmacy/time.h"

namespace pharmacy::db {

// The write gate: an exclusive flock on the file store.lock. Every write transaction and every
// checkpoint happens while it is held; a connection whose gate is not held cannot write. A stop
// from the terminal takes effect only when it is let go.
class Gate {
 public:
  struct Holder {
    pid_t pid = 0;
    std::string program;
    Instant since;
    bool stopped = false;  // suspended by a signal, so that it will not let go by itself
  };

  // `program` is shown to whoever waits. Opens nothing yet.
  Gate(std::filesystem::path lock_file, std::string program);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  // Waits, nearly first come first served, until this gate is held; it must not be held yet.
  // Throws busy, naming the holder, when `wait` has passed; io if the file cannot be locked.
  void acquire(std::chrono::milliseconds wait);
  void release() noexcept;  // nothing happens if it is not held
  [[nodiscard]] bool held() const noexcept { return held_; }

  // Who holds the gate, or held it last and still runs.
  static std::optional<Holder> holder(const std::filesystem::path& lock_file);

 private:
  friend struct GateList;  // closes the gates of a forked child
  void open_lock_file();
  void lock(std::chrono::milliseconds wait);
  bool lock_before(std::chrono::steady_clock::time_point deadline);
  [[nodiscard]] bool is_at_its_path() const;
  void write_holder() const noexcept;
  void close_lock() noexcept;
  void close_file() noexcept;

  std::filesystem::path lock_file_;
  std::string program_;
  int fd_ = -1;
  ino_t inode_ = 0;  // of the file that is open
  dev_t device_ = 0;
  pid_t pid_ = 0;  // who opened it: a child opens its own
  bool held_ = false;
  std::optional<Unstopped> unstopped_;
};

// Holds the gate to the end of its own life. One that was held before stays so.
class GateHold {
 public:
  // Throws what Gate::acquire throws.
  GateHold(Gate& gate, std::chrono::milliseconds wait) : gate_{gate}, is_mine_{!gate.held()} {
    if (is_mine_) gate_.acquire(wait);
  }
  ~GateHold() {
    if (is_mine_) gate_.release();
  }
  GateHold(const GateHold&) = delete;
  GateHold& operator=(const GateHold&) = delete;

 private:
  Gate& gate_;
  bool is_mine_;
};

}  // namespace pharmacy::db
