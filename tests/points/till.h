// Sales and refunds as the purse knows them: an id, a day and amounts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "pharmacy/points.h"
#include "support/test_store.h"

namespace pharmacy::test {

// A member with nothing but a number, and receipts without lines.
MemberId bare_member(Transaction& tx);
ReceiptId bare_receipt(Transaction& tx, MemberId member, const char* kind, Date day, Money amount);

// Everything that is eligible and earns: `amount` of it.
PointsBasis whole(Money amount);

// A sale of `yuan` that earns a point a yuan, on the store's day, in a transaction of its own.
ReceiptId sell(TestStore& t, MemberId member, std::int64_t yuan, std::int64_t points_used = 0);
// The same, inside a transaction.
ReceiptId sell(Transaction& tx, MemberId member, std::int64_t yuan, std::int64_t points_used = 0);
// Takes back `refunded` yuan of `of`, all in all.
ReversedPoints take_back(TestStore& t, MemberId member, ReceiptId sale, std::int64_t refunded,
                         std::int64_t of);

std::int64_t balance(TestStore& t, MemberId member);
std::int64_t balance_on(TestStore& t, MemberId member, std::string_view day);

// What the store's tables say of a purse, by sums of its own.
struct PurseSums {
  std::int64_t ledger;  // lots - debits + returns
  std::int64_t left;    // of lots that live
  std::int64_t ended;   // of lots that have ended: 0 after a change
  std::int64_t owed;
  std::int64_t bad_lots;    // below 0 or above their points
  std::int64_t bad_debits;  // redemptions and ends that are not allocated in full

  static constexpr auto fields() {
    return std::tuple{
        Field{"ledger", &PurseSums::ledger},     Field{"left", &PurseSums::left},
        Field{"ended", &PurseSums::ended},       Field{"owed", &PurseSums::owed},
        Field{"bad_lots", &PurseSums::bad_lots}, Field{"bad_debits", &PurseSums::bad_debits}};
  }
};
PurseSums purse_sums(Reading& reading, MemberId member);

// What is left in the purse by the last day of its lots.
std::map<std::string, std::int64_t> left_by_last_day(Reading& reading, MemberId member);

}  // namespace pharmacy::test
