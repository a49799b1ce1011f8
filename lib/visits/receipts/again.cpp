// The sale that undoes a refund.
#include <algorithm>
#include <map>

#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/receipts/receipt_rows.h"
#include "visits/receipts/risk_terms.h"
#include "visits/service/steps.h"
#include "visits/stock.h"

namespace pharmacy {

// The price of a unit that makes the line no less than what was paid for it: a discount does the
// rest.
static UnitPrice price_of(const ReceiptLine& line) {
  if (line.unit_price && line_amount(*line.unit_price, line.quantity) >= line.amount) {
    return *line.unit_price;
  }
  constexpr std::int64_t units_per_fen = 100'000;  // 1/10,000 yuan × 1/1,000 to 1/100 yuan
  return UnitPrice{
      -multiply_divide_floor(-line.amount.count(), units_per_fen, line.quantity.count())};
}

// A line that a refund takes back, and for how many days it was to last.
struct SoldDays {
  std::int64_t refund_line;
  Quantity sold;
  std::int64_t days;

  static constexpr auto fields() {
    return std::tuple{Field{"refund_line", &SoldDays::refund_line}, Field{"sold", &SoldDays::sold},
                      Field{"days", &SoldDays::days}};
  }
};

// The part of its days that came back with each line; absent where the catalog says the same.
static void take_days(db::Database& database, const FullReceipt& refund, NewSale& sale) {
  std::map<std::int64_t, SoldDays> sold;
  for (const SoldDays& one : database.rows<SoldDays>(
           "SELECT b.refund_line, l.quantity, l.days_supply FROM line_return b"
           " JOIN line l ON l.receipt = b.receipt AND l.line = b.line"
           " WHERE b.refund = ?1 AND l.days_supply IS NOT NULL AND l.quantity > 0"
           " ORDER BY b.refund_line",
           refund.receipt.id))
    sold.try_emplace(one.refund_line, one);
  auto item = sale.items.begin();
  for (const ReceiptLine& line : refund.lines) {
    if (line.quantity == Quantity{0}) continue;
    SaleItem& again = *item++;
    const auto found = sold.find(line.line);
    if (found == sold.end()) continue;
    const std::int64_t days = multiply_divide_floor(found->second.days, line.quantity.count(),
                                                    found->second.sold.count());
    again.days_supply = std::clamp<std::int64_t>(days, 1, days_supply_max);
    const auto product = visits::find_stocked(database, line.code);
    if (product && visits::days_by_catalog(*product, line.quantity) == again.days_supply)
      again.days_supply.reset();
  }
}

static NewSale sale_from(const FullReceipt& refund) {
  const Receipt& receipt = refund.receipt;
  NewSale sale{
      .member = receipt.member, .channel = receipt.channel, .prescription = receipt.prescription};
  if (receipt.pharmacist != receipt.staff) sale.pharmacist = receipt.pharmacist;
  Money sum;
  for (const ReceiptLine& line : refund.lines) {
    if (line.quantity == Quantity{0}) continue;
    const UnitPrice price = price_of(line);
    sale.items.push_back({.code = line.code,
                          .quantity = line.quantity,
                          .price = price,
                          .batch = line.batch,
                          .expiry = line.expiry});
    sum += line_amount(price, line.quantity);
  }
  if (sum > receipt.amount) sale.discount = sum - receipt.amount;
  for (const auto& [kind, amount] : refund.payments)
    sale.payments.push_back({.kind = kind, .amount = amount});
  return sale;
}

// A check spoke against some of it, for the reason of the sale.
static void take_override(db::Database& database, ReceiptId refund, NewSale& sale) {
  sale.reason = database.value<std::string>(
      "SELECT s.reason FROM line_return b JOIN line l ON l.receipt = b.receipt AND l.line = b.line"
      " JOIN check_override o ON o.receipt = l.receipt AND o.product = l.product"
      " JOIN receipt s ON s.id = l.receipt"
      " WHERE b.refund = ?1 AND s.reason IS NOT NULL ORDER BY s.id LIMIT 1",
      refund);
  sale.overrides = sale.reason.has_value();
}

// A step of the service standard was left out without which nothing is sold by now.
static bool lacks_step(Reading& reading, ReceiptId refund) {
  const auto needed = policy_on(reading, reading.today()).service.refused_without;
  const auto missed = vault::database(reading).values<std::string>(
      "SELECT DISTINCT m.step FROM line_return b"
      " JOIN missed_step m ON m.receipt = b.receipt AND m.line = b.line"
      " WHERE b.refund = ?1 ORDER BY m.step",
      refund);
  return std::ranges::any_of(missed, [&](const std::string& step) {
    return std::ranges::find(needed, step) != needed.end();
  });
}

// Whether the pharmacist who released it is still one.
static bool can_be_released(Reading& reading, const NewSale& sale) {
  try {
    visits::releasing_pharmacist(reading, sale.pharmacist);
    return true;
  } catch (const Error& error) {
    if (error.code() != Errc::invalid_input && error.code() != Errc::not_found) throw;
    return false;
  }
}

static bool would_be_taken(Reading& reading, const NewSale& sale) {
  const Actor& actor = reading.actor();
  if (!vault::may(actor, vault::Permission::sell)) return false;
  if (sale.overrides && !vault::may(actor, vault::Permission::override_check)) return false;
  if (sale.member && !is_in_use(reading, *sale.member)) return false;
  const visits::CheckedSale checked{
      .sale = sale,
      .when = {.at = reading.now(), .day = reading.today()},
      .items = visits::stocked_items(vault::database(reading), sale.items),
      .total = {},
      .payments = {},
      .pharmacist = {}};
  const bool is_special = std::ranges::any_of(checked.items, [](const visits::StockedItem& item) {
    return item.product.special.has_value();
  });
  if (is_special && sale.channel != "counter") return false;
  return visits::risk_terms(reading, checked).empty() && can_be_released(reading, sale);
}

std::optional<NewSale> sale_again(Reading& reading, ReceiptId refund) {
  const FullReceipt receipt = get_receipt(reading, refund);
  if (receipt.receipt.kind != ReceiptKind::refund) visits::throw_no_receipt(refund);
  NewSale sale = sale_from(receipt);
  take_days(vault::database(reading), receipt, sale);
  take_override(vault::database(reading), refund, sale);
  if (sale.items.empty() || lacks_step(reading, refund)) return std::nullopt;
  if (!would_be_taken(reading, sale)) return std::nullopt;
  return sale;
}

}  // namespace pharmacy
