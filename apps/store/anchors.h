// Files of anchors of the access log.
#pragma once

#include <string>
#include <vector>

#include "pharmacy/audit.h"

namespace pharmacy::cli {

// The anchors of a file: one at the beginning of each line. Empty lines, and those that begin with
// #, say nothing.
// Throws bad_data with the line.
std::vector<LogAnchor> anchors_of(const std::string& path, const std::string& content);

}  // namespace pharmacy::cli
