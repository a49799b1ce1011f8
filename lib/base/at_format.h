// How the days and times of a file are written: formats of strptime(3) that people give.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pharmacy/time.h"

namespace pharmacy {

// Throws Error(invalid_input) for a format that no date can be read by: an empty one, one with an
// unknown conversion, or without a year.
void check_at_format(const std::optional<std::string>& format);

// The format that a cell is written in where it is one of the common ones, to be proposed:
// "%Y/%m/%d" for "2026/10/01".
std::optional<std::string> guess_at_format(std::string_view cell, const Zone& zone);

}  // namespace pharmacy
