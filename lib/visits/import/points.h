// What an imported refund does to the points of the sale that it takes back.
#pragma once

#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy::purchases {

struct TakenBack {
  ReceiptId sale;
  ReceiptId refund;
  Date day;  // of the refund
};
// Takes back what the sale earned and gives back what points paid, as of this refund and those
// before it.
void reverse_points_of(Transaction& tx, const TakenBack& refund);

}  // namespace pharmacy::purchases
