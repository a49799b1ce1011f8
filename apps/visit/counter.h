// Selling what was scanned: until it is sold, what is wrong is mended at the terminal, and the
// items stay.
#pragma once

#include <functional>

#include "cli/frame.h"
#include "pharmacy/visits.h"
#include "visit/identity.h"

namespace pharmacy::cli {

using Selling = std::function<void(Transaction&, Output&)>;
struct ScannedSale {
  WholeSale whole;
  Selling selling;
};

// Asks for items into `sale` and lets `how` sell it. Where that is refused, asks how it is paid, or
// for other items, and tries again. False where nothing was sold: no item, or the terminal ended.
bool sell_scanned(Session& session, NewSale& sale, const ScannedSale& how);

}  // namespace pharmacy::cli
