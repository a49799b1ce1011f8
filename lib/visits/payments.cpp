#include "visits/payments.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/i18n.h"
#include "pharmacy/error.h"

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

// The words of a list with commas between them.
static bool lists(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const auto comma = std::min(words.find(','), words.size());
    if (words.substr(0, comma) == word) return true;
    words.remove_prefix(std::min(comma + 1, words.size()));
  }
  return false;
}

Money earning_part(const std::vector<Payment>& payments, const Policy& policy) {
  Money sum;
  for (const auto& payment : payments) {
    if (!lists(policy.points.no_earning, to_word(payment.kind))) sum += payment.amount;
  }
  return sum;
}

std::vector<Payment> payments_back(const PaymentsBack& input) {
  std::map<PaymentKind, Money> amounts;
  Money left = input.amount;
  const auto pay = [&](PaymentKind kind, Money most) {
    const Money part = std::clamp(most, Money{0}, left);
    amounts[kind] += part;
    left -= part;
  };

  if (input.value > Money{0}) {
    const Money until_now = std::min(input.refunded + input.amount, input.value);
    const Money share{multiply_divide_floor(amount_of(input.paid, PaymentKind::points).count(),
                                            until_now.count(), input.value.count())};
    pay(PaymentKind::points, share - amount_of(input.back, PaymentKind::points));
  }
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
