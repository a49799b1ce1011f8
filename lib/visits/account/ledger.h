// What a member owes, worked out of what she bought on account and what she paid towards it.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "pharmacy/credit.h"
#include "pharmacy/store.h"

namespace pharmacy::visits {

// A sale on account, less what refunds of it gave back on account.
struct Debt {
  ReceiptId receipt;
  Date day;
  Date due;
  Money amount;
  Money paid{};
  std::optional<Date> settled{};
};
// What pays debts: a payment, or a refund on account that is of no sale known.
struct Credit {
  Date day;
  Money amount;
};

// Lets credits, in the order of their days, pay debts in the order in which they are given. Returns
// what is left of them.
Money settle(std::vector<Debt>& debts, const std::vector<Credit>& credits);

struct Ledger {
  std::vector<Debt> debts;  // what is due first comes first, of one day the lowest receipt
  Money left;               // paid, and owed by nobody

  [[nodiscard]] Money balance() const;
  [[nodiscard]] Money overdue(Date today) const;
};

// When sales on account are due, by the policy of their day.
class DueTerms {
 public:
  explicit DueTerms(Reading& reading) : reading_{reading} {}
  [[nodiscard]] Date due(Date sold);

 private:
  Reading& reading_;
  std::map<Date, int> days_{};  // of the policy of a day
};

// As of today.
Ledger ledger_of(Reading& reading, MemberId member, DueTerms& terms);
AccountItem item_of(const Debt& debt, Date today);

}  // namespace pharmacy::visits
