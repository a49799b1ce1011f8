// Ringing up at the counter: one scanned item a line.
#pragma once

#include <string>
#include <vector>

#include "cli/frame.h"
#include "pharmacy/visits.h"

namespace pharmacy::cli {

// The items so far. Nothing here holds the store: each look-up is a snapshot of its own, so that
// a person may take as long as they like.
class Till {
 public:
  explicit Till(Session& session) : session_{session} {}

  // Asks for items until an empty line, with a running total; a line of "-" takes the last one
  // off. May be called again: the items stay. False where the terminal ended: nothing is to be
  // sold.
  bool scan();
  [[nodiscard]] std::vector<SaleItem> items() const;

 private:
  void take(const std::string& line);
  void ring_up(const SaleItem& item);
  void remove_last();
  [[nodiscard]] Money total() const;

  Session& session_;
  std::vector<PricedItem> rung_;
};

}  // namespace pharmacy::cli
