// The slip of a receipt: what is handed over the counter.
#pragma once

#include <optional>
#include <string>

#include "pharmacy/points.h"
#include "pharmacy/time.h"
#include "pharmacy/visits.h"
#include "visit/slip_writer.h"

namespace pharmacy::cli {

// Whether the receipt is there, or only would be: then nothing on the slip makes it look real.
enum class Standing { recorded, trial };

// As a SlipWriter writes it. `purse` is the member's after the sale.
std::string slip(const FullReceipt& receipt, const std::optional<PointsBalance>& purse,
                 const Zone& zone, Standing standing, const SlipForm& form = {});

}  // namespace pharmacy::cli
