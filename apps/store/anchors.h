// Files of anchors of the access log.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/frame.h"
#include "pharmacy/audit.h"

namespace pharmacy::cli {

inline constexpr std::size_t anchors_bytes_max = 16'777'216;  // of a file, of which all are read

// The anchors of a file: one at the beginning of each line. Empty lines, and those that begin with
// #, say nothing.
// Throws bad_data with the line.
std::vector<LogAnchor> parse_anchors(const std::string& path, const std::string& content);
// Those of a file that something is to be compared with. Throws bad_data too where it has none:
// that would agree with everything.
std::vector<LogAnchor> read_anchors(const std::string& path, Session& session);

}  // namespace pharmacy::cli
