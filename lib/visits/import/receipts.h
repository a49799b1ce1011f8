// The rows of a file of purchases put together to receipts, and what they are known by.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "visits/import/rows.h"

namespace pharmacy::purchases {

// Half of a BLAKE2b-256 digest.
using ShortDigest = std::array<unsigned char, 16>;

struct Receipt {
  std::uint32_t first = 0;  // where its rows begin in Receipts::order
  std::uint32_t count = 0;
  Instant at;  // of its first row, and so the day
  Date day;
  TextNumber card = 0;  // of the first row that has one
  bool several_days = false;
  ShortDigest identity{};  // of source and key: what the receipt is
  ShortDigest content{};   // of its rows in any order
};

struct Receipts {
  std::vector<Receipt> all;           // in the order of their first rows
  std::vector<ReceiptNumber> of_row;  // by row
  std::vector<RowNumber> order;       // the rows by receipt, then as in the file

  [[nodiscard]] std::span<const RowNumber> rows_of(const Receipt& receipt) const {
    return std::span{order}.subspan(receipt.first, receipt.count);
  }
};

// Rows with one receipt number are one receipt; without numbers, rows of one card and one day;
// without either, each row is its own. Adds faults to rows that do not fit their receipt.
Receipts group_rows(Rows& rows, std::string_view source);

// The step of group_rows() for rows whose receipt cannot be told: adds faults to the others that
// may be of the same one, which could not be completed later.
void hold_back(Rows& rows);

}  // namespace pharmacy::purchases
