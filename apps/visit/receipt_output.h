// A receipt as an answer.
#pragma once

#include "cli/output.h"
#include "pharmacy/visits.h"

namespace pharmacy::cli {

// Machines: pharmacy.receipt/1; people: a table each for the receipt, its lines and payments.
void print_receipt(Output& out, const FullReceipt& receipt);

}  // namespace pharmacy::cli
