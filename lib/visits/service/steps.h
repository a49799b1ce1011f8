// The policy's service standard, asked of a sale.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "pharmacy/policy.h"
#include "pharmacy/service.h"
#include "visits/receipts/receipt_rows.h"
#include "visits/receipts/sale_checks.h"

namespace pharmacy::visits {

// The login of who released what is sold: as it was said, else whoever sells, who may be one.
// Throws invalid_input where nobody goes by the login, or nobody who could release anything.
std::optional<std::string> releasing_pharmacist(Reading& reading,
                                                const std::optional<std::string>& login);

// The steps that are missing, in the order of ServiceStep. Throws refused, with all of them that
// the policy makes a condition.
std::vector<MissedStep> missed_steps(const Policy& policy, const CheckedSale& sale,
                                     const std::vector<LineRow>& lines);

void insert(Transaction& tx, ReceiptId receipt, const std::vector<MissedStep>& missed);

}  // namespace pharmacy::visits
