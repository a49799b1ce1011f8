// What a sale is paid with, and how a refund is paid back.
#pragma once

#include <vector>

#include "pharmacy/policy.h"
#include "pharmacy/visits.h"

namespace pharmacy::visits {

// One payment for each kind, which together come to `total`. Throws refused where the parts do
// not add up to it.
std::vector<Payment> complete_payments(const std::vector<PaymentPart>& parts, Money total);

// Of what was paid, the part by kinds that earn points.
Money earning_part(const std::vector<Payment>& payments, const Policy& policy);

struct PaymentsBack {
  std::vector<Payment> paid;  // for the sale
  std::vector<Payment> back;  // by its earlier refunds
  Money value;                // of the sale
  Money refunded;             // of it, by earlier refunds
  Money amount;               // of this refund
};
// How this refund is paid back: the share of points that is due until now, then the other kinds
// up to what is left of each, the one that paid most first, then cash.
std::vector<Payment> payments_back(const PaymentsBack& input);

}  // namespace pharmacy::visits
