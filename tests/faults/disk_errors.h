// Errors that a disk gives at a call by which a command reaches its files.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "swept_command.h"

namespace pharmacy::test {

inline const std::string disk_calls =
    "openat,read,pread64,write,pwrite64,fsync,fdatasync,rename,renameat2,ftruncate,fcntl,flock,"
    "unlink,unlinkat,mkdir,link";

// The statuses of pharmacy(7) for what a disk does.
inline const std::set<int> of_the_disk{0, 66, 73, 74};

struct DiskError {
  CallPoint point;
  std::string name;  // "EIO"
  bool for_good;     // each later call of that name fails too; interrupted is only the next as well

  // What is written may be lost with all that the command says.
  [[nodiscard]] bool is_mute() const {
    return for_good && !is_interruption() && point.call == "write";
  }
  // It is no failure: whoever calls again, which he must, gets on.
  [[nodiscard]] bool is_interruption() const { return name == "EINTR"; }
};
// Each error that can come from each of these calls, once and from then on.
std::vector<DiskError> disk_errors(const std::vector<CallPoint>& points);
std::string to_string(const DiskError& error);
// With which a command may end.
std::set<int> statuses_of(const DiskError& error);

// As run_with() and hindered() take it.
std::string injection(const DiskError& error);
std::string injection_end(const DiskError& error);

// Whether a line of strace's tells of a path that has this in it, and of a lock if it is of
// fcntl().
std::function<bool(const std::string&)> reaches(std::string place);

}  // namespace pharmacy::test
