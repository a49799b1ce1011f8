// Figures over everything, read from one snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"
#include "pharmacy/visits.h"

namespace pharmacy {

// gross = paid on sale lines, refund = paid back (positive, on its own day), net = gross - refund.
struct SalesFigures {
  std::int64_t receipts;         // sales
  std::int64_t refund_receipts;
  std::int64_t lines;            // of sales
  Money gross;
  Money refund;
  Money net;
  std::optional<Money> average_receipt;  // gross / receipts, rounded half away; absent at 0

  static constexpr auto fields() {
    return std::tuple{Field{"receipts", &SalesFigures::receipts},
                      Field{"refund_receipts", &SalesFigures::refund_receipts},
                      Field{"lines", &SalesFigures::lines},
                      Field{"gross_fen", &SalesFigures::gross},
                      Field{"refund_fen", &SalesFigures::refund},
                      Field{"net_fen", &SalesFigures::net},
                      Field{"average_receipt_fen", &SalesFigures::average_receipt}};
  }
};

struct MemberFigures {
  std::int64_t total;       // on the last day, not merged or erased
  std::int64_t joined;      // in the period
  std::int64_t buying;      // with a purchase in the period
  std::int64_t new_buyers;  // whose first purchase ever is in the period
  std::int64_t visit_days;  // distinct pairs of member and day with a purchase

  static constexpr auto fields() {
    return std::tuple{Field{"total", &MemberFigures::total},
                      Field{"joined", &MemberFigures::joined},
                      Field{"buying", &MemberFigures::buying},
                      Field{"new_buyers", &MemberFigures::new_buyers},
                      Field{"visit_days", &MemberFigures::visit_days}};
  }
};

// All are positive but for a balance that is owed; `balance` is of the period's last day.
struct PointsFigures {
  Points earned;    // opening and reinstated points are no earnings
  Points redeemed;
  Points expired;
  Points revoked;
  Points balance;

  static constexpr auto fields() {
    return std::tuple{Field{"earned", &PointsFigures::earned},
                      Field{"redeemed", &PointsFigures::redeemed},
                      Field{"expired", &PointsFigures::expired},
                      Field{"revoked", &PointsFigures::revoked},
                      Field{"balance", &PointsFigures::balance}};
  }
};

struct ProductFigures {
  std::string code;
  std::string name;
  Quantity quantity;  // sold less taken back
  Money net;

  static constexpr auto fields() {
    return std::tuple{Field{"code", &ProductFigures::code}, Field{"name", &ProductFigures::name},
                      Field{"quantity_milli", &ProductFigures::quantity},
                      Field{"net_fen", &ProductFigures::net}};
  }
};

struct DayFigures {
  Date day;
  std::int64_t receipts;
  Money net;

  static constexpr auto fields() {
    return std::tuple{Field{"day", &DayFigures::day}, Field{"receipts", &DayFigures::receipts},
                      Field{"net_fen", &DayFigures::net}};
  }
};

struct MonthlyReport {
  std::string period;  // as asked, in the form of "2026-10" or "A..B"
  Date from;
  Date to;
  SalesFigures sales;
  MemberFigures members;
  PointsFigures points;
  std::vector<ProductFigures> top_products;  // 10 by net, ties by code
  std::vector<DayFigures> by_day;            // every day of the period
};

// Paid and paid back by one kind of payment, or by one member of staff.
struct TakingsFigures {
  std::string key;  // a word of PaymentKind, or a login
  std::int64_t receipts;
  Money paid;
  Money paid_back;
  Money net;

  static constexpr auto fields() {
    return std::tuple{Field{"key", &TakingsFigures::key},
                      Field{"receipts", &TakingsFigures::receipts},
                      Field{"paid_fen", &TakingsFigures::paid},
                      Field{"paid_back_fen", &TakingsFigures::paid_back},
                      Field{"net_fen", &TakingsFigures::net}};
  }
};

// For cashing up. A refund without payments of its own is paid back in cash.
struct DailyReport {
  Date day;
  SalesFigures sales;
  std::vector<TakingsFigures> by_payment;
  std::vector<TakingsFigures> by_staff;
  std::vector<Receipt> refunds;
  PointsFigures points;
};

// Both read one snapshot and end it before they compute. `period` spans at most 3,660 days.
PHARMACY_API MonthlyReport monthly_report(const Store& store, const Period& period);
PHARMACY_API DailyReport daily_report(const Store& store, Date day);

}  // namespace pharmacy
