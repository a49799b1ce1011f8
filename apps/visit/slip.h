// The slip of a receipt: what is handed over the counter.
#pragma once

#include <optional>
#include <string>

#include "pharmacy/points.h"
#include "pharmacy/time.h"
#include "pharmacy/visits.h"

namespace pharmacy::cli {

// Plain text, 48 columns wide. `purse` is the member's after the sale.
std::string slip(const FullReceipt& receipt, const std::optional<PointsBalance>& purse,
                 const Zone& zone);

}  // namespace pharmacy::cli
