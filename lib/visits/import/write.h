// The receipts of a file of purchases written to the store.
#pragma once

#include <cstdint>
#include <functional>

#include "pharmacy/imports.h"
#include "visits/import/receipts.h"
#include "visits/import/resolve.h"

namespace pharmacy::purchases {

// What of a receipt of the file becomes a sale, and what a refund.
struct Parts {
  std::vector<RowNumber> sale;
  std::vector<RowNumber> refund;
};
// Lines of quantity 0 go with the others; a receipt that has no others is nothing.
Parts parts_of(const Rows& rows, std::span<const RowNumber> numbers);

struct WriteOptions {
  ImportId import;  // the batch that the rows belong to
  bool earn = false;
  std::int64_t added = 0;  // rows
  std::function<void(std::int64_t done, std::int64_t total)> progress;
};

// What the written sales earned.
struct Earned {
  Points points;
  Remark ended;  // sales that earned nothing, since their points would have ended by now
};

// Writes the receipts whose fate is to be added, the members and products that they need, and the
// names that products lack.
Earned write_purchases(Transaction& tx, const Rows& rows, const Receipts& receipts,
                       const Resolved& resolved, const WriteOptions& options);

}  // namespace pharmacy::purchases
