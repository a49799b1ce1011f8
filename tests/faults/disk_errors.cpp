#include "disk_errors.h"

#include <fmt/format.h>

namespace pharmacy::test {
namespace {

// What open(2) and the others may fail with; a disk that is read-only now may say so anywhere.
std::vector<std::string> errors_of(const std::string& call) {
  if (call == "read" || call == "pread64") return {"EIO", "EINTR"};
  if (call == "fcntl" || call == "flock") return {"EIO", "ENOLCK", "EINTR"};
  std::vector<std::string> names{"EIO", "ENOSPC", "EDQUOT", "EROFS"};
  const bool may_wait = call == "openat" || call == "write" || call == "pwrite64" ||
                        call == "fsync" || call == "fdatasync" || call == "ftruncate";
  if (may_wait) names.emplace_back("EINTR");
  return names;
}

}  // namespace

std::vector<DiskError> disk_errors(const std::vector<CallPoint>& points) {
  std::vector<DiskError> errors;
  for (const CallPoint& point : points)
    for (const std::string& name : errors_of(point.call))
      for (const bool for_good : {false, true})
        errors.push_back({.point = point, .name = name, .for_good = for_good});
  return errors;
}

std::string to_string(const DiskError& error) {
  return fmt::format("{} at {} {}{}", error.name, error.point.call, error.point.k,
                     injection_end(error));
}

std::set<int> statuses_of(const DiskError& error) {
  if (error.is_interruption()) return {0};
  auto statuses = of_the_disk;
  // Whoever gets no lock is told that others have it.
  if (error.point.call == "fcntl" || error.point.call == "flock") statuses.insert(75);
  return statuses;
}

std::string injection_end(const DiskError& error) {
  if (!error.for_good) return "";
  return error.is_interruption() ? fmt::format("..{}", error.point.k + 1) : "+";
}

std::string injection(const DiskError& error) { return "error=" + error.name; }

std::function<bool(const std::string&)> reaches(std::string place) {
  return [place = std::move(place)](const std::string& line) {
    return line.find(place) != std::string::npos &&
           (line.find(" fcntl(") == std::string::npos || line.find("SETLK") != std::string::npos);
  };
}

}  // namespace pharmacy::test
