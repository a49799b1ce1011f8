#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "pharmacy/visits.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "visits/medicine.h"
#include "visits/receipts/payments.h"
#include "visits/receipts/receipt_rows.h"
#include "visits/requests/serve.h"
#include "visits/text_checks.h"

namespace pharmacy {

namespace {

constexpr std::string_view mistyped = "typing";  // the reason where no goods came back

// The sale that is taken back.
struct Sale {
  ReceiptKind kind;
  std::optional<MemberId> member;
  Date day;
  Money amount;
  std::string channel;
  std::optional<std::string> prescription;
  std::optional<StaffId> pharmacist;
  Instant recorded_at;

  static constexpr auto fields() {
    return std::tuple{Field{"kind", &Sale::kind},
                      Field{"member", &Sale::member},
                      Field{"day", &Sale::day},
                      Field{"amount", &Sale::amount},
                      Field{"channel", &Sale::channel},
                      Field{"prescription", &Sale::prescription},
                      Field{"pharmacist", &Sale::pharmacist},
                      Field{"recorded_at", &Sale::recorded_at}};
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
  std::string name;                     // of the product
  std::optional<std::string> approval;  // likewise
  std::optional<std::string> of_class;  // likewise
  Quantity returned;
  Money refunded;
  bool is_special;  // as it was sold

  static constexpr auto fields() {
    return std::tuple{
        Field{"line", &SoldLine::line},         Field{"product", &SoldLine::product},
        Field{"quantity", &SoldLine::quantity}, Field{"unit_price", &SoldLine::unit_price},
        Field{"amount", &SoldLine::amount},     Field{"batch", &SoldLine::batch},
        Field{"expiry", &SoldLine::expiry},     Field{"earns", &SoldLine::earns},
        Field{"name", &SoldLine::name},         Field{"approval", &SoldLine::approval},
        Field{"class", &SoldLine::of_class},    Field{"returned", &SoldLine::returned},
        Field{"refunded", &SoldLine::refunded}, Field{"is_special", &SoldLine::is_special}};
  }
  [[nodiscard]] Quantity left() const { return quantity - returned; }
};

}  // namespace

static Sale sale_to_refund(db::Database& database, ReceiptId id) {
  const auto sale = database.row<Sale>(
      "SELECT kind, member, day, amount, channel, prescription, pharmacist, recorded_at"
      " FROM receipt WHERE id = ?1",
      id);
  if (!sale) visits::throw_no_receipt(id);
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
      " p.name, p.approval, p.class,"
      " coalesce((SELECT sum(r.quantity) FROM line_return AS r"
      "  WHERE r.receipt = l.receipt AND r.line = l.line), 0),"
      " coalesce((SELECT sum(r.amount) FROM line_return AS r"
      "  WHERE r.receipt = l.receipt AND r.line = l.line), 0),"
      " EXISTS (SELECT 1 FROM special_line AS x WHERE x.receipt = l.receipt AND x.line = l.line)"
      " FROM line AS l JOIN product AS p ON p.id = l.product"
      " WHERE l.receipt = ?1 ORDER BY l.line",
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

static Fault more_than_left(const SoldLine& line, std::optional<Quantity> asked, ReceiptId sale) {
  if (line.left() <= Quantity{0}) {
    return {fmt::format(fmt::runtime(_("nothing is left of line {}")), line.line),
            fmt::format(fmt::runtime(_("see what was taken back with: visit show {}")),
                        to_string(sale))};
  }
  return {
      fmt::format(fmt::runtime(_("line {line}: {asked} to take back, {left} left")),
                  fmt::arg("line", line.line),
                  fmt::arg("asked", to_string(asked.value_or(line.left()))),
                  fmt::arg("left", to_string(line.left()))),
      fmt::format(fmt::runtime(_("take back what is left of it with: visit refund {sale} {line}")),
                  fmt::arg("sale", to_string(sale)), fmt::arg("line", line.line))};
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
  bool is_one_missing = false;
  std::vector<visits::LineRow> lines;
  for (const auto& item : items) {
    const auto line = std::find_if(sold.begin(), sold.end(),
                                   [&](const SoldLine& one) { return one.line == item.line; });
    if (line == sold.end()) {
      is_one_missing = true;
      faults.push_back({fmt::format(fmt::runtime(_("the receipt has no line {}")), item.line),
                        fmt::format(fmt::runtime(_("see them with: visit show {}")),
                                    to_string(refund.receipt))});
      continue;
    }
    const Quantity quantity = item.quantity.value_or(line->left());
    if (quantity <= Quantity{0} || quantity > line->left()) {
      faults.push_back(more_than_left(*line, item.quantity, refund.receipt));
      continue;
    }
    lines.push_back(take_back(*line, quantity));
    lines.back().line = static_cast<std::int64_t>(lines.size());
  }
  if (!faults.empty()) {
    throw Error(is_one_missing ? Errc::not_found : Errc::refused, std::move(faults));
  }
  if (lines.empty()) throw Error(Errc::refused, _("nothing is left to take back"));
  return lines;
}

static std::vector<Fault> item_faults(const NewRefund& refund) {
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
  return faults;
}

void check_refund_items(const NewRefund& refund) {
  auto faults = item_faults(refund);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
}

// What a clerk may pay back without a pharmacist or manager. Earlier refunds of the sale count, so
// that many small ones are no way round. Selling, taking back and selling a special drug again
// would hide who buys how often.
static std::optional<Fault> clerk_fault(Reading& reading, const Sale& sale, Money of_sale,
                                        bool is_special) {
  if (vault::may(reading.actor(), vault::Permission::refund_freely)) return std::nullopt;
  const Money most{policy_on(reading, reading.today()).sales.clerk_refund_yuan * 100};
  Fault fault{.message = {}, .hint = _("ask a pharmacist or manager")};
  if (sale.day != reading.today()) {
    fault.message = _("a clerk may take back a sale of today only");
  } else if (of_sale > most) {
    fault.message =
        fmt::format(fmt::runtime(_("a clerk may pay back {} of a sale at most")), to_string(most));
  } else if (is_special) {
    fault.message = _("a clerk may not take back a special drug");
  } else {
    return std::nullopt;
  }
  return fault;
}

static bool has_special(const std::vector<SoldLine>& sold,
                        const std::vector<visits::LineRow>& lines) {
  return std::ranges::any_of(lines, [&](const visits::LineRow& line) {
    return std::ranges::find(sold, line.refunded_line, &SoldLine::line)->is_special;
  });
}

// Whether goods come back for it that the pharmacy may take back.
static bool takes_medicine_back(const std::string& reason) {
  return reason == "quality" || reason == "recall";
}

// GSP, retail: medicines are not taken back but for their quality. A typing error is put right on
// the day of its record: no goods came back.
static void require_reason_for_medicine(Transaction& tx, const Sale& sale,
                                        const std::vector<SoldLine>& sold,
                                        const std::vector<visits::LineRow>& lines,
                                        const NewRefund& refund) {
  if (refund.overrides) {
    vault::shown(tx).note("override");
    return;
  }
  if (takes_medicine_back(refund.reason)) return;
  if (refund.reason == mistyped && tx.zone().day_of(sale.recorded_at) == tx.today()) return;
  std::vector<Fault> faults;
  for (const auto& line : lines) {
    const auto& of = *std::ranges::find(sold, line.refunded_line, &SoldLine::line);
    if (visits::medicine_status(of.of_class, of.approval) != visits::MedicineStatus::medicine)
      continue;
    faults.push_back(
        {fmt::format(fmt::runtime(_("line {line}: {name} is a medicine, and comes back "
                                    "for quality or a recall only")),
                     fmt::arg("line", of.line), fmt::arg("name", of.name)),
         {}});
  }
  if (faults.empty()) return;
  faults.back().hint =
      _("--reason quality or recall; typing on the day it was recorded; a manager: --override");
  throw Error(Errc::refused, std::move(faults));
}

static NewRefund checked_refund(const NewRefund& input) {
  NewRefund refund = input;
  auto faults = item_faults(refund);
  refund.reason =
      visits::checked_text(faults, _("reason"), std::string_view{refund.reason}, reason_max);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  return refund;
}

// What the refund does to the purse of the sale's member.
static ReversedPoints reverse(Transaction& tx, const Sale& sale, const std::vector<SoldLine>& sold,
                              const std::vector<Payment>& paid, PointsReversal reversal) {
  if (!sale.member || sale.amount <= Money{0}) return {};
  for (const auto& line : sold) {
    const Money left = std::max(line.amount - line.refunded, Money{0});
    if (line.earns) reversal.eligible_left += left;
    reversal.refunded += line.refunded;
  }
  reversal.refunded = std::min(reversal.refunded, sale.amount);
  for (const auto& payment : paid) {
    if (payment.kind == PaymentKind::points) reversal.by_points = payment.amount;
  }
  return reverse_points(tx, reversal);
}

TakenBack add_refund(Transaction& tx, const NewRefund& input) {
  vault::require(tx, vault::Permission::refund);
  if (input.overrides) vault::require(tx, vault::Permission::take_back_medicine);
  const NewRefund refund = checked_refund(input);
  auto& database = vault::database(tx);
  const Sale sale = sale_to_refund(database, refund.receipt);
  if (sale.member) vault::shows(tx, *sale.member);
  auto sold = sold_lines(database, refund.receipt);
  const auto lines = refund_lines(sold, refund);
  visits::PaymentsBack back{
      .paid = database.rows<Payment>(
          "SELECT kind, amount FROM payment WHERE receipt = ?1 ORDER BY kind", refund.receipt),
      .back = visits::paid_back_until_now(database, refund.receipt),
      .by_points = {},
      .amount = {}};
  for (const auto& line : lines) back.amount += line.amount;
  Money of_sale = back.amount;
  for (const auto& line : sold) of_sale += line.refunded;
  if (auto fault = clerk_fault(tx, sale, of_sale, has_special(sold, lines))) {
    throw Error(Errc::not_permitted, {*std::move(fault)});
  }
  require_reason_for_medicine(tx, sale, sold, lines, refund);

  const auto receipt = visits::insert(tx, {.kind = ReceiptKind::refund,
                                           .member = sale.member,
                                           .at = tx.now(),
                                           .day = tx.today(),
                                           .amount = back.amount,
                                           .channel = sale.channel,
                                           .refund_of = refund.receipt,
                                           .reason = refund.reason,
                                           .prescription = sale.prescription,
                                           .pharmacist = sale.pharmacist,
                                           .policy = policy_on(tx, tx.today()).version});
  for (const auto& line : lines) {
    visits::insert(tx, receipt, line);
    visits::insert_return(tx, refund.receipt, receipt, line);
  }
  TakenBack done{.refund = receipt, .waiting = {}};
  if (refund.reason == mistyped) done.waiting = visits::reopen_requests(tx, refund.receipt);
  back.by_points = reverse(tx, sale, sold, back.paid,
                           {.sale = refund.receipt,
                            .refund = receipt,
                            .day = tx.today(),
                            .eligible_left = {},
                            .refunded = {},
                            .value = sale.amount})
                       .worth;
  for (const auto& payment : visits::payments_back(back)) visits::insert(tx, receipt, payment);
  return done;
}

bool may_take_back(Reading& reading, ReceiptId id) {
  if (!vault::may(reading.actor(), vault::Permission::refund)) return false;
  auto& database = vault::database(reading);
  const Sale sale = sale_to_refund(database, id);
  const bool is_special = std::ranges::any_of(sold_lines(database, id), &SoldLine::is_special);
  return !clerk_fault(reading, sale, sale.amount, is_special);
}

}  // namespace pharmacy
