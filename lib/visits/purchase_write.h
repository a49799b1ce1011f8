// The receipts of a file of purchases written to the store.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "pharmacy/imports.h"
#include "visits/purchase_receipts.h"
#include "visits/purchase_resolve.h"

namespace pharmacy::purchases {

// What of a receipt of the file becomes a sale, and what a refund.
struct Parts {
  std::vector<RowNumber> sale;
  std::vector<RowNumber> refund;
};
// Lines of quantity 0 go with the others; a receipt that has no others is nothing.
Parts parts_of(const Rows& rows, std::span<const RowNumber> numbers);

struct WriteOptions {
  std::string source;
  bool earn = false;
  std::int64_t added = 0;  // rows
  std::function<void(std::int64_t done, std::int64_t total)> progress;
};

// Writes the receipts whose fate is to be added, and the members and products that they need.
// Returns the points that they earned.
Points write_purchases(Transaction& tx, const Rows& rows, const Receipts& receipts,
                       const Resolved& resolved, const WriteOptions& options);

}  // namespace pharmacy::purchases
