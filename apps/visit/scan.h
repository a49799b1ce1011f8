// Ringing up at the counter: one scanned item a line.
#pragma once

#include <optional>
#include <vector>

#include "cli/frame.h"
#include "pharmacy/visits.h"

namespace pharmacy::cli {

// Asks for items until an empty line, with a running total; a line of "-" takes the last one
// off. nullopt where the terminal ended before that: nothing is to be sold.
std::optional<std::vector<SaleItem>> scan_items(Session& session);

}  // namespace pharmacy::cli
