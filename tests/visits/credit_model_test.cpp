// Accounts of what is bought on account, against cumulative sums.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "support/trials.h"
#include "visits/account_store.h"

namespace pharmacy::test {

namespace {

// What the test knows: an account of fen, by cumulative sums.
struct NaiveAccount {
  struct Bought {
    std::int64_t receipt;
    Date day;
    std::int64_t amount;
  };
  std::vector<Bought> sales{};
  std::map<Date, std::int64_t> paid{};  // by day

  [[nodiscard]] std::string said(Date today, std::int64_t& balance) const {
    std::string text;
    std::int64_t owed = 0;
    balance = 0;
    for (const auto& [day, amount] : paid) balance -= amount;
    for (const Bought& sale : sales) {
      balance += sale.amount;
      if (sale.amount == 0) continue;
      const std::int64_t before = owed;
      owed += sale.amount;
      std::int64_t sum = 0, put = 0;
      std::optional<Date> settled;
      for (const auto& [day, amount] : paid) {
        sum += amount;
        if (sum >= owed && !settled) settled = std::max(day, sale.day);
      }
      put = std::clamp<std::int64_t>(sum - before, 0, sale.amount);
      const Date due = sale.day + std::chrono::days{30};
      const auto late = std::max<std::int64_t>(0, (settled.value_or(today) - due).count());
      const char* state = settled    ? late > 0 ? "settled_late" : "settled"
                          : late > 0 ? "overdue"
                                     : "not_due";
      text += fmt::format("{}{} {}/{} {} {}", text.empty() ? "" : ", ", sale.receipt, put,
                          sale.amount, state, late);
    }
    return text;
  }
};

struct Given {
  AccountPaymentId id;
  Date day;
  std::int64_t amount;
};

}  // namespace

TEST_CASE("accounts agree with cumulative sums, whatever is bought, paid, and taken back") {
  Trials trials("accounts", 4, 2'000);
  trials.each([&](std::int64_t, Random& random) {
    AccountStore t;
    NaiveAccount naive;
    std::vector<Given> given;
    Date day = on("2026-01-01");
    for (int step = 0; step < 40; ++step) {
      day = day + std::chrono::days{random.between(0, 12)};
      t.set_day(to_string(day));
      const std::int64_t owed = t.account().sums.balance.count();
      switch (random.below(5)) {
        case 0:
        case 1: {
          const auto amount = 100 * random.between(1, 28);
          const auto id =
              t.buy(to_string(day), {fmt::format("account={}.00", amount / 100), "cash"});
          naive.sales.push_back({.receipt = id.number(), .day = day, .amount = amount});
          break;
        }
        case 2:
          if (!naive.sales.empty()) {
            auto& sale = naive.sales[random.below(static_cast<std::uint32_t>(naive.sales.size()))];
            if (sale.amount == 0) break;
            t.take_back({.receipt = ReceiptId{sale.receipt}, .all = true, .reason = "quality"});
            sale.amount = 0;
            trials.tally("taken back");
          }
          break;
        case 3:
          if (!given.empty() && random.one_in(3)) {
            t.mark_mistake(given.back().id);
            naive.paid[given.back().day] -= given.back().amount;
            given.pop_back();
            trials.tally("mistakes");
          }
          break;
        default:
          if (owed > 0) {
            const auto amount = random.one_in(3) ? owed : random.between(1, owed);
            const Date when =
                std::max(day - std::chrono::days{random.between(0, 3)}, on("2026-01-01"));
            given.push_back({t.pay(to_string(day), Money{amount}, when), when, amount});
            naive.paid[when] += amount;
            trials.tally("paid");
          }
      }
      std::int64_t balance = 0;
      const std::string expected = naive.said(day, balance);
      CHECK(said(t.account()) == expected);
      CHECK(t.account().sums.balance.count() == balance);
      const auto figures = t.figures();
      CHECK(figures.in_all.balance.count() == balance);
      Money by_age;
      for (const AgeFigures& age : figures.by_age) by_age += age.open;
      CHECK(by_age == figures.in_all.overdue);
      CHECK(figures.in_all.overdue == t.account().sums.overdue);
      const auto band = t.credit().band;
      const auto with = std::ranges::find(figures.bands, band, &BandFigures::band);
      CHECK(with->members == (naive.sales.empty() ? 0 : 1));
      if (band) trials.tally("bands");
    }
  });
  for (const char* what : {"taken back", "mistakes", "paid", "bands"})
    CHECK(trials.tallied(what) > 0);
}

}  // namespace pharmacy::test
