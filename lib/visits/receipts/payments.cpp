#include "visits/receipts/payments.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "visits/receipts/shares.h"

namespace pharmacy::visits {

static std::vector<Payment> listed(const std::map<PaymentKind, Money>& amounts) {
  std::vector<Payment> payments;
  for (const auto& [kind, amount] : amounts) {
    if (amount > Money{0}) payments.push_back({kind, amount});
  }
  return payments;
}

static Money amount_of(const std::vector<Payment>& payments, PaymentKind kind) {
  for (const auto& payment : payments) {
    if (payment.kind == kind) return payment.amount;
  }
  return Money{0};
}

std::vector<Payment> complete_payments(const std::vector<PaymentPart>& parts, Money total) {
  std::map<PaymentKind, Money> amounts;
  std::optional<PaymentKind> takes_rest;
  if (parts.empty()) takes_rest = PaymentKind::cash;
  Money sum;
  for (const auto& part : parts) {
    if (part.amount) {
      amounts[part.kind] += *part.amount;
      sum += *part.amount;
    } else {
      takes_rest = part.kind;
    }
  }
  if (takes_rest && sum <= total) {
    amounts[*takes_rest] += total - sum;
  } else if (sum != total) {
    throw Error(
        Errc::refused,
        fmt::format(fmt::runtime(_("the payments come to {paid}, the receipt to {total}")),
                    fmt::arg("paid", to_string(sum)), fmt::arg("total", to_string(total))),
        _("leave out one amount to let that payment take the rest: --pay wechat=20.00 --pay cash"));
  }
  return listed(amounts);
}

Money earning_part(const std::vector<Payment>& payments, const Policy& policy) {
  Money sum;
  for (const auto& payment : payments) {
    if (policy.earns(to_word(payment.kind))) sum += payment.amount;
  }
  return sum;
}

namespace {

// An earlier refund that takes back lines of a sale, and what those lines come to.
struct EarlierRefund {
  ReceiptId refund;
  Money of_sale;

  static constexpr auto fields() {
    return std::tuple{Field{"refund", &EarlierRefund::refund},
                      Field{"of_sale", &EarlierRefund::of_sale}};
  }
};

}  // namespace

std::vector<Payment> paid_back_until_now(db::Database& database, ReceiptId sale) {
  std::map<PaymentKind, Money> amounts;
  // By its lines: a refund of several sales names none of them itself.
  for (const auto& [refund, of_sale] :
       database.rows<EarlierRefund>("SELECT refund, sum(amount) FROM line_return WHERE receipt = ?1"
                                    " GROUP BY refund ORDER BY refund",
                                    sale)) {
    const auto payments = database.rows<Payment>(
        "SELECT kind, amount FROM payment WHERE receipt = ?1 ORDER BY kind", refund);
    std::vector<Money> weights;
    Money sum;
    for (const auto& payment : payments) {
      weights.push_back(payment.amount);
      sum += payment.amount;
    }
    const auto shares = share_by_largest_remainder(std::min(of_sale, sum), weights);
    for (std::size_t i = 0; i < payments.size(); ++i) amounts[payments[i].kind] += shares[i];
  }
  return listed(amounts);
}

std::vector<Payment> payments_back(const PaymentsBack& input) {
  std::map<PaymentKind, Money> amounts;
  Money left = input.amount;
  const auto pay = [&](PaymentKind kind, Money most) {
    const Money part = std::clamp(most, Money{0}, left);
    amounts[kind] += part;
    left -= part;
  };

  pay(PaymentKind::points, input.by_points - amount_of(input.back, PaymentKind::points));
  auto kinds = input.paid;
  std::stable_sort(kinds.begin(), kinds.end(),
                   [](const Payment& a, const Payment& b) { return a.amount > b.amount; });
  for (const auto& [kind, paid] : kinds) {
    if (kind != PaymentKind::points) pay(kind, paid - amount_of(input.back, kind));
  }
  pay(PaymentKind::cash, left);
  return listed(amounts);
}

}  // namespace pharmacy::visits
