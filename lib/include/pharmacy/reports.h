// Figures over everything, read from one snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pharmacy/credit.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy {

// gross = paid on sale lines, refund = paid back (positive, on its own day), net = gross - refund.
// A purchase is a sale of something: a sale whose lines all have quantity 0 is none, and counts
// neither here nor among members.
struct SalesFigures {
  std::int64_t receipts;  // purchases
  std::int64_t refund_receipts;
  std::int64_t lines;  // of sales, with a quantity above 0
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

// Members only: what others buy is in the sales.
struct MemberFigures {
  std::int64_t total;       // on the last day, not merged or erased
  std::int64_t joined;      // in the period, of these
  std::int64_t buying;      // with a purchase in the period
  std::int64_t new_buyers;  // whose first purchase ever is in the period
  std::int64_t visit_days;  // distinct pairs of member and day with a purchase

  static constexpr auto fields() {
    return std::tuple{
        Field{"total", &MemberFigures::total}, Field{"joined", &MemberFigures::joined},
        Field{"buying", &MemberFigures::buying}, Field{"new_buyers", &MemberFigures::new_buyers},
        Field{"visit_days", &MemberFigures::visit_days}};
  }
};

// All members together, by the day on which it happened. None is below 0 but `balance`, where
// more is owed than held, and `adjusted`.
struct PointsFigures {
  Points earned;    // by purchases: opening and reinstated points are no earnings
  Points redeemed;  // as paid with, before what refunds gave back
  Points expired;   // what was left of lots on the day after their last one
  Points revoked;   // taken back by refunds
  Points adjusted;  // by hand: added less taken away
  Points balance;   // at the end of the period's last day, less what is owed

  static constexpr auto fields() {
    return std::tuple{
        Field{"earned", &PointsFigures::earned},     Field{"redeemed", &PointsFigures::redeemed},
        Field{"expired", &PointsFigures::expired},   Field{"revoked", &PointsFigures::revoked},
        Field{"adjusted", &PointsFigures::adjusted}, Field{"balance", &PointsFigures::balance}};
  }
};

// One product over the period.
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

// One day of the period.
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
  std::string period;  // its shortest name: "2026-10", "2026-Q4", "2026", a day, or "A..B"
  Date from;
  Date to;
  SalesFigures sales;
  MemberFigures members;
  PointsFigures points;
  std::vector<ProductFigures> top_products;  // 10 by net, ties by code
  std::vector<DayFigures> by_day;            // every day of the period
  // The newest entry of the access log, as verify_log() takes it: printed reports show later
  // whether the log was changed. Absent where nothing was logged yet.
  std::optional<std::string> log_anchor;
};

// Paid and paid back by one kind of payment, or by one member of staff.
struct TakingsFigures {
  std::string key;        // a word of PaymentKind; a login, or the name that an import gave
  std::int64_t receipts;  // purchases; one paid in two kinds counts for both
  Money paid;
  Money paid_back;
  Money net;

  static constexpr auto fields() {
    return std::tuple{
        Field{"key", &TakingsFigures::key}, Field{"receipts", &TakingsFigures::receipts},
        Field{"paid_fen", &TakingsFigures::paid},
        Field{"paid_back_fen", &TakingsFigures::paid_back}, Field{"net_fen", &TakingsFigures::net}};
  }
};

// One refund of the day, without naming whose it was.
struct RefundFigures {
  ReceiptId receipt;
  std::optional<ReceiptId> refund_of;  // absent where it takes back none, or several
  Instant at;
  std::string staff;  // as in TakingsFigures
  Money amount;       // paid back
  std::optional<std::string> reason;

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &RefundFigures::receipt},
                      Field{"refund_of", &RefundFigures::refund_of},
                      Field{"at", &RefundFigures::at},
                      Field{"staff", &RefundFigures::staff},
                      Field{"amount_fen", &RefundFigures::amount},
                      Field{"reason", &RefundFigures::reason}};
  }
};

// What was paid towards accounts, by one kind of payment. It is of no receipt, and stands in no
// other figure.
struct CollectedFigures {
  AccountPaymentKind kind;
  std::int64_t payments;
  Money amount;

  static constexpr auto fields() {
    return std::tuple{Field{"paid_by", &CollectedFigures::kind},
                      Field{"payments", &CollectedFigures::payments},
                      Field{"amount_fen", &CollectedFigures::amount}};
  }
};

// For cashing up. What of a receipt has no payment on record was paid, or paid back, in cash.
struct DailyReport {
  Date day;
  SalesFigures sales;
  std::vector<TakingsFigures> by_payment;   // in the order of PaymentKind
  std::vector<TakingsFigures> by_staff;     // by key
  std::vector<CollectedFigures> collected;  // of the day, in the order of AccountPaymentKind
  std::vector<RefundFigures> refunds;       // in the order of their numbers
  PointsFigures points;
};

// What the staff entered in a period, and how good it is. No ratio is told of nothing. A fact is a
// field of a file that has one value at a time: name, sex, birth, phone, address, note, kind,
// class, region, relation, call_as, contact_by, city_size.
struct QualityFigures {
  std::optional<std::string> staff;  // login; absent where it is all of them
  // Opened in the period by registering a member; neither imported nor erased.
  std::int64_t files;
  std::int64_t files_in_use;  // of these, neither restricted nor merged into another
  // The mean of their scores, as list_incomplete() tells them, rounded down.
  std::optional<std::int64_t> completeness_percent;
  // Of the files in use, those that have a phone, and those that have an address …
  std::int64_t contacts_held;
  std::int64_t contacts_stale;  // … and of these, those that list_stale() tells of by the policy
  std::optional<std::int64_t> stale_percent;  // of contacts_held; rounded down
  // Facts that a file was opened with, and values that were written into one in the period.
  // Neither of members who are merged with others: the history is that of both.
  std::int64_t facts_entered;
  std::int64_t facts_corrected;  // of these, what was changed or cleared since, by whomever
  std::optional<std::int64_t> corrected_percent;  // of facts_entered; rounded down
  // Of `files`, those of a person who has one with a lower number, as merges tell.
  std::int64_t duplicate_files;

  static constexpr auto fields() {
    return std::tuple{Field{"staff", &QualityFigures::staff},
                      Field{"files", &QualityFigures::files},
                      Field{"files_in_use", &QualityFigures::files_in_use},
                      Field{"completeness_percent", &QualityFigures::completeness_percent},
                      Field{"contacts_held", &QualityFigures::contacts_held},
                      Field{"contacts_stale", &QualityFigures::contacts_stale},
                      Field{"stale_percent", &QualityFigures::stale_percent},
                      Field{"facts_entered", &QualityFigures::facts_entered},
                      Field{"facts_corrected", &QualityFigures::facts_corrected},
                      Field{"corrected_percent", &QualityFigures::corrected_percent},
                      Field{"duplicate_files", &QualityFigures::duplicate_files}};
  }
};

struct QualityReport {
  Date from;
  Date to;
  QualityFigures in_all;
  std::vector<QualityFigures> by_staff;  // who entered anything, by login
};

// The figures of a month or of any other period of at most 3,660 days; a longer one is
// invalid_input. Reads one snapshot and ends it before it computes.
PHARMACY_API MonthlyReport monthly_report(const Store& store, const Period& period);
// The figures of one day, likewise.
PHARMACY_API DailyReport daily_report(const Store& store, Date day);
// What was entered in the period as it is now, by today's policy. Throws not_permitted to anyone
// but managers and auditors.
PHARMACY_API QualityReport quality_report(const Store& store, const Period& period);

}  // namespace pharmacy
