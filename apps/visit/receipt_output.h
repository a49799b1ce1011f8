// Receipts as answers: pharmacy.receipt/1 and pharmacy.receipts/1 for programs, and what of them
// people read.
#pragma once

#include "cli/output.h"
#include "cli/people.h"
#include "pharmacy/visits.h"
#include "visit/printer.h"
#include "visit/slip.h"

namespace pharmacy::cli {

// For whom, and how wide, an answer is.
struct Page {
  Readers readers = Readers::programs;
  int columns = 80;
  std::size_t slip_columns = 48;
};
Page page_of(Frame& frame);
// The same, for slips of the width that is configured.
Page page_of(Frame& frame, const Session& session);
// The width that was asked for, else the one that is configured. Throws invalid_input for a width
// that no paper has.
std::size_t slip_columns(std::optional<int> width, const Page& page);
Standing standing_in(const Session& session);

// The receipt, its lines and its payments.
void print_receipt(Output& out, const FullReceipt& receipt, const Page& page);
void print_receipts(Output& out, const std::vector<Receipt>& receipts, const Page& page);
// What a change recorded, or in a dry run would have: the slip for people, and what `paper` is to
// print once it is recorded.
void print_new_receipt(Transaction& tx, Output& out, const FullReceipt& receipt, const Page& page,
                       Standing standing, PaperSlip& paper);
// The purse of the receipt's member at the end of a day.
std::optional<PointsBalance> purse_of(Reading& reading, const Receipt& receipt, Date day);

}  // namespace pharmacy::cli
