// Inputs that are kept: tests/fuzz/corpus has a file for each target, and in it a line for each.
//   text TEXT             the input; \n, \r, \t, \\ and \xHH stand for bytes
//   edit AT SIZE TEXT     the target's first seed, SIZE bytes of it from AT replaced by TEXT
// A line that begins with # is a comment.
#pragma once

#include <string>
#include <vector>

namespace pharmacy::test {

// The inputs of the target with this name and first seed. Throws std::runtime_error where there is
// no file, or a line is none of these.
std::vector<std::string> corpus_of(const std::string& name, const std::string& first_seed);

}  // namespace pharmacy::test
