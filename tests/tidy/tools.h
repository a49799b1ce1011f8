// Running the tools of the test tier.
#pragma once

#include <string>
#include <vector>

#include "support/process.h"

namespace tidy {

// Runs `argv` in the C locale, found through the path.
inline pharmacy::test::Ended run(const std::vector<std::string>& argv,
                                 const std::string& input = {}) {
  return pharmacy::test::run_process(
      {.argv = argv,
       .env = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "LANGUAGE=en"},
       .input = input});
}

// The path of a file of the tree.
inline std::string in_tree(const std::string& path) {
  return std::string{PHARMACY_SOURCE_DIR} + "/" + path;
}

}  // namespace tidy
