#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "visits/payments.h"
#include "visits/receipt_rows.h"
#include "visits/text_checks.h"

namespace pharmacy {

namespace {

// The sale that is taken back.
struct Sale {
  ReceiptKind kind;
  std::optional<MemberId> member;
  Money amount;
  std::string channel;

  static constexpr auto fields() {
    return std::tuple{Field{"kind", &Sale::kind}, Field{"member", &Sale::member},
                      Field{"amount", &Sale::amount}, Field{"channel", &Sale::channel}};
  }
};

// A line of it, and what of it has come back.
struct SoldLine {
  std::int64_t line;
  ProductId product;
  Quantity quantity;
  std::optional<UnitPrice> unit_price;
  Money amount;
  std::optional<std::string> batch;
  std::optional<Date> expiry;
  bool earns;
  Quantity returned;
  Money refunded;

  static constexpr auto fields() {
    return std::tuple{
        Field{"line", &SoldLine::line},         Field{"product", &SoldLine::product},
        Field{"quantity", &SoldLine::quantity}, Field{"unit_price", &SoldLine::unit_price},
        Field{"amount", &SoldLine::amount},     Field{"batch", &SoldLine::batch},
        Field{"expiry", &SoldLine::expiry},     Field{"earns", &SoldLine::earns},
        Field{"returned", &SoldLine::returned}, Field{"refunded", &SoldLine::refunded}};
  }
  [[nodiscard]] Quantity left() const { return quantity - returned; }
};

}  // namespace

static Sale sale_to_refund(db::Database& database, ReceiptId id) {
  const auto sale =
      database.row<Sale>("SELECT kind, member, amount, channel FROM receipt WHERE id = ?1", id);
  if (!sale) {
    throw Error(Errc::not_found,
                fmt::format(fmt::runtime(_("there is no receipt {}")), to_string(id)),
                _("list receipts with: visit list"));
  }
  if (sale->kind == ReceiptKind::refund) {
    throw Error(Errc::refused,
                fmt::format(fmt::runtime(_("receipt {} is itself a refund")), to_string(id)),
                _("to undo a refund, record the sale again"));
  }
  return *sale;
}

static std::vector<SoldLine> sold_lines(db::Database& database, ReceiptId sale) {
  return database.rows<SoldLine>(
      "SELECT l.line, l.product, l.quantity, l.unit_price, l.amount, l.batch, l.expiry, l.earns,"
      " coalesce((SELECT sum(r.quantity) FROM line_return AS r"
      "  WHERE r.receipt = l.receipt AND r.line = l.line), 0),"
      " coalesce((SELECT sum(r.amount) FROM line_return AS r"
      "  WHERE r.receipt = l.receipt AND r.line = l.line), 0)"
      " FROM line AS l WHERE l.receipt = ?1 ORDER BY l.line",
      sale);
}

// Takes what `item` asks for out of `line`: the first r units of a line are worth
// amount × r / quantity, rounded once, so that parts sum up to the whole.
static visits::LineRow take_back(SoldLine& line, Quantity quantity) {
  const Quantity until_now = line.returned + quantity;
  const Money worth{
      multiply_divide_round(line.amount.count(), until_now.count(), line.quantity.count())};
  const Money amount =
      std::clamp(worth - line.refunded, Money{0}, std::max(line.amount - line.refunded, Money{0}));
  line.returned = until_now;
  line.refunded += amount;
  return {.line = 0,
          .product = line.product,
          .quantity = quantity,
          .unit_price = line.unit_price,
          .amount = amount,
          .batch = line.batch,
          .expiry = line.expiry,
          .refunded_line = line.line,
          .earns = line.earns};
}

static Fault more_than_left(const SoldLine& line, Quantity asked) {
  return {fmt::format(fmt::runtime(_("line {line}: {asked} to take back, {left} left")),
                      fmt::arg("line", line.line), fmt::arg("asked", to_string(asked)),
                      fmt::arg("left", to_string(line.left()))),
          _("take back what is left with --all")};
}

// The lines of the refund; updates what has come back of the sale's.
static std::vector<visits::LineRow> refund_lines(std::vector<SoldLine>& sold,
                                                 const NewRefund& refund) {
  std::vector<RefundItem> items = refund.items;
  if (refund.all) {
    for (const auto& line : sold) {
      if (line.left() > Quantity{0}) items.push_back({.line = line.line, .quantity = line.left()});
    }
  }
  std::vector<Fault> faults;
  std::vector<visits::LineRow> lines;
  for (const auto& item : items) {
    const auto line = std::find_if(sold.begin(), sold.end(),
                                   [&](const SoldLine& one) { return one.line == item.line; });
    if (line == sold.end()) {
      faults.push_back({fmt::format(fmt::runtime(_("the receipt has no line {}")), item.line),
                        fmt::format(fmt::runtime(_("see them with: visit show {}")),
                                    to_string(refund.receipt))});
      continue;
    }
    const Quantity quantity = item.quantity.value_or(line->left());
    if (quantity <= Quantity{0} || quantity > line->left()) {
      faults.push_back(more_than_left(*line, quantity));
      continue;
    }
    lines.push_back(take_back(*line, quantity));
    lines.back().line = static_cast<std::int64_t>(lines.size());
  }
  if (!faults.empty()) throw Error(Errc::refused, std::move(faults));
  if (lines.empty()) throw Error(Errc::refused, _("nothing is left to take back"));
  return lines;
}

static NewRefund checked_refund(const NewRefund& input) {
  NewRefund refund = input;
  std::vector<Fault> faults;
  if (refund.all != refund.items.empty()) {
    faults.push_back(
        {refund.all ? _("both --all and lines to take back") : _("nothing said to take back"),
         _("give lines, as 1 or 2=0.5, or --all")});
  }
  std::set<std::int64_t> named;
  for (const auto& item : refund.items) {
    if (!named.insert(item.line).second) {
      faults.push_back({fmt::format(fmt::runtime(_("line {} is named twice")), item.line), {}});
    }
    if (item.quantity && *item.quantity <= Quantity{0}) {
      faults.push_back(
          {fmt::format(fmt::runtime(_("not a quantity: {}")), to_string(*item.quantity)),
           _("a quantity is above 0, with at most 3 decimals")});
    }
  }
  refund.reason = visits::checked_text(faults, _("reason"), std::string_view{refund.reason}, 200);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return refund;
}

static std::vector<Payment> paid_back(db::Database& database, ReceiptId sale,
                                      visits::PaymentsBack sums) {
  sums.paid = database.rows<Payment>(
      "SELECT kind, amount FROM payment WHERE receipt = ?1 ORDER BY kind", sale);
  sums.back = database.rows<Payment>(
      "SELECT p.kind, sum(p.amount) FROM receipt AS r JOIN payment AS p ON p.receipt = r.id"
      " WHERE r.refund_of = ?1 GROUP BY p.kind ORDER BY p.kind",
      sale);
  return visits::payments_back(sums);
}

ReceiptId add_refund(Transaction& tx, const NewRefund& input) {
  const NewRefund refund = checked_refund(input);
  auto& database = vault::database(tx);
  const Sale sale = sale_to_refund(database, refund.receipt);
  auto sold = sold_lines(database, refund.receipt);

  visits::PaymentsBack sums{
      .paid = {}, .back = {}, .value = sale.amount, .refunded = {}, .amount = {}};
  for (const auto& line : sold) sums.refunded += line.refunded;
  const auto lines = refund_lines(sold, refund);
  for (const auto& line : lines) sums.amount += line.amount;

  const auto receipt = visits::insert(tx, {.kind = ReceiptKind::refund,
                                           .member = sale.member,
                                           .at = tx.now(),
                                           .day = tx.today(),
                                           .amount = sums.amount,
                                           .channel = sale.channel,
                                           .refund_of = refund.receipt,
                                           .reason = refund.reason,
                                           .policy = policy_on(tx, tx.today()).version});
  for (const auto& line : lines) {
    visits::insert(tx, receipt, line);
    visits::insert_return(tx, refund.receipt, receipt, line);
  }
  for (const auto& payment : paid_back(database, refund.receipt, sums)) {
    visits::insert(tx, receipt, payment);
  }
  if (sale.member && sale.amount > Money{0}) {
    Money eligible_left;
    for (const auto& line : sold) {
      if (line.earns) eligible_left += std::max(line.amount - line.refunded, Money{0});
    }
    reverse_points(tx, {.sale = refund.receipt,
                        .refund = receipt,
                        .day = tx.today(),
                        .eligible_left = eligible_left,
                        .refunded = std::min(sums.refunded + sums.amount, sale.amount),
                        .value = sale.amount});
  }
  return receipt;
}

}  // namespace pharmacy
