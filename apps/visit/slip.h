// The slip of a receipt: what is handed over the counter.
#pragma once

#include <optional>
#include <string>

#include "pharmacy/points.h"
#include "pharmacy/time.h"
#include "pharmacy/visits.h"

namespace pharmacy::cli {

// Whether the receipt is there, or only would be: then nothing on the slip makes it look real.
enum class Standing { recorded, trial };

// Plain text, 48 columns wide. `purse` is the member's after the sale.
std::string slip(const FullReceipt& receipt, const std::optional<PointsBalance>& purse,
                 const Zone& zone, Standing standing);

}  // namespace pharmacy::cli
