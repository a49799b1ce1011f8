// Runs the scripts of tests/format, the second reader above all.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/process.h"

namespace pharmacy::test {

Ended run_python(const char* script, const std::vector<std::string>& arguments);

// What is said of each store or backup, by its name.
using Verdicts = std::map<std::string, std::string>;
// From lines of a name, two spaces, and a verdict.
Verdicts verdicts_in(const Ended& ended);

class TestStore;
// What the second reader says of all in a store that is sealed to the health keys.
Verdicts reader_verdicts(const TestStore& t);
// Where the library and the reader differ, a line each.
std::string differences(const Verdicts& library, const Verdicts& reader);

// As both print a value: on one line, a long one by its length and a digest.
std::string shown(std::string_view value);

}  // namespace pharmacy::test
