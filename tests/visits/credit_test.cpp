// What members owe: which payment settles which sale, how late, and the band that makes.
#include "pharmacy/credit.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "pharmacy/merge.h"
#include "pharmacy/reports.h"
#include "pharmacy/rights.h"
#include "report/report.h"
#include "store/store.h"
#include "support/errors.h"
#include "support/run.h"
#include "vault/access.h"
#include "visits/account_store.h"

namespace pharmacy::test {

TEST_CASE("what is paid goes to the sale that is due first, and is late by the days past that") {
  AccountStore t;
  t.buy("2026-01-01");
  t.buy("2026-01-11", {"account=10.00", "cash"});
  t.set_day("2026-01-31");
  CHECK(said(t.account()) == "1 0/2800 not_due 0, 2 0/1000 not_due 0");
  t.set_day("2026-02-01");
  CHECK(said(t.account()) == "1 0/2800 overdue 1, 2 0/1000 not_due 0");
  CHECK(t.account().sums.balance == Money{3800});
  CHECK(t.account().sums.overdue == Money{2800});
  t.pay("2026-02-05", Money{3000});
  CHECK(said(t.account()) == "1 2800/2800 settled_late 5, 2 200/1000 not_due 0");
  CHECK(t.account(false).items.size() == 1);
  t.pay("2026-02-10", Money{800});
  CHECK(said(t.account()) == "1 2800/2800 settled_late 5, 2 1000/1000 settled 0");
  CHECK(t.account().sums.balance == Money{0});
  CHECK(t.account().items[1].settled == on("2026-02-10"));
  CHECK(t.account(false).items.empty());
  CHECK(t.account(false).payments.size() == 2);
}

TEST_CASE("days until it is due are those of the policy of the day of the sale") {
  AccountStore t;
  t.buy("2026-01-01");
  auto tx = t.begin();
  set_policy(tx,
             {.document = "[credit]\ndays = 10\n", .name = "x", .effective_on = on("2026-01-05")});
  tx.commit();
  t.buy("2026-01-05");
  CHECK(said(t.account()) == "2 0/2800 not_due 0, 1 0/2800 not_due 0");
  CHECK(t.account().items[0].due == on("2026-01-15"));
  CHECK(t.account().items[1].due == on("2026-01-31"));
  t.pay("2026-01-06", Money{2800});
  CHECK(said(t.account()) == "2 2800/2800 settled 0, 1 0/2800 not_due 0");
}

TEST_CASE("no more is paid than is owed, nothing that is to come, and nothing of nothing") {
  AccountStore t;
  const auto refused = [&](const NewAccountPayment& payment) {
    return code_of([&] { return t.pay_now(payment); });
  };
  CHECK(refused({.member = t.member, .amount = Money{1}}) == Errc::refused);
  t.buy("2026-01-01");
  CHECK(refused({.member = t.member, .amount = Money{2801}}) == Errc::refused);
  CHECK(refused({.member = t.member, .amount = Money{0}}) == Errc::invalid_input);
  CHECK(refused({.member = t.member, .amount = Money{-5}}) == Errc::invalid_input);
  CHECK(refused({.member = t.member, .amount = Money{5}, .on = on("2026-01-02")}) ==
        Errc::invalid_input);
  CHECK(refused({.member = MemberId{99}, .amount = Money{5}}) == Errc::not_found);
  CHECK(t.account().payments.empty());
  t.pay_now({.member = t.member, .amount = Money{2800}});
  CHECK(refused({.member = t.member, .amount = Money{1}}) == Errc::refused);
  auto tx = t.begin();
  restrict_member(tx, t.member, "本人要求");
  tx.commit();
  CHECK(refused({.member = t.member, .amount = Money{1}}) == Errc::refused);
}

TEST_CASE("a refund on account takes its sale off, and what was paid for it goes on") {
  AccountStore t;
  const auto first = t.buy("2026-01-01");
  t.buy("2026-01-02");
  t.pay("2026-01-03", Money{2800});
  CHECK(said(t.account()) == "1 2800/2800 settled 0, 2 0/2800 not_due 0");
  t.set_day("2026-01-04");
  t.take_back({.receipt = first, .all = true, .reason = "quality"});
  CHECK(said(t.account()) == "2 2800/2800 settled 0");
  CHECK(t.account().sums.balance == Money{0});
  t.take_back({.receipt = ReceiptId{2}, .all = true, .reason = "quality"});
  CHECK(t.account().sums.balance == Money{-2800});
  t.buy("2026-01-05");
  CHECK(t.account().sums.balance == Money{0});
  CHECK(t.account().items.at(0).settled == on("2026-01-05"));
}

TEST_CASE("a payment that was a mistake counts no more, once and for all") {
  AccountStore t;
  t.buy("2026-01-01");
  const auto id = t.pay("2026-01-03", Money{2800});
  t.mark_mistake(id);
  CHECK(said(t.account()) == "1 0/2800 not_due 0");
  CHECK(t.account().payments.at(0).void_reason == "录错");
  CHECK(code_of([&] { return t.mark_mistake(id), 0; }) == Errc::refused);
  CHECK(code_of([&] { return t.mark_mistake(AccountPaymentId{7}), 0; }) == Errc::not_found);
  auto tx = t.begin();
  auto& database = vault::database(tx);
  CHECK_THROWS_AS(database.run("UPDATE account_payment SET amount = 1"), Error);
  CHECK_THROWS_AS(database.run("UPDATE account_payment SET voided_at = NULL, voided_by = NULL,"
                               " void_reason = NULL"),
                  Error);
  CHECK_THROWS_AS(database.run("DELETE FROM account_payment"), Error);
}

TEST_CASE("a band takes three sales that were due, and follows its definition") {
  struct Case {
    std::vector<int> days_late;  // of each sale; 0 is in time
    std::optional<CreditBand> band;
  };
  for (const auto& [days_late, band] :
       {Case{{0, 0}, std::nullopt}, Case{{0, 0, 0}, CreditBand::a},
        Case{{0, 0, 0, 0, 0, 0, 0, 0, 1, 1}, CreditBand::b},
        Case{{0, 0, 0, 0, 0, 0, 0, 0, 30, 30}, CreditBand::b},
        Case{{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1}, CreditBand::c},
        Case{{0, 0, 0, 0, 0, 0, 1, 1, 1, 90}, CreditBand::c}, Case{{0, 0, 1}, CreditBand::c},
        Case{{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, CreditBand::d}}) {
    CAPTURE(days_late.size());
    AccountStore t;
    Date day = on("2026-01-01");
    for (const int late : days_late) {
      t.buy(to_string(day));
      day = day + std::chrono::days{30 + late};
      t.pay(to_string(day), Money{2800});
      day = day + std::chrono::days{1};
    }
    const MemberCredit credit = t.credit();
    CHECK(credit.band == band);
    CHECK(credit.due_items == static_cast<std::int64_t>(days_late.size()));
    CHECK(credit.longest_days_late == std::ranges::max(days_late));
  }
}

TEST_CASE("of twenty sales the share in time and the most days late make the band") {
  for (const auto& [late_days, band] :
       {std::pair{15, CreditBand::a}, std::pair{16, CreditBand::b}, std::pair{30, CreditBand::b},
        std::pair{31, CreditBand::c}, std::pair{90, CreditBand::c}, std::pair{91, CreditBand::d}}) {
    CAPTURE(late_days);
    AccountStore t;
    for (int sale = 0; sale < 20; ++sale) t.buy("2026-01-01");
    t.pay("2026-01-31", Money{19 * 2800});
    t.set_day(to_string(on("2026-01-31") + std::chrono::days{late_days}));
    CHECK(t.credit().due_items == 20);
    CHECK(t.credit().settled_in_time_percent == 95);
    CHECK(t.credit().longest_days_late == late_days);  // overdue all the same
    CHECK(t.credit().band == band);
  }
}

TEST_CASE("sales that were due long ago are told no more") {
  AccountStore t;
  for (int sale = 0; sale < 3; ++sale) t.buy("2026-01-01");
  t.pay("2026-06-01", Money{3 * 2800});
  CHECK(t.credit().band == CreditBand::d);
  t.set_day(to_string(on("2026-01-31") + std::chrono::days{credit_history_days - 1}));
  CHECK(t.credit().due_items == 3);
  t.set_day(to_string(on("2026-01-31") + std::chrono::days{credit_history_days}));
  CHECK(t.credit().due_items == 0);
  CHECK_FALSE(t.credit().band);
}

TEST_CASE("a merge brings accounts together, and takes them apart again") {
  AccountStore t;
  t.buy("2026-01-01");
  t.pay("2026-01-02", Money{800});
  auto tx = t.begin();
  const MemberId other = add_member(tx, {.name = "李娜"});
  tx.commit();
  t.sell({.member = other, .items = items_of({"B"}), .payments = payments_of({"account"})});
  auto merging = t.begin();
  const MergeId merge = merge_members(merging, {.from = t.member, .into = other});
  merging.commit();
  const MemberId first = std::exchange(t.member, other);
  CHECK(said(t.account()) == "1 800/2800 not_due 0, 2 0/1000 not_due 0");
  auto back = t.begin();
  unmerge_members(back, merge);
  back.commit();
  CHECK(said(t.account()) == "2 0/1000 not_due 0");
  t.member = first;
  CHECK(said(t.account()) == "1 800/2800 not_due 0");
}

TEST_CASE("bands of members are for managers and auditors, and whom they show is logged") {
  AccountStore t;
  t.buy("2026-01-01");
  const auto figures = run(cli::report, t, {"credit", "--format", "json"});
  CHECK(figures.status == 0);
  CHECK(figures.out.find("M1") == std::string::npos);
  const auto seen = [&] {
    const auto log = run(cli::define_store, t, {"audit", "who-read", "M1", "--format", "csv"}).out;
    return log.find("report credit") != std::string::npos;
  };
  CHECK_FALSE(seen());
  const auto bands = run(cli::report, t, {"credit", "--bands", "--format", "csv"});
  CHECK(bands.out ==
        "member,name,band,due_items,settled_in_time,settled_in_time_percent,longest_days_late,"
        "balance_fen,"
        "overdue_fen\nM1,张伟,,0,0,,0,2800,0\n");
  CHECK(seen());
  const Store other = t.let_in(Role::pharmacist);
  auto reading = other.read();
  CHECK_NOTHROW(credit_report(reading));
  CHECK(code_of([&] { return list_credit(reading); }) == Errc::not_permitted);
}

TEST_CASE("a clerk takes back what she recorded by mistake on its day, and dates back some days") {
  AccountStore t;
  t.buy("2026-01-01");
  Store clerk = t.let_in(Role::clerk);
  const auto as_clerk = [&](const auto& verb) {
    return code_of([&] {
      auto change = clerk.begin({.id = new_operation_id(), .request = "test"});
      verb(change);
      change.commit();
      return 0;
    });
  };
  const auto pay = [&](const char* day) {
    return as_clerk([&](Transaction& change) {
      add_account_payment(change, {.member = t.member, .amount = Money{100}, .on = on(day)});
    });
  };
  const auto mistake = [&](std::int64_t id) {
    return as_clerk(
        [&](Transaction& change) { void_account_payment(change, AccountPaymentId{id}, "录错"); });
  };
  t.set_day("2026-01-10");
  CHECK(pay("2026-01-02") == Errc::not_permitted);
  CHECK(pay("2026-01-03") == std::nullopt);
  CHECK(mistake(1) == std::nullopt);
  CHECK(pay("2026-01-10") == std::nullopt);
  t.set_day("2026-01-11");
  CHECK(mistake(2) == Errc::not_permitted);
  t.mark_mistake(AccountPaymentId{2});
}

TEST_CASE("takings of a day tell what was paid on account, without mistakes") {
  AccountStore t;
  t.buy("2026-01-01");
  t.pay("2026-01-03", Money{300});
  t.pay_now({.member = t.member, .amount = Money{500}, .kind = AccountPaymentKind::transfer});
  t.mark_mistake(t.pay_now({.member = t.member, .amount = Money{700}}));
  const auto collected = daily_report(t.store(), on("2026-01-03")).collected;
  REQUIRE(collected.size() == 2);
  CHECK(collected[0].kind == AccountPaymentKind::cash);
  CHECK(collected[0].amount == Money{300});
  CHECK(collected[1].payments == 1);
  CHECK(daily_report(t.store(), on("2026-01-02")).collected.empty());
}

}  // namespace pharmacy::test
