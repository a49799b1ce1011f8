// How each verb that writes is killed, to see whether it is done or not done.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace pharmacy::test {

struct VerbSweep {
  enum class How {
    command,  // in the pharmacy, of which `text` is the command; it may have others before "&&"
    deed,     // in a sweep of its own, which is called so
    none      // not at all, for this reason
  };
  How how;
  std::string text;
};

// By verb: those that roles.txt tries with --dry-run, and what writing.txt has in their place or
// beside them.
std::map<std::string, VerbSweep> verb_sweeps();

// Commands of the pharmacy, in words; those before the last prepare it. Each has the key file of
// somebody who may.
struct VerbCommand {
  std::vector<std::vector<std::string>> before;
  std::vector<std::string> words;
};
VerbCommand verb_command(const std::string& verb, const std::string& text);

}  // namespace pharmacy::test
