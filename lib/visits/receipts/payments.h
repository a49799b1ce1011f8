// What a sale is paid with, and how a refund is paid back.
#pragma once

#include <vector>

#include "db/database.h"
#include "pharmacy/policy.h"
#include "pharmacy/visits.h"

namespace pharmacy::visits {

// One payment for each kind, which together come to `total`. Throws refused where the parts do
// not add up to it.
std::vector<Payment> complete_payments(const std::vector<PaymentPart>& parts, Money total);

// Of what was paid, the part by kinds that earn points.
Money earning_part(const std::vector<Payment>& payments, const Policy& policy);

// What earlier refunds of the sale paid back of it, by kind. A refund of several sales is shared
// among them in proportion.
std::vector<Payment> paid_back_until_now(db::Database& database, ReceiptId sale);

struct PaymentsBack {
  std::vector<Payment> paid;  // for the sale
  std::vector<Payment> back;  // by its earlier refunds
  Money by_points;            // what of all that has come back until now points pay back
  Money amount;               // of this refund
};
// How this refund is paid back: what points are due until now, then the other kinds up to what is
// left of each, the one that paid most first, then cash.
std::vector<Payment> payments_back(const PaymentsBack& input);

}  // namespace pharmacy::visits
