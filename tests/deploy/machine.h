// A machine of a test's own, on which people log in and work with the store.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "faults/mounted.h"
#include "support/process.h"

namespace pharmacy::test {

// What somebody types at the questions of a command, a line each. At a question beyond them the
// input ends.
using Typed = std::vector<std::string>;

// The distribution as it is here, with neither this tree nor anybody's home in it. What happens
// there is not seen outside and is forgotten at the end. It takes root, and mounts in a namespace
// of the test's own: where those are not to be had, that is said, and it is false; where the system
// allows them to root, that fails the test. One at a time.
class Machine {
 public:
  Machine();
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  explicit operator bool() const { return ready_; }

  // The file of the machine, as it is named outside.
  [[nodiscard]] std::filesystem::path outside(const std::filesystem::path& file) const;

  // `cmake --install` of this build below /usr, which must succeed.
  void install() const;
  // A user of the machine with a home. She says in her profile that she is the person of this
  // login.
  void add_user(const std::string& name) const;

  // Logs in on a terminal, and types a line of shell there; `out` is all that the terminal shows.
  [[nodiscard]] Ended log_in(const std::string& user, const std::string& line,
                             const Typed& typed = {}) const;
  // The same for one command.
  [[nodiscard]] Ended run_as(const std::string& user, const std::vector<std::string>& args,
                             const Typed& typed = {}) const;
  // The same for root, and it must succeed.
  void must(const std::string& line, const Typed& typed = {}) const;

  // The command that does so, for who wants to start it herself.
  [[nodiscard]] Run logging_in(const std::string& user, const std::string& line) const;

 private:
  // Whether all that it takes is mounted.
  [[nodiscard]] bool mount();

  std::optional<Mounted> memory_;
  std::optional<Mounted> root_;
  bool ready_;
};

// Somebody's command that waits at its first question until the end of this object.
class Waiting {
 public:
  Waiting(const Machine& machine, const std::string& user, const std::string& line);
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  // The process that asks.
  [[nodiscard]] pid_t pid() const { return chain_.back(); }
  // Those from her login to it.
  [[nodiscard]] const std::vector<pid_t>& chain() const { return chain_; }

 private:
  pid_t terminal_;
  std::vector<pid_t> chain_;
};

// A word as the shell takes it.
std::string shell_word(const std::string& word);

}  // namespace pharmacy::test
