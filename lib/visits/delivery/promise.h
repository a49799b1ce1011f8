// What a sale promises to deliver.
#pragma once

#include "visits/receipts/sale_checks.h"

namespace pharmacy::visits {

// A fault where it is promised for a time that is not after the sale.
void check_promise(Reading& reading, const CheckedSale& sale, SaleFaults& faults);
// Keeps by when it was promised, where it was.
void insert_promise(Transaction& tx, ReceiptId receipt, const CheckedSale& sale);

}  // namespace pharmacy::visits
