// Requests that a sale serves.
#pragma once

#include <vector>

#include "pharmacy/stock_requests.h"
#include "visits/sale_checks.h"

namespace pharmacy::visits {

// Ends what the buyer waited for when she bought it, where she got as much as she asked for, or as
// was held for her.
void serve_requests(Transaction& tx, ReceiptId receipt, const CheckedSale& sale);

}  // namespace pharmacy::visits
