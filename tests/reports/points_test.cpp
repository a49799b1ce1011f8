#include "pharmacy/points.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "pharmacy/reports.h"
#include "reports/ledger.h"

using namespace pharmacy;
using namespace pharmacy::test;

namespace {

constexpr int members = 12;
const Date first_day{std::chrono::year{2026} / 1 / 1};

// Purses that earn, redeem, owe, are corrected and end; whether the end is written down is chance.
class Purses {
 public:
  explicit Purses(unsigned seed) : random_{seed} {
    ledger_.products = 1;
    ledger_.receipts.push_back({.id = 1, .day = first_day});
    for (std::int64_t id = 1; id <= members; ++id) ledger_.members.push_back({id, first_day});
    for (int step = 0; step < 160; ++step) earn();
    for (int step = 0; step < 120; ++step) redeem();
    for (int step = 0; step < 20; ++step) revoke();
    for (std::size_t lot = 0; lot < ledger_.lots.size(); ++lot) {
      if (below(2) == 0) expire(lot);
    }
  }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }

 private:
  std::int64_t below(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<unsigned long>(n));
  }
  // What nobody has taken of a lot, on whatever day.
  std::int64_t left(std::size_t lot) const {
    std::int64_t left = ledger_.lots[lot].points;
    for (const auto& part : ledger_.allocations) left -= part.lot == lot ? part.points : 0;
    return left;
  }
  Date day_of_life(const LotRow& lot) {
    return lot.earned_on + std::chrono::days{below((lot.expires_on - lot.earned_on).count() + 1)};
  }
  void earn() {
    constexpr std::array kinds{"opening", "earn", "earn", "earn", "adjust"};
    const Date on = first_day + std::chrono::days{below(200)};
    ledger_.lots.push_back({.member = 1 + below(members),
                            .kind = kinds[static_cast<std::size_t>(below(5))],
                            .earned_on = on,
                            .expires_on = on + std::chrono::days{below(90)},
                            .points = 1 + below(500)});
  }
  void redeem() {
    const auto at = static_cast<std::size_t>(below(static_cast<std::int64_t>(ledger_.lots.size())));
    if (left(at) == 0) return;
    const auto& lot = ledger_.lots[at];
    const auto points = 1 + below(left(at));
    const Date on = day_of_life(lot);
    const auto* kind = below(4) == 0 ? "adjust" : "redeem";
    ledger_.debits.push_back({.member = lot.member, .kind = kind, .day = on, .points = points});
    ledger_.allocations.push_back({ledger_.debits.size() - 1, at, points, on});
  }
  void revoke() {
    const auto at = static_cast<std::size_t>(below(static_cast<std::int64_t>(ledger_.lots.size())));
    const auto& lot = ledger_.lots[at];
    const Date on = day_of_life(lot);
    const auto taken = std::min<std::int64_t>(left(at), below(100));
    ledger_.debits.push_back({.member = lot.member,
                              .kind = "revoke",
                              .day = on,
                              .points = taken + 1 + below(50),
                              .of_lot = at});
    if (taken > 0) ledger_.allocations.push_back({ledger_.debits.size() - 1, at, taken, on});
  }
  void expire(std::size_t at) {
    const auto points = left(at);
    if (points == 0) return;
    const auto& lot = ledger_.lots[at];
    const Date on = lot.expires_on + std::chrono::days{1};
    ledger_.debits.push_back({.member = lot.member, .kind = "expire", .day = on, .points = points});
    ledger_.allocations.push_back({ledger_.debits.size() - 1, at, points, on});
  }

  std::mt19937 random_;
  Ledger ledger_;
};

PointsFigures expect_points(const Ledger& ledger, const Period& period) {
  PointsFigures figures{};
  const auto left_on = [&](std::size_t lot, Date day) {
    std::int64_t left = ledger.lots[lot].points;
    for (const auto& part : ledger.allocations) {
      if (part.lot == lot && part.day <= day) left -= part.points;
    }
    return Points{left};
  };
  for (std::size_t i = 0; i < ledger.lots.size(); ++i) {
    const auto& lot = ledger.lots[i];
    if (period.contains(lot.earned_on)) {
      if (lot.kind == "earn") figures.earned += Points{lot.points};
      if (lot.kind == "adjust") figures.adjusted += Points{lot.points};
    }
    if (period.contains(lot.expires_on + std::chrono::days{1})) {
      figures.expired += left_on(i, lot.expires_on);
    }
    if (lot.earned_on <= period.to && period.to <= lot.expires_on) {
      figures.balance += left_on(i, period.to);
    }
  }
  for (std::size_t i = 0; i < ledger.debits.size(); ++i) {
    const auto& debit = ledger.debits[i];
    const Points points{debit.points};
    if (debit.kind == "redeem" && period.contains(debit.day)) figures.redeemed += points;
    if (debit.kind == "adjust" && period.contains(debit.day)) figures.adjusted -= points;
    if (debit.kind != "revoke") continue;
    if (period.contains(debit.day)) figures.revoked += points;
    if (debit.day > period.to) continue;
    figures.balance -= points;
    for (const auto& part : ledger.allocations) {
      if (part.debit == i && part.day <= period.to) figures.balance += Points{part.points};
    }
  }
  return figures;
}

}  // namespace

TEST_CASE("points agree with plain sums over the ledger, written to its end or not") {
  for (const unsigned seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    TestStore store{"2026-12-01"};
    const Purses purses{seed};
    put(store, purses.ledger());
    PointsFigures all{};
    int corrected = 0;
    for (int month = 0; month < 10; ++month) {
      const Date from = add_months(first_day, month);
      const Period period{from, add_months(from, 1) - std::chrono::days{1}};
      CAPTURE(to_string(period));
      const auto actual = monthly_report(store.store(), period).points;
      const auto expected = expect_points(purses.ledger(), period);
      CHECK(actual.earned == expected.earned);
      CHECK(actual.redeemed == expected.redeemed);
      CHECK(actual.expired == expected.expired);
      CHECK(actual.revoked == expected.revoked);
      CHECK(actual.adjusted == expected.adjusted);
      corrected += actual.adjusted != Points{0};
      CHECK(actual.balance == expected.balance);
      all.redeemed += actual.redeemed;
      all.expired += actual.expired;
      all.revoked += actual.revoked;
    }
    CHECK(all.redeemed > Points{0});
    CHECK(all.expired > Points{0});
    CHECK(all.revoked > Points{0});
    CHECK(corrected > 5);
  }
}

TEST_CASE("the balance of a report is the sum of all members' purses") {
  TestStore store{"2026-12-01"};
  const Purses purses{7};
  put(store, purses.ledger());
  for (int days = 10; days < 300; days += 29) {
    const Date day = first_day + std::chrono::days{days};
    Points sum;
    {
      auto reading = store.reading();
      for (std::int64_t id = 1; id <= members; ++id) {
        sum += points_balance(reading, MemberId{id}, day).balance;
      }
    }
    CHECK(daily_report(store.store(), day).points.balance == sum);
  }
}
