// Receipts as answers: pharmacy.receipt/1 and pharmacy.receipts/1 for programs, and what of them
// people read.
#pragma once

#include "cli/output.h"
#include "pharmacy/visits.h"
#include "visit/people.h"
#include "visit/slip.h"

namespace pharmacy::cli {

// For whom, and how wide, an answer is.
struct Page {
  Readers readers = Readers::programs;
  int columns = 80;
};
Page page_of(Frame& frame);
Standing standing_in(const Session& session);

// The receipt, its lines and its payments.
void print_receipt(Output& out, const FullReceipt& receipt, const Page& page);
void print_receipts(Output& out, const std::vector<Receipt>& receipts, const Page& page);
// What a change recorded, or in a dry run would have: the slip for people.
void print_new_receipt(Transaction& tx, Output& out, const FullReceipt& receipt, const Page& page,
                       Standing standing);

}  // namespace pharmacy::cli
