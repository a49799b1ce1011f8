// Arguments of the programs, and what may come of any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/run.h"

namespace pharmacy::test {

struct ProgramOf {
  std::string name;
  cli::Define define;
};
const std::vector<ProgramOf>& programs();

// What a message may not repeat, beside what none may: "" where all is well. `secrets` are texts
// of the store that is used.
std::string fault_of(const Ran& ran, const std::vector<std::string>& secrets = {});

// Puts the process into another directory while it lives, so that files which are named by chance
// do no harm.
class Elsewhere {
 public:
  explicit Elsewhere(const std::string& directory);
  ~Elsewhere();
  Elsewhere(const Elsewhere&) = delete;
  Elsewhere& operator=(const Elsewhere&) = delete;

 private:
  int before_;
};

}  // namespace pharmacy::test
