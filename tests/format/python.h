// Runs the scripts of tests/format, the second reader above all.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "support/process.h"

namespace pharmacy::test {

Ended run_python(const char* script, const std::vector<std::string>& arguments);

// What is said of each store or backup, by its name.
using Verdicts = std::map<std::string, std::string>;
// From lines of a name, two spaces, and a verdict.
Verdicts verdicts_in(const Ended& ended);

}  // namespace pharmacy::test
