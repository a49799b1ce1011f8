// Checks of what people typed that collect faults, so that all are reported at once.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/error.h"

namespace pharmacy {

// The text as the store keeps it; a fault that names `what` where it is empty, longer than
// `longest` bytes, or no text.
std::string checked_text(std::vector<Fault>& faults, const char* what, std::string_view text,
                         std::size_t longest);
// The same where it is given.
std::optional<std::string> checked_text(std::vector<Fault>& faults, const char* what,
                                        const std::optional<std::string>& text,
                                        std::size_t longest);

// The same of a text that may have several lines.
std::string checked_lines(std::vector<Fault>& faults, const char* what, std::string_view text,
                          std::size_t longest);

// Throws invalid_input where a list of 1 to `most` is asked for otherwise.
void check_limit(std::size_t limit, std::size_t most);

}  // namespace pharmacy
