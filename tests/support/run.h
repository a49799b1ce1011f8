// Runs a program in process, in a world that the test makes up.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/world.h"
#include "support/test_store.h"

namespace pharmacy::test {

struct Ran {
  int status = -1;
  std::string out;
  std::string err;
  std::string paged;                // what went through the pager
  std::vector<std::string> logged;  // what was handed to the machine's log
};

// What surrounds the program. By default: no terminal anywhere, nothing to read, an empty
// environment, no pager.
struct Surroundings {
  std::string in = {};
  bool terminal = false;  // all three streams
  int columns = 80;
  int rows = 24;
  std::map<std::string, std::string> env = {};
  std::vector<std::string> secrets = {};  // typed without echo, one after the other
  bool secrets_are_locked = true;         // against swapping
  bool output_fails = false;              // as on a full disk
  // What is made of a text in an editor; without it there is no editor.
  std::function<std::optional<std::string>(const std::string& text)> edit = {};
  Clock clock = [] { return Instant{1'792'000'000}; };  // 2026-10-14
};

// Without a store.
Ran run(cli::Define define, const std::vector<std::string>& args, Surroundings around = {});
// With the store and its key file in the environment, and its clock.
Ran run(cli::Define define, TestStore& store, const std::vector<std::string>& args,
        Surroundings around = {});

}  // namespace pharmacy::test
