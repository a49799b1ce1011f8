#include "visits/account/ledger.h"

#include <algorithm>

#include "pharmacy/policy.h"
#include "vault/access.h"

namespace pharmacy::visits {
namespace {

struct AccountSale {
  ReceiptId receipt;
  Date day;
  Money amount;

  static constexpr auto fields() {
    return std::tuple{Field{"receipt", &AccountSale::receipt}, Field{"day", &AccountSale::day},
                      Field{"amount", &AccountSale::amount}};
  }
};

// A refund that gave something back on account, and one of the sales that it takes back lines of.
struct AccountRefund {
  ReceiptId refund;
  Date day;
  Money on_account;
  Money amount;
  std::optional<ReceiptId> sale;
  Money of_sale;

  static constexpr auto fields() {
    return std::tuple{Field{"refund", &AccountRefund::refund},
                      Field{"day", &AccountRefund::day},
                      Field{"on_account", &AccountRefund::on_account},
                      Field{"amount", &AccountRefund::amount},
                      Field{"sale", &AccountRefund::sale},
                      Field{"of_sale", &AccountRefund::of_sale}};
  }
};

struct Paid {
  Date day;
  Money amount;

  static constexpr auto fields() {
    return std::tuple{Field{"day", &Paid::day}, Field{"amount", &Paid::amount}};
  }
};

std::vector<Debt> debts_of(Reading& reading, MemberId member, DueTerms& terms) {
  std::vector<Debt> debts;
  for (const AccountSale& sale : vault::database(reading).rows<AccountSale>(
           "SELECT r.id, r.day, p.amount FROM receipt r"
           " JOIN payment p ON p.receipt = r.id AND p.kind = 'account'"
           " WHERE r.member = ?1 AND r.kind = 'sale' AND r.day <= ?2 ORDER BY r.id",
           member, reading.today()))
    debts.push_back({.receipt = sale.receipt,
                     .day = sale.day,
                     .due = terms.due(sale.day),
                     .amount = sale.amount});
  return debts;
}

// Takes what came back off the debts; what is more than they were, or of no sale, is a credit.
std::vector<Credit> take_off_refunds(Reading& reading, MemberId member, std::vector<Debt>& debts) {
  std::map<ReceiptId, Debt*> by_receipt;
  for (Debt& debt : debts) by_receipt[debt.receipt] = &debt;
  std::map<ReceiptId, Credit> left;
  for (const AccountRefund& refund : vault::database(reading).rows<AccountRefund>(
           "SELECT r.id, r.day, p.amount, r.amount, b.receipt, coalesce(sum(b.amount), 0)"
           " FROM receipt r JOIN payment p ON p.receipt = r.id AND p.kind = 'account'"
           " LEFT JOIN line_return b ON b.refund = r.id"
           " WHERE r.member = ?1 AND r.kind = 'refund' AND r.day <= ?2"
           " GROUP BY r.id, b.receipt ORDER BY r.id, b.receipt",
           member, reading.today())) {
    Credit& rest =
        left.try_emplace(refund.refund, Credit{refund.day, refund.on_account}).first->second;
    const auto found = refund.sale ? by_receipt.find(*refund.sale) : by_receipt.end();
    if (found == by_receipt.end() || refund.amount == Money{0}) continue;
    // A refund of several sales is shared among them in proportion.
    const Money share{multiply_divide_floor(refund.on_account.count(),
                                            std::min(refund.of_sale, refund.amount).count(),
                                            refund.amount.count())};
    const Money taken = std::min(share, found->second->amount);
    found->second->amount -= taken;
    rest.amount -= taken;
  }
  std::erase_if(debts, [](const Debt& debt) { return debt.amount == Money{0}; });
  std::vector<Credit> credits;
  for (const auto& [refund, rest] : left) credits.push_back(rest);
  return credits;
}

}  // namespace

Money settle(std::vector<Debt>& debts, const std::vector<Credit>& credits) {
  auto next = debts.begin();
  Money left;
  for (Credit credit : credits) {
    for (; next != debts.end() && credit.amount > Money{0}; ++next) {
      const Money part = std::min(credit.amount, next->amount - next->paid);
      next->paid += part;
      credit.amount -= part;
      if (next->paid < next->amount) break;
      next->settled = std::max(next->day, credit.day);
    }
    left += credit.amount;
  }
  return left;
}

Money Ledger::balance() const {
  Money open = -left;
  for (const Debt& debt : debts) open += debt.amount - debt.paid;
  return open;
}

Money Ledger::overdue(Date today) const {
  Money open;
  for (const Debt& debt : debts) {
    if (debt.due < today) open += debt.amount - debt.paid;
  }
  return open;
}

Date DueTerms::due(Date sold) {
  const auto [days, is_new] = days_.try_emplace(sold);
  if (is_new) days->second = policy_on(reading_, sold).credit.days;
  return sold + std::chrono::days{days->second};
}

Ledger ledger_of(Reading& reading, MemberId member, DueTerms& terms) {
  Ledger ledger{.debts = debts_of(reading, member, terms), .left = {}};
  auto credits = take_off_refunds(reading, member, ledger.debts);
  for (const Paid& paid : vault::database(reading).rows<Paid>(
           "SELECT day, amount FROM account_payment"
           " WHERE member = ?1 AND day <= ?2 AND voided_at IS NULL ORDER BY day, id",
           member, reading.today()))
    credits.push_back({paid.day, paid.amount});
  std::ranges::stable_sort(credits, {}, &Credit::day);
  std::ranges::stable_sort(ledger.debts, {}, &Debt::due);
  ledger.left = settle(ledger.debts, credits);
  return ledger;
}

AccountItem item_of(const Debt& debt, Date today) {
  const auto late = (debt.settled.value_or(today) - debt.due).count();
  const bool is_late = late > 0;
  AccountItem item{.receipt = debt.receipt,
                   .day = debt.day,
                   .due = debt.due,
                   .amount = debt.amount,
                   .paid = debt.paid,
                   .state = is_late ? AccountItemState::overdue : AccountItemState::not_due,
                   .settled = debt.settled,
                   .days_late = is_late ? late : 0};
  if (debt.settled)
    item.state = is_late ? AccountItemState::settled_late : AccountItemState::settled;
  return item;
}

}  // namespace pharmacy::visits
