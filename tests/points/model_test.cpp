// Random lives of many purses against the model, with every invariant after every step.
#include "points/model.h"

#include <doctest/doctest.h>

#include "pharmacy/error.h"
#include "points/till.h"
#include "support/errors.h"
#include "support/trials.h"

namespace pharmacy::test {

namespace {

constexpr int members_count = 20;
constexpr int days_count = 350;
constexpr int operations_each_day = 14;
constexpr int grace_days = 30;  // as the default policy has it

struct RandomSale {
  ReceiptId receipt;
  int number;
  PointsBasis basis;
  Money eligible_back;  // of basis.lines, taken back until now
  Money back;           // of basis.paid
};

struct Life {
  MemberId member;
  Model model;
  std::vector<RandomSale> sales;
  std::map<int, std::int64_t> balances;  // at the end of each day
};

class Town {
 public:
  explicit Town(Random& random) : random_{random}, t_{"2024-01-01"} {
    auto tx = t_.begin();
    for (auto& life : lives_) life.member = bare_member(tx);
    tx.commit();
  }

  void live() {
    Date day = *parse_date("2024-01-01");
    for (int i = 0; i < days_count; ++i) {
      t_.set_day(to_string(day));
      auto tx = t_.begin();
      for (auto& life : lives_) life.model.pass_to(day.epoch_days());
      for (int k = 0; k < operations_each_day; ++k)
        step(tx, lives_[static_cast<std::size_t>(roll(0, members_count - 1))]);
      tx.commit();
      for (auto& life : lives_) life.balances[day.epoch_days()] = life.model.balance();
      day = day + std::chrono::days{roll(1, 3) == 1 ? roll(1, 40) : 1};
    }
  }

  // Every past day's balance, as it was then but for sales dated back since.
  void check_history() {
    auto reading = t_.reading();
    for (const auto& life : lives_) {
      for (const auto& [day, expected] : life.balances) {
        if (day % 7 != 0) continue;
        const auto purse = points_balance(reading, life.member, Date::from_epoch_days(day));
        REQUIRE(purse.balance.count() == expected);
      }
      std::int64_t sum = 0;
      for (const auto& entry : points_entries(reading, life.member, 1'000'000)) {
        sum += entry.points.count();
      }
      REQUIRE(sum == points_balance(reading, life.member, reading.today()).balance.count());
    }
  }

  [[nodiscard]] int operations() const { return operations_; }

 private:
  int roll(int low, int high) { return static_cast<int>(random_.between(low, high)); }
  Money roll(Money low, Money high) { return Money{random_.between(low.count(), high.count())}; }

  void step(Transaction& tx, Life& life) {
    const int kind = roll(0, 10);
    if (kind < 5) {
      buy(tx, life);
    } else if (kind == 5) {
      grant(tx, life);
    } else if (kind == 6) {
      adjust(tx, life);
    } else {
      refund(tx, life);
    }
    ++operations_;
    check(tx, life);
  }

  // Largest n with n × paid × 100 <= lines × earning, by trying: another way than the library's.
  static int would_earn(const PointsBasis& basis, Money lines) {
    int n = 0;
    while ((n + 1) * basis.paid.count() * 100 <= lines.count() * basis.earning.count()) ++n;
    return n;
  }

