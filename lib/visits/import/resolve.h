// What the rows of a file of purchases mean in the store as it is now.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "db/database.h"
#include "pharmacy/catalog.h"
#include "pharmacy/ids.h"
#include "visits/import/receipts.h"

namespace pharmacy::purchases {

enum class Fate : std::uint8_t { added, already, rejected };

// The line of a sale that a refund line takes back: of the store, or of a row of the file.
struct Tie {
  std::optional<ReceiptId> sale;  // in the store
  std::int64_t line = 0;          // its line, where it is in the store
  RowNumber row = 0;              // where it is in the file
  Money amount;                   // what the refund takes of the line's amount
};

struct KnownProduct {
  std::optional<ProductId> id;  // absent where it is to be made
  std::string name;  // in the store; empty where it is to be made, or has its code for a name
  bool earns = true;
  std::optional<SpecialDrug> special{};
};

struct Resolved {
  std::vector<std::optional<MemberId>> members;  // by the number of a card's text
  std::vector<KnownProduct> products;            // by the number of a code's text
  std::vector<Fate> fates;                       // by receipt
  std::vector<Fault> faults;                     // of all rows that are rejected, in their order
  std::unordered_map<RowNumber, Tie> ties;       // of refund lines
  Remark untied;                                 // refund lines that found no sale
};

struct ResolveOptions {
  bool create_members = false;
  bool create_products = false;
};

Resolved resolve(db::Database& database, const Rows& rows, const Receipts& receipts,
                 const ResolveOptions& options);

// The step of resolve() that looks for what refund lines take back: the newest earlier line of
// that member and product with enough left, of the store or of the file. Earlier is a row of an
// earlier time or of the same, wherever it stands in the file: the newest come first in many.
// Where the refund says the day only, so is every sale of that day.
void tie_refunds(db::Database& database, const Rows& rows, const Receipts& receipts,
                 Resolved& resolved);

}  // namespace pharmacy::purchases
