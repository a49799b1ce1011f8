// Who buys a special drug: as options say it, or as a person types it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/frame.h"
#include "pharmacy/visits.h"

namespace pharmacy::cli {

class BuyerOptions {
 public:
  void declare(Frame& frame, CLI::App& cmd);  // --buyer, --id-number, --document
  // What was given; a number of "-" is asked for, or is the first line of the standard input.
  [[nodiscard]] std::optional<BuyerIdentity> read(Session& session) const;

 private:
  std::optional<std::string> name_;
  std::optional<std::string> number_;
  std::optional<IdDocument> document_;
};

// The sale with its member.
using WholeSale = std::function<NewSale(Reading&)>;
// Asks who buys where one of the items needs it, nobody is named, and a person can be asked. Throws
// first what the sale is refused for whoever buys.
void ask_buyer(Session& session, NewSale& sale, const WholeSale& whole);

}  // namespace pharmacy::cli
