// What was sold of batches, and what of it came back.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "db/database.h"
#include "pharmacy/recall.h"

namespace pharmacy::visits {

// Every batch that the store's lines know, by what it is compared by. Read once for as many
// recalls as are traced: there are few batches beside the lines that have them.
class KnownBatches {
 public:
  explicit KnownBatches(db::Database& database);
  // As the lines have them.
  [[nodiscard]] std::vector<std::string> spelled(const std::vector<std::string>& batches) const;

 private:
  std::multimap<std::string, std::string> spellings_;
};

// What one member has to do with it.
struct Buyer {
  Quantity quantity{};
  Quantity returned{};
  bool is_restricted = false;
  bool brought_back = false;  // something, because of a recall
  [[nodiscard]] bool is_back() const { return brought_back || quantity == returned; }
};

struct Trace {
  std::vector<RecalledLine> lines;  // by receipt and line
  RecallFigures figures{};
  std::map<MemberId, Buyer> buyers;
};

struct Traced {
  ProductId product;
  std::vector<std::string> batches;
};
Trace trace(db::Database& database, const KnownBatches& known, const Traced& what);

}  // namespace pharmacy::visits
