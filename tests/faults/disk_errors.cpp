#include "disk_errors.h"

#include <fmt/format.h>

#include <array>

namespace pharmacy::test {
namespace {

constexpr std::array names = {"EIO", "ENOSPC", "EDQUOT", "EROFS"};
// Once and from then on, each.
constexpr std::int64_t ways_to_fail = 2 * std::ssize(names);

}  // namespace

std::int64_t count_errors(const std::vector<CallPoint>& points) {
  return ways_to_fail * std::ssize(points);
}

DiskError disk_error(const std::vector<CallPoint>& points, std::int64_t number) {
  const auto way = static_cast<std::size_t>(number % ways_to_fail);
  return {.point = points.at(static_cast<std::size_t>(number / ways_to_fail)),
          .name = names.at(way / 2),
          .for_good = way % 2 != 0};
}

std::string to_string(const DiskError& error) {
  return fmt::format("{} at {} {}{}", error.name, error.point.call, error.point.k,
                     injection_end(error));
}

std::string injection(const DiskError& error) { return "error=" + error.name; }

std::function<bool(const std::string&)> reaches(std::string place) {
  return [place = std::move(place)](const std::string& line) {
    return line.find(place) != std::string::npos;
  };
}

}  // namespace pharmacy::test
