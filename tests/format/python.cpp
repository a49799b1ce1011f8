#include "format/python.h"

#include <doctest/doctest.h>

#include <sstream>

#include "format/vectors.h"

namespace pharmacy::test {

Ended run_python(const char* script, const std::vector<std::string>& arguments) {
  Run run;
  run.argv = {"/usr/bin/python3", "-B", (vectors_directory() / script).string()};
  run.argv.insert(run.argv.end(), arguments.begin(), arguments.end());
  run.env = {"LC_ALL=C.UTF-8"};
  return run_process(run);
}

Verdicts verdicts_in(const Ended& ended) {
  CHECK(ended.err == "");
  Verdicts verdicts;
  std::istringstream in{ended.out};
  for (std::string line; std::getline(in, line);) {
    const auto space = line.find("  ");
    REQUIRE(space != line.npos);
    verdicts[line.substr(0, space)] = line.substr(space + 2);
  }
  return verdicts;
}

}  // namespace pharmacy::test
