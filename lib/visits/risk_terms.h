// What a sale to a member with whom business is a risk is bound to.
#pragma once

#include "visits/sale_checks.h"

namespace pharmacy::visits {

// Adds what her risks forbid of the sale; of its terms alone where it has no items yet.
void check_risk(Reading& reading, const CheckedSale& checked, SaleFaults& faults);

}  // namespace pharmacy::visits
