// One line on a terminal that says how far slow work has come.
#pragma once

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <string>

namespace pharmacy::cli {

class ProgressLine {
 public:
  ProgressLine(std::ostream& err, std::string what, int columns);
  ~ProgressLine();  // clears the line
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // Redraws at most ten times a second, and not in the first half second.
  void show(std::int64_t done, std::int64_t total);

 private:
  using Clock = std::chrono::steady_clock;
  std::ostream& err_;
  std::string what_;
  std::size_t columns_;
  Clock::time_point began_ = Clock::now();
  Clock::time_point next_;
  bool shown_ = false;
};

}  // namespace pharmacy::cli
