// Errors that a disk gives at a call by which a command reaches its files.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "swept_command.h"

namespace pharmacy::test {

inline const std::string disk_calls =
    "openat,write,pwrite64,fsync,fdatasync,rename,renameat2,ftruncate";

// The statuses of pharmacy(7) for what a disk does.
inline const std::set<int> of_the_disk{0, 66, 73, 74};

struct DiskError {
  CallPoint point;
  std::string name;  // "EIO"
  bool for_good;     // each later call of that name fails too

  // What is written may be lost with all that the command says.
  [[nodiscard]] bool is_mute() const { return for_good && point.call == "write"; }
};
// How many there are of these calls; and which is the one of that number, from 0.
std::int64_t count_errors(const std::vector<CallPoint>& points);
DiskError disk_error(const std::vector<CallPoint>& points, std::int64_t number);
std::string to_string(const DiskError& error);

// As run_with() and hindered() take it.
std::string injection(const DiskError& error);
inline const char* injection_end(const DiskError& error) { return error.for_good ? "+" : ""; }

// Whether a line of strace's tells of a path that has this in it.
std::function<bool(const std::string&)> reaches(std::string place);

}  // namespace pharmacy::test
