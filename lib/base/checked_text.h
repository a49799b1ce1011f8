// Checks of what people typed that collect faults, so that all are reported at once.
#pragma once

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

}  // namespace pharmacy
