// A shop that sells on account, and what a member owes it.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/credit.h"
#include "pharmacy/staff.h"
#include "support/counter_store.h"

namespace pharmacy::test {

inline Date on(std::string_view text) { return parse_date(text).value(); }

struct AccountStore : CounterStore {
  explicit AccountStore(std::string_view day = "2026-01-01") : CounterStore{day} {}

  ReceiptId buy(std::string_view day, const std::vector<std::string>& payments = {"account"},
                const std::vector<std::string>& items = {"A"}) {
    set_day(day);
    return sell(items, payments);
  }
  AccountPaymentId pay(std::string_view day, Money amount, std::optional<Date> when = {}) {
    set_day(day);
    return pay_now({.member = member, .amount = amount, .on = when});
  }
  AccountPaymentId pay_now(const NewAccountPayment& payment) {
    auto tx = begin();
    const auto id = add_account_payment(tx, payment);
    tx.commit();
    return id;
  }
  void mark_mistake(AccountPaymentId id) {
    auto tx = begin();
    void_account_payment(tx, id, "录错");
    tx.commit();
  }
  Store let_in(Role role) {
    auto tx = begin();
    auto key = add_staff(tx, {.login = to_word(role), .name = "员工", .roles = {role}});
    tx.commit();
    return Store::open(path(), KeyFile{std::move(key.key_file.value())}, {.clock = clock()});
  }
  Account account(bool all = true) {
    auto reading = this->reading();
    return get_account(reading, member, all);
  }
  MemberCredit credit() {
    auto reading = this->reading();
    return list_credit(reading, member).at(0);
  }
  CreditReport figures() {
    auto reading = this->reading();
    return credit_report(reading);
  }
};

// "1 2800/2800 settled 0, 2 …": receipt, paid of amount, state, days late.
inline std::string said(const Account& account) {
  std::string text;
  for (const AccountItem& item : account.items)
    text +=
        fmt::format("{}{} {}/{} {} {}", text.empty() ? "" : ", ", to_string(item.receipt),
                    item.paid.count(), item.amount.count(), to_word(item.state), item.days_late);
  return text;
}

}  // namespace pharmacy::test
