// Runs built programs as real processes.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace pharmacy::test {

struct Ended {
  int status = -1;  // exit status, or 128 + signal
  std::string out;
  std::string err;
};

struct Run {
  std::vector<std::string> argv;
  std::vector<std::string> env;  // NAME=VALUE, all there is
  std::string input;             // standard input; closed after it
  std::chrono::seconds limit{120};
};

// Runs to the end. A process that outlives `limit` is killed, which is a failure of the test.
Ended run_process(const Run& run);

// Starts without waiting; output goes to `log` (a file).
pid_t start_process(const Run& run, const std::string& log);
int wait_for(pid_t pid);  // as Ended::status

// Where the build put a program ("visit").
std::string program(std::string_view name);

}  // namespace pharmacy::test
