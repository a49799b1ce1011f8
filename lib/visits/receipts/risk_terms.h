// What a sale to a member with whom business is a risk is bound to.
#pragma once

#include <vector>

#include "pharmacy/risk.h"
#include "visits/receipts/sale_checks.h"

namespace pharmacy::visits {

// What one of her risks forbids.
struct RiskTerm {
  RiskCondition condition;
  std::vector<Fault> faults;
};
// Of each that forbids anything of the sale; nothing of somebody restricted.
std::vector<RiskTerm> risk_terms(Reading& reading, const CheckedSale& checked);

// Adds what her risks forbid of the sale; of its terms alone where it has no items yet.
void check_risk(Reading& reading, const CheckedSale& checked, SaleFaults& faults);

}  // namespace pharmacy::visits
