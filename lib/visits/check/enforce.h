// The check at the counter as part of a sale.
#pragma once

#include <vector>

#include "pharmacy/counter_check.h"
#include "pharmacy/visits.h"
#include "visits/receipts/sale_checks.h"

namespace pharmacy::visits {

// Throws refused, with all that speaks against the sale, unless a pharmacist says why it is right;
// not_permitted where somebody else says so. What is only to be told is returned.
CounterCheck enforce_check(Transaction& tx, const CheckedSale& sale);
// Keeps what was handed out all the same.
void insert_overrides(Transaction& tx, ReceiptId receipt, const CheckedSale& sale,
                      const CounterCheck& check);

}  // namespace pharmacy::visits
