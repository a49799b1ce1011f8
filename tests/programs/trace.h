// What programs do to files and start, as strace tells it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "support/process.h"

namespace pharmacy::test {

// The same command, and all that it starts, with its trace added to the file `trace`.
Run traced(Run run, const std::string& trace);

struct Traced {
  std::set<std::string> paths;  // opened for writing, created, renamed to, or copied to
  std::string written;          // to files, also to those that are gone
  std::string started;          // the arguments and the environments of all programs
};
Traced read_trace(const std::string& trace);

// A file or directory that was not there before, or may not have been.
struct Made {
  std::string path;
  unsigned mode;  // as the call had it made, under the umask that its process had
};
// `umask`: that of processes which set none.
std::vector<Made> made_in(const std::string& trace, unsigned umask);

}  // namespace pharmacy::test
