// The slip of a receipt: what is handed over the counter.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "pharmacy/points.h"
#include "pharmacy/time.h"
#include "pharmacy/visits.h"

namespace pharmacy::cli {

// Whether the receipt is there, or only would be: then nothing on the slip makes it look real.
enum class Standing { recorded, trial };

// What it is written on.
enum class Paper { screen, printer };
struct SlipForm {
  std::size_t columns = 48;
  Paper paper = Paper::screen;
};

// Plain text, no line wider than the form, but for words that cannot be broken. On a printer all
// that is not ASCII takes two columns. `purse` is the member's after the sale.
std::string slip(const FullReceipt& receipt, const std::optional<PointsBalance>& purse,
                 const Zone& zone, Standing standing, const SlipForm& form = {});

}  // namespace pharmacy::cli
