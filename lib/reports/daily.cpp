// The report of a day, for cashing up.
#include <algorithm>
#include <map>

#include "pharmacy/reports.h"
#include "pharmacy/visits.h"
#include "reports/figures.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "vault/purchase.h"

namespace pharmacy {

namespace {

// A receipt of the day, and whether it counts as a purchase.
struct DayReceipt {
  ReceiptId id;
  ReceiptKind kind;
  std::optional<ReceiptId> refund_of;
  Instant at;
  std::string staff;
  Money amount;
  std::optional<std::string> reason;
  bool is_purchase;

  static constexpr auto fields() {
    return std::tuple{Field{"id", &DayReceipt::id},
                      Field{"kind", &DayReceipt::kind},
                      Field{"refund_of", &DayReceipt::refund_of},
                      Field{"at", &DayReceipt::at},
                      Field{"staff", &DayReceipt::staff},
                      Field{"amount", &DayReceipt::amount},
                      Field{"reason", &DayReceipt::reason},
                      Field{"is_purchase", &DayReceipt::is_purchase}};
  }
};

struct DayPayment {
  ReceiptId receipt;
  PaymentKind kind;
  Money amount;

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &DayPayment::receipt}, Field{"kind", &DayPayment::kind},
                      Field{"amount", &DayPayment::amount}};
  }
};

// What is copied from the snapshot.
struct DaySnapshot {
  std::vector<reports::DaySums> days;
  std::vector<reports::ProductSums> products;
  std::vector<DayReceipt> receipts;
  std::vector<DayPayment> payments;
  std::vector<CollectedFigures> collected;
  PointsFigures points;
};

std::vector<CollectedFigures> collected_on(db::Database& database, Date day) {
  auto collected = database.rows<CollectedFigures>(
      "SELECT kind, count(*), sum(amount) FROM account_payment"
      " WHERE day = ?1 AND voided_at IS NULL GROUP BY kind",
      day);
  std::ranges::sort(collected, {}, &CollectedFigures::kind);
  return collected;
}

DaySnapshot take(const Store& store, Date day) {
  Reading reading = store.read();
  db::Database& database = vault::database(reading);
  const Period period{day, day};
  return {.days = reports::day_sums(database, period),
          .products = reports::product_sums(database, period),
          .receipts = database.rows<DayReceipt>(
              "SELECT r.id, r.kind, r.refund_of, r.at, coalesce(r.staff_name, s.login),"
              " r.amount, r.reason, r.kind = 'sale' AND " PHARMACY_IS_PURCHASE
              " FROM receipt AS r JOIN staff AS s ON s.id = r.staff"
              " WHERE r.day = ?1 ORDER BY r.id",
              day),
          .payments = database.rows<DayPayment>(
              "SELECT p.receipt, p.kind, p.amount FROM receipt AS r"
              " JOIN payment AS p ON p.receipt = r.id WHERE r.day = ?1 ORDER BY p.receipt, p.kind",
              day),
          .collected = collected_on(database, day),
          .points = reports::points_figures(database, period)};
}

void count(TakingsFigures& takings, const DayReceipt& receipt, Money amount) {
  takings.receipts += receipt.is_purchase ? 1 : 0;
  (receipt.kind == ReceiptKind::sale ? takings.paid : takings.paid_back) += amount;
  takings.net = takings.paid - takings.paid_back;
}

template <class Key>
std::vector<TakingsFigures> listed(const std::map<Key, TakingsFigures>& takings) {
  std::vector<TakingsFigures> all;
  for (const auto& [key, figures] : takings) {
    auto& row = all.emplace_back(figures);
    if constexpr (NamedEnum<Key>) {
      row.key = to_word(key);
    } else {
      row.key = key;
    }
  }
  return all;
}

std::vector<TakingsFigures> by_payment(const DaySnapshot& snapshot) {
  std::map<PaymentKind, TakingsFigures> takings;
  auto payment = snapshot.payments.begin();
  for (const auto& receipt : snapshot.receipts) {
    std::map<PaymentKind, Money> parts;
    Money rest = receipt.amount;
    for (; payment != snapshot.payments.end() && payment->receipt == receipt.id; ++payment) {
      parts[payment->kind] += payment->amount;
      rest -= payment->amount;
    }
    if (rest != Money{0} || parts.empty()) parts[PaymentKind::cash] += rest;
    for (const auto& [kind, amount] : parts) count(takings[kind], receipt, amount);
  }
  return listed(takings);
}

std::vector<TakingsFigures> by_staff(const DaySnapshot& snapshot) {
  std::map<std::string, TakingsFigures> takings;
  for (const auto& receipt : snapshot.receipts) {
    count(takings[receipt.staff], receipt, receipt.amount);
  }
  return listed(takings);
}

std::vector<RefundFigures> refunds(const DaySnapshot& snapshot) {
  std::vector<RefundFigures> all;
  for (const auto& receipt : snapshot.receipts) {
    if (receipt.kind != ReceiptKind::refund) continue;
    all.push_back({.receipt = receipt.id,
                   .refund_of = receipt.refund_of,
                   .at = receipt.at,
                   .staff = receipt.staff,
                   .amount = receipt.amount,
                   .reason = receipt.reason});
  }
  return all;
}

}  // namespace

DailyReport daily_report(const Store& store, Date day) {
  vault::require(store.impl(), vault::Permission::view_figures);
  const auto snapshot = take(store, day);
  return {.day = day,
          .sales = reports::sales_figures(snapshot.days, snapshot.products),
          .by_payment = by_payment(snapshot),
          .by_staff = by_staff(snapshot),
          .collected = snapshot.collected,
          .refunds = refunds(snapshot),
          .points = snapshot.points};
}

}  // namespace pharmacy
