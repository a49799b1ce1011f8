// Dividing amounts so that the parts sum to the whole.
#pragma once

#include <span>
#include <vector>

#include "pharmacy/values.h"

namespace pharmacy::visits {

// `total` in the proportion of `weights`: each its share rounded down, then a fen more to those
// with the largest remainders, the first of equals. 0 <= total <= sum of weights, so that no
// share exceeds its weight.
std::vector<Money> share_by_largest_remainder(Money total, std::span<const Money> weights);

}  // namespace pharmacy::visits
