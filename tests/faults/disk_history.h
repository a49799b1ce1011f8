// The files below a directory as a command changes them, call by call.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/process.h"

namespace pharmacy::test {

// A file or a directory, whatever names it bears. 0 is none, 1 the directory below which all is.
using DiskNode = std::size_t;
using DiskName = std::pair<DiskNode, std::string>;  // in that directory
using DiskNames = std::map<DiskName, DiskNode>;

// A call of the command.
struct HistoryStep {
  enum class What { write, truncate, sync, names, say };
  What what;
  DiskNode node = 0;                 // of what is written, truncated or synced
  std::size_t at = 0;                // of a write; the size of a truncation
  std::string bytes{};               // written or said
  DiskNames names{};                 // what bears them from then on; all of them do, or none
  std::optional<DiskName> needed{};  // of the directory out of which something moves
};

// Paths below the directory, with the content of what is a file.
using DiskFiles = std::map<std::string, std::optional<std::string>>;

// What is there before a command, and what it does.
struct DiskHistory {
  std::vector<std::string> contents;  // by node
  std::set<DiskNode> directories;
  DiskNames names;
  std::vector<HistoryStep> steps;

  // What it had said before a step; after the last one it has also ended well.
  [[nodiscard]] Ended ended_before(std::size_t step) const;
};

// Runs the command, which must succeed, and takes down what it does below `root`, the names of
// `except` in it left out. Fails the test unless that comes to what is there then: no call is
// overlooked.
DiskHistory history_of(const Run& command, const std::filesystem::path& root,
                       const std::set<std::string>& except);

// What lies below the directory, the same left out, and the mapped memory of a store's log, which
// no disk keeps.
DiskFiles files_below(const std::filesystem::path& root, const std::set<std::string>& except);
// Makes that what there is.
void put_files(const std::filesystem::path& root, const std::set<std::string>& except,
               const DiskFiles& files);
// The same of nodes with these contents and names.
DiskFiles files_of(const DiskHistory& history, const std::vector<std::string>& contents,
                   const DiskNames& names);

// Does to a file what a step does: that truncates it, or writes those bytes from `from` to `to`.
void apply_write(const HistoryStep& step, std::size_t from, std::size_t to, std::string& content);
void apply_names(const HistoryStep& step, DiskNames& names);

}  // namespace pharmacy::test
