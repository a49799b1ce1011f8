// A store with a small catalog and a member, to sell from.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "pharmacy/catalog.h"
#include "pharmacy/error.h"
#include "pharmacy/visits.h"
#include "support/test_store.h"

namespace pharmacy::test {

// Products: "A" at 28.00, "B" at 10.00, "H" (a herb, in g) at 0.0350, "N" at 5.00 that earns no
// points, "F" without a price.
struct CounterStore : TestStore {
  explicit CounterStore(std::string_view day = "2026-03-01");

  // In a transaction of its own.
  ReceiptId sell(const NewSale& sale);
  // The member buys the items ("A=2@28.00#B1") and pays with the parts ("wechat=20.00").
  ReceiptId sell(const std::vector<std::string>& items,
                 const std::vector<std::string>& payments = {});
  ReceiptId take_back(const NewRefund& refund);
  FullReceipt receipt(ReceiptId id);
  // From today on so many points are worth a yuan; the rest of the policy is the default one.
  void set_point_value(int per_yuan);
  std::int64_t points();
  // Somebody of that role, by whose word her login goes, and the store as she opens it.
  Store let_in(Role role);

  MemberId member;
};

std::vector<SaleItem> items_of(const std::vector<std::string>& texts);
std::vector<PaymentPart> payments_of(const std::vector<std::string>& texts);
// "cash 8.00, wechat 20.00": sorted.
std::string payments_text(const FullReceipt& receipt);

// The error that the action throws; fails the test where it throws none.
Error error_of(const std::function<void()>& action);

}  // namespace pharmacy::test
