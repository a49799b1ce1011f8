// The rules of the house that a program can check. Each takes one file and says what is wrong
// with it, one line a fault; nothing where all is well.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidy {

// A file of the tree: its path from the root, its text.
struct Source {
  std::string path;
  std::string text;
};
using Faults = std::vector<std::string>;

// Includes go down the rooms, and to public headers of earlier rooms of the same floor only.
// Programs see public headers. SQLite and libsodium have one door each.
Faults check_includes(const Source& source);
// Functions that cannot be used safely.
Faults check_calls(const Source& source);
// 400 lines a file, 70 a function.
Faults check_lengths(const Source& source);
// Words that have no place in what is handed on: unfinished business, paths of one machine.
Faults check_words(const Source& source);

// The text with comments, strings and characters blanked out; lines stay where they are.
std::string code_only(std::string_view text);
std::vector<std::string> lines_of(std::string_view text);

// All files below these folders of the tree (or single files) that end in one of the suffixes.
std::vector<Source> sources(const std::vector<std::string>& places,
                            const std::vector<std::string>& suffixes);

}  // namespace tidy
