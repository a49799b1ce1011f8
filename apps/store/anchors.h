// Files of anchors of the access log.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pharmacy/audit.h"

namespace pharmacy::cli {

inline constexpr std::size_t anchors_bytes_max = 16'777'216;  // of a file, of which all are read

// The anchors of a file: one at the beginning of each line. Empty lines, and those that begin with
// #, say nothing.
// Throws bad_data with the line.
std::vector<LogAnchor> anchors_of(const std::string& path, const std::string& content);

}  // namespace pharmacy::cli
