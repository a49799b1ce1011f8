// What members pay towards what they owe.
#include <fmt/format.h>

#include <algorithm>

#include "base/bounds.h"
#include "base/i18n.h"
#include "base/mask.h"
#include "pharmacy/credit.h"
#include "pharmacy/error.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/people.h"
#include "vault/permissions.h"
#include "visits/account/ledger.h"
#include "visits/receipts/receipt_rows.h"
#include "visits/text_checks.h"

namespace pharmacy {
namespace {

Date checked_payment_day(Reading& reading, const std::optional<Date>& given,
                         std::vector<Fault>& faults) {
  const Date today = reading.today(), day = given.value_or(today);
  if (day > today) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("this has not happened yet: {}")), to_string(day)), {}});
  } else if (day < visits::earliest_day) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("{} lies before the year 1900")), to_string(day)), {}});
  } else if (today - day > std::chrono::days{policy_on(reading, today).sales.clerk_backdate_days}) {
    vault::require(reading, vault::Permission::backdate);
  }
  return day;
}

void require_owed(Reading& reading, MemberId member, Money amount) {
  visits::DueTerms terms{reading};
  const Money owed = visits::ledger_of(reading, member, terms).balance();
  if (amount <= owed) return;
  const std::string member_text = to_string(member);
  const auto who = fmt::arg("member", member_text);
  throw Error(
      Errc::refused,
      owed <= Money{0}
          ? fmt::format(fmt::runtime(_("{member} owes nothing")), who)
          : fmt::format(fmt::runtime(_("{member} owes {owed}, which is less than {paid}")), who,
                        fmt::arg("owed", to_string(owed)), fmt::arg("paid", to_string(amount))),
      fmt::format(fmt::runtime(_("see what is owed with: visit account show {}")), member_text));
}

struct KeptPayment {
  MemberId member;
  Instant recorded_at;
  bool is_void;

  static constexpr auto fields() {
    return std::tuple{Field{"member", &KeptPayment::member},
                      Field{"recorded_at", &KeptPayment::recorded_at},
                      Field{"is_void", &KeptPayment::is_void}};
  }
};

KeptPayment kept_payment(Reading& reading, AccountPaymentId id) {
  const auto found = vault::database(reading).row<KeptPayment>(
      "SELECT member, recorded_at, voided_at IS NOT NULL FROM account_payment WHERE id = ?1", id);
  if (!found) {
    throw Error(Errc::not_found,
                fmt::format(fmt::runtime(_("there is no payment on account {}")), to_string(id)),
                _("list what a member paid with: visit account show MEMBER"));
  }
  return *found;
}

}  // namespace

AccountPaymentId add_account_payment(Transaction& tx, const NewAccountPayment& input) {
  vault::require(tx, vault::Permission::sell);
  require_in_use(tx, input.member);
  vault::shows(tx, input.member);
  std::vector<Fault> faults;
  if (input.amount <= Money{0}) {
    faults.push_back(
        {fmt::format(fmt::runtime(_("not an amount to pay: {}")), to_string(input.amount)),
         _("an amount is above 0")});
  }
  const Date day = checked_payment_day(tx, input.on, faults);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  require_owed(tx, input.member, input.amount);
  auto& database = vault::database(tx);
  database.run(
      "INSERT INTO account_payment (member, day, amount, kind, recorded_at, staff)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      input.member, day, input.amount, input.kind, tx.now(), tx.actor().id);
  return AccountPaymentId{database.last_insert_id()};
}

void void_account_payment(Transaction& tx, AccountPaymentId id, const std::string& reason) {
  vault::require(tx, vault::Permission::refund);
  const KeptPayment payment = kept_payment(tx, id);
  if (tx.zone().day_of(payment.recorded_at) < tx.today())
    vault::require(tx, vault::Permission::refund_freely);
  vault::shows(tx, payment.member);
  std::vector<Fault> faults;
  const auto why =
      visits::checked_text(faults, _("reason"), std::string_view{reason}, account_text_max);
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  if (payment.is_void) {
    throw Error(
        Errc::refused,
        fmt::format(fmt::runtime(_("payment {} is marked as a mistake already")), to_string(id)),
        "");
  }
  vault::database(tx).run(
      "UPDATE account_payment SET voided_at = ?2, voided_by = ?3, void_reason = ?4 WHERE id = ?1",
      id, tx.now(), tx.actor().id, why);
}

Account get_account(Reading& reading, MemberId member, bool all) {
  vault::require(reading, vault::Permission::view_people);
  vault::require(reading, vault::Permission::view_receipts);
  require_in_use(reading, member);
  vault::shows(reading, member);
  const Date today = reading.today();
  visits::DueTerms terms{reading};
  const visits::Ledger ledger = visits::ledger_of(reading, member, terms);
  Account account{
      .sums = {.member = member, .balance = ledger.balance(), .overdue = ledger.overdue(today)},
      .items = {},
      .payments = {}};
  for (const visits::Debt& debt : ledger.debts) {
    if (all || !debt.settled) account.items.push_back(visits::item_of(debt, today));
  }
  constexpr std::chrono::days shown{365};
  account.payments = vault::database(reading).rows<AccountPayment>(
      "SELECT a.id, a.day, a.amount, a.kind, s.login, a.voided_at, a.void_reason"
      " FROM account_payment a JOIN staff s ON s.id = a.staff"
      " WHERE a.member = ?1 AND a.day BETWEEN ?2 AND ?3 ORDER BY a.day DESC, a.id DESC",
      member, all ? all_days.from : today - shown, today);
  if (!vault::sees_names(reading.actor())) {
    for (AccountPayment& payment : account.payments) mask_text(payment.void_reason);
  }
  return account;
}

}  // namespace pharmacy
