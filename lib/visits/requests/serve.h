// Requests that a sale serves.
#pragma once

#include <vector>

#include "pharmacy/stock_requests.h"
#include "visits/sale_checks.h"

namespace pharmacy::visits {

// Ends what the buyer waits for of what she bought, however much that is.
void serve_requests(Transaction& tx, ReceiptId receipt, const CheckedSale& sale);

}  // namespace pharmacy::visits
