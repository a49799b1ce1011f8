// Requests that a sale serves.
#pragma once

#include <vector>

#include "pharmacy/stock_requests.h"
#include "visits/receipts/sale_checks.h"

namespace pharmacy::visits {

// Ends what the buyer waited for when she bought it, where she got as much as she asked for, or as
// was held for her.
void serve_requests(Transaction& tx, ReceiptId receipt, const CheckedSale& sale);

// The same looked at again after some of a sale was taken back as mistyped: what it does not serve
// any more is served by the next sale that is enough, or else waits again, in its old place and
// with what is held for it; but not where she asked for the same again since. Those that wait.
std::vector<WaitsAgain> reopen_requests(Transaction& tx, ReceiptId sale);

}  // namespace pharmacy::visits
