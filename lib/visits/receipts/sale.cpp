#include "pharmacy/policy.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "visits/check/enforce.h"
#include "visits/delivery/promise.h"
#include "visits/receipts/payments.h"
#include "visits/receipts/receipt_rows.h"
#include "visits/receipts/sale_checks.h"
#include "visits/receipts/shares.h"
#include "visits/requests/serve.h"
#include "visits/service/steps.h"
#include "visits/special/guard.h"

namespace pharmacy {

namespace visits {

// For how many days the item lasts: as it was said, else by the catalog's days of a unit.
static std::optional<std::int64_t> days_of(const StockedProduct& product, const SaleItem& item) {
  return item.days_supply ? item.days_supply : days_by_catalog(product, item.quantity);
}

// The lines, each less its share of the discount.
static std::vector<LineRow> lines_of(const std::vector<StockedItem>& items, Money discount) {
  std::vector<Money> weights;
  for (const auto& item : items) weights.push_back(item.list_amount);
  const auto shares = share_by_largest_remainder(discount, weights);

  std::vector<LineRow> lines;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& [product, item, price, list_amount] = items[i];
    lines.push_back(
        {.line = static_cast<std::int64_t>(i) + 1,
         .product = product.id,
         .quantity = item.quantity,
         .unit_price = price,
         .amount = list_amount - shares[i],
         .list_amount = shares[i] == Money{0} ? std::nullopt : std::optional{list_amount},
         .batch = item.batch,
         .expiry = item.expiry,
         .days_supply = days_of(product, item),
         .earns = product.earns_points});
  }
  return lines;
}

// What the sale does to its member's purse: points that pay go out before points come in.
static EarnedPoints move_points(Transaction& tx, MemberId member, ReceiptId receipt, Date day,
                                const std::vector<Payment>& payments, const PointsBasis& basis) {
  for (const auto& payment : payments) {
    if (payment.kind == PaymentKind::points) {
      redeem_points(tx, {.member = member, .receipt = receipt, .amount = payment.amount});
    }
  }
  return earn_points(
      tx, {.member = member, .receipt = receipt, .day = day, .basis = basis, .import = {}});
}

}  // namespace visits

Sold add_sale(Transaction& tx, const NewSale& input) {
  vault::require(tx, vault::Permission::sell);
  if (input.member) vault::shows(tx, *input.member);
  const visits::CheckedSale checked = visits::checked_sale(tx, input, visits::Extent::all);
  const CounterCheck counter = visits::enforce_check(tx, checked);
  visits::GuardedSale guarded = visits::guard_special(tx, checked);
  const auto& [sale, when, items, total, payments, pharmacist] = checked;
  const Policy policy = policy_on(tx, when.day);
  const auto lines = visits::lines_of(items, sale.discount);
  auto missed = visits::missed_steps(policy, checked, lines);

  std::optional<StaffId> releasing;
  if (pharmacist) releasing = vault::staff_for_rows(tx, *pharmacist);
  const auto receipt = visits::insert(tx, {.kind = ReceiptKind::sale,
                                           .member = sale.member,
                                           .at = when.at,
                                           .day = when.day,
                                           .amount = total,
                                           .discount = sale.discount,
                                           .channel = sale.channel,
                                           .reason = sale.reason,
                                           .prescription = sale.prescription,
                                           .pharmacist = releasing,
                                           .policy = policy.version});
  PointsBasis basis{.lines = {}, .earning = visits::earning_part(payments, policy), .paid = total};
  for (const auto& line : lines) {
    visits::insert(tx, receipt, line);
    if (line.earns) basis.lines += line.amount;
  }
  for (const auto& payment : payments) visits::insert(tx, receipt, payment);

  visits::insert(tx, receipt, missed);
  visits::insert_overrides(tx, receipt, checked, counter);
  visits::insert_special(tx, receipt, checked, guarded);
  visits::insert_promise(tx, receipt, checked);
  visits::serve_requests(tx, receipt, checked);
  Sold sold{.receipt = receipt,
            .earned = {},
            .alerts = {},
            .missed = std::move(missed),
            .unusual = std::move(guarded.unusual)};
  if (!counter.nothing_known) sold.alerts = counter.alerts;
  if (sale.member) {
    sold.earned = visits::move_points(tx, *sale.member, receipt, when.day, payments, basis);
  }
  return sold;
}

}  // namespace pharmacy