  void buy(Transaction& tx, Life& life) {
    PointsBasis basis;
    basis.paid = roll(Money{50}, Money{9'000});
    basis.lines = roll(0, 3) == 0 ? roll(Money{0}, basis.paid) : basis.paid;
    basis.earning = roll(0, 3) == 0 ? roll(Money{0}, basis.paid) : basis.paid;
    const bool dated_back = roll(0, 9) == 0;
    const Date day = dated_back ? tx.today() - std::chrono::days{roll(0, 400)} : tx.today();
    const int number = static_cast<int>(life.sales.size());
    const auto receipt = bare_receipt(tx, life.member, "sale", day, basis.paid);

    const int wanted = roll(0, 2) == 0 && !dated_back ? roll(1, 40) : 0;
    if (wanted > 0 && basis.paid >= Money{wanted}) {
      const bool enough = life.model.redeem(number, wanted);
      bool redeemed = true;
      try {
        redeem_points(tx, {.member = life.member, .receipt = receipt, .amount = Money{wanted}});
        basis.earning = std::min(basis.earning, basis.paid - Money{wanted});
      } catch (const Error& error) {
        REQUIRE(error.code() == Errc::refused);
        redeemed = false;
      }
      REQUIRE(redeemed == enough);
    }
    earn(tx, life, {receipt, number, basis, {}, {}}, day);
  }

  void earn(Transaction& tx, Life& life, const RandomSale& sale, Date day) {
    const int points = would_earn(sale.basis, sale.basis.lines);
    const Date ends{(day.ymd().year() + std::chrono::years{1}) / std::chrono::December / 31};
    const auto earned = earn_points(tx, {.member = life.member,
                                         .receipt = sale.receipt,
                                         .day = day,
                                         .basis = sale.basis,
                                         .import = {}});
    const bool ended = points > 0 && ends < tx.today();
    REQUIRE(earned.ended == ended);
    REQUIRE(earned.points.count() == (ended ? 0 : points));
    if (!ended && points > 0) {
      life.model.earn(sale.number, points, day.epoch_days(), ends.epoch_days());
      for (auto& [past, balance] : life.balances) {
        if (past >= day.epoch_days()) balance += points;
      }
    }
    life.sales.push_back(sale);
  }

  void grant(Transaction& tx, Life& life) {
    const int points = roll(1, 30);
    grant_opening_points(tx, life.member, Points{points});
    const Date ends{(tx.today().ymd().year() + std::chrono::years{1}) / std::chrono::December / 31};
    life.model.earn(-2, points, tx.today().epoch_days(), ends.epoch_days());
  }

  // Few enough points that no day of corrections takes a second person.
  void adjust(Transaction& tx, Life& life) {
    const int points = roll(1, 30);
    const bool adds = roll(0, 1) == 0;
    const bool enough = adds || life.model.take_away(points);
    const auto refusal = code_of([&] {
      adjust_points(
          tx, {.member = life.member, .points = Points{adds ? points : -points}, .reason = "盘点"});
    });
    REQUIRE(refusal == (enough ? std::nullopt : std::optional{Errc::refused}));
    if (!adds) return;
    const Date ends{(tx.today().ymd().year() + std::chrono::years{1}) / std::chrono::December / 31};
    life.model.earn(-3, points, tx.today().epoch_days(), ends.epoch_days());
  }

  void refund(Transaction& tx, Life& life) {
    if (life.sales.empty()) return;
    const int newest = static_cast<int>(life.sales.size()) - 1;
    auto& sale = life.sales[static_cast<std::size_t>(roll(std::max(0, newest - 5), newest))];
    const Money left = sale.basis.paid - sale.back;
    if (left == Money{0}) return;
    const Money amount = roll(0, 2) == 0 ? left : roll(Money{1}, left);
    const Money eligible_left = sale.basis.lines - sale.eligible_back;
    const Money others_left = left - eligible_left;
    sale.eligible_back +=
        roll(std::max(Money{0}, amount - others_left), std::min(amount, eligible_left));
    sale.back += amount;

    const auto refund = bare_receipt(tx, life.member, "refund", tx.today(), amount);
    const Money lines_left = sale.basis.lines - sale.eligible_back;
    reverse_points(tx, {.sale = sale.receipt,
                        .refund = refund,
                        .day = tx.today(),
                        .eligible_left = lines_left,
                        .refunded = sale.back,
                        .value = sale.basis.paid});
    life.model.refund({.sale = sale.number,
                       .eligible_left = lines_left.count(),
                       .refunded = sale.back.count(),
                       .value = sale.basis.paid.count()},
                      would_earn(sale.basis, lines_left), grace_days);
  }

  static void check(Reading& reading, const Life& life) {
    const auto sums = purse_sums(reading, life.member);
    const auto expected = life.model.balance();
    REQUIRE(points_balance(reading, life.member, reading.today()).balance.count() == expected);
    REQUIRE(sums.left - sums.owed == expected);
    REQUIRE((sums.left == 0 || sums.owed == 0));
    REQUIRE(sums.bad_lots == 0);
    REQUIRE(sums.bad_debits == 0);
    std::map<std::string, std::int64_t> left;
    for (const auto& [day, points] : life.model.left()) {
      left[to_string(Date::from_epoch_days(day))] = points;
    }
    REQUIRE(left_by_last_day(reading, life.member) == left);
    if (sums.ended == 0) REQUIRE(sums.ledger == expected);
  }

  Random& random_;
  TestStore t_;
  std::vector<Life> lives_{members_count};
  int operations_ = 0;
};

}  // namespace

TEST_CASE("random purses agree with a model that counts every single point") {
  Trials trials("purses against a model, 4,900 operations", 2, 1'000);
  trials.each([&](std::int64_t, Random& random) {
    Town town{random};
    town.live();
    town.check_history();
    trials.tally("operations", town.operations());
  });
  CHECK(trials.tallied("operations") >= trials.done() * 4'900);
}

}  // namespace pharmacy::test
