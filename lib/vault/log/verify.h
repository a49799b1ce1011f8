// Whether the access log is as it was written.
#pragma once

#include <functional>
#include <vector>

#include "pharmacy/audit.h"

namespace pharmacy::vault {

// What the findings of anchors are called: an entry that differs, and one that is not there yet, or
// no more.
inline constexpr const char* other_log = "other_log";
inline constexpr const char* older_log = "older_log";

// As pharmacy::verify_log, of the connection as it is.
std::vector<Finding> verify_log(Store::Impl& store, const std::vector<LogAnchor>& anchors,
                                const std::function<void(std::int64_t, std::int64_t)>& progress);

}  // namespace pharmacy::vault
