// The names under which files and directories are made, until they get their own.
#pragma once

#include <string>
#include <string_view>

#include "base/file.h"

namespace pharmacy {

// What follows the path of what is made: a word, 16 random hexadecimal digits, an ending.
struct PassingName {
  std::string_view word;
  std::string_view ending;
  enum class Kind { file, directory } kind = Kind::file;

  // A name beside `path` that nobody else uses. Throws cannot_create.
  [[nodiscard]] std::string beside(const std::string& path) const;
};

// Whoever makes something under such a name holds its lock meanwhile. False where another has it,
// who takes what was just made for left behind and removes it: then another is to be made. Where
// nothing can be locked, nobody does that.
bool lock_made(const Fd& made);

// Removes what lies beside `path` under such a name, is our own, and is locked by nobody: whoever
// made it was cut off. A directory is removed only where nobody else could have given it the name.
void remove_left_behind(const std::string& path, const PassingName& name);

}  // namespace pharmacy
