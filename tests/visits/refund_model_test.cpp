// Refunds against a model that tells every rule once more in the simplest way: what is taken back
// in three parts leaves what one refund of all of it leaves, in money of every kind and in the
// purse.
#include "visits/refund_model.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>

#include "points/model.h"
#include "points/till.h"
#include "support/counter_store.h"
#include "support/trials.h"

namespace pharmacy::test {

namespace {

constexpr int receipts_each = 50;
constexpr int grace_days = 30;  // as the default policy has it
constexpr int the_sale = 0;     // how the models' purses call it

// One receipt: sold twice, to two members of one purse each, taken back at once and in parts.
struct Case {
  ModelSale sale;
  Taken taken;  // of all parts
  std::vector<Taken> parts;
  struct Side {
    MemberId member;
    ReceiptId receipt{};
    Model purse{};      // what it should hold
    Taken until_now{};  // of the lines
    Outcome found{};
  };
  Side once{}, parted{};
};

class Batch {
 public:
  // `spread`: the parts are of three days, between which points end; else of one.
  Batch(Random& random, bool spread) : random_{random}, spread_{spread}, t_{"2025-03-01"} {
    cases_.resize(receipts_each);
    auto tx = t_.begin();
    for (auto& one : cases_) {
      for (auto* side : {&one.once, &one.parted}) side->member = bare_member(tx);
    }
    tx.commit();
  }

  void live() {
    open("2025-06-01");
    open("2026-02-01");
    on("2026-05-01", [&](Transaction& tx, Case& one) { sell(tx, one); });
    on("2026-06-01", [&](Transaction& tx, Case& one) { spend(tx, one); });
    // What was brought along in 2025 ends with the year.
    const bool next_year = random_.one_in(2);
    const std::array<const char*, 3> days =
        spread_     ? std::array{"2026-12-01", "2027-01-15", "2027-03-01"}
        : next_year ? std::array{"2027-02-01", "2027-02-01", "2027-02-01"}
                    : std::array{"2026-07-01", "2026-07-01", "2026-07-01"};
    for (auto& one : cases_) share(one);
    for (std::size_t part = 0; part < days.size(); ++part) {
      on(days[part],
         [&](Transaction& tx, Case& one) { take_back(tx, one, one.parted, one.parts[part]); });
    }
    on(days[2], [&](Transaction& tx, Case& one) { take_back(tx, one, one.once, one.taken); });
  }

  template <class Judge>
  void judge(Judge&& judge) {
    auto reading = t_.reading();
    for (auto& one : cases_) {
      for (auto* side : {&one.once, &one.parted}) {
        side->found.balance =
            points_balance(reading, side->member, reading.today()).balance.count();
        side->found.left = left_by_last_day(reading, side->member);
      }
      judge(one);
    }
  }

  // What should be, with the purse of the side.
  static Outcome should_be(const Case& one, const Case::Side& side) {
    Outcome out = expected(one.sale, one.taken);
    out.balance = side.purse.balance();
    for (const auto& [day, points] : side.purse.left()) {
      out.left[to_string(Date::from_epoch_days(day))] = points;
    }
    return out;
  }

 private:
  int roll(int low, int high) { return static_cast<int>(random_.between(low, high)); }

  // One transaction of the day for all.
  void on(const char* day, const std::function<void(Transaction&, Case&)>& deed) {
    t_.set_day(day);
    auto tx = t_.begin();
    for (auto& one : cases_) {
      for (auto* side : {&one.once, &one.parted}) side->purse.pass_to(tx.today().epoch_days());
      deed(tx, one);
    }
    tx.commit();
  }

  static int last_day(Date day) {
    return Date{(day.ymd().year() + std::chrono::years{1}) / std::chrono::December / 31}
        .epoch_days();
  }

  void open(const char* day) {
    on(day, [&](Transaction& tx, Case& one) {
      const int points = roll(0, 2) == 0 ? 0 : roll(1, 400);
      if (points == 0) return;
      for (auto* side : {&one.once, &one.parted}) {
        grant_opening_points(tx, side->member, Points{points});
        side->purse.earn(-2, points, tx.today().epoch_days(), last_day(tx.today()));
      }
    });
  }

  // Sold alike to both, once the model knows what it comes to.
  void sell(Transaction& tx, Case& one) {
    std::int64_t discount = 0;
    one.sale = random_sale(static_cast<int>(one.once.purse.balance()), discount);
    const auto& sale = one.sale;
    NewSale input;
    for (const auto& line : sale.lines) {
      input.items.push_back(
          {.code = line.code, .quantity = Quantity{line.quantity}, .price = UnitPrice{line.price}});
    }
    input.discount = Money{discount};
    for (const auto& [kind, amount] : sale.paid) input.payments.push_back({kind, Money{amount}});
    const auto lines = one.sale.earning_lines();
    for (auto* side : {&one.once, &one.parted}) {
      input.member = side->member;
      const Sold sold = add_sale(tx, input);
      side->receipt = sold.receipt;
      const auto by_points = static_cast<int>(sale.by(PaymentKind::points));
      if (by_points > 0) REQUIRE(side->purse.redeem(the_sale, by_points));
      const int earned = sale.earned(lines);
      REQUIRE(sold.earned.points.count() == earned);
      side->purse.earn(the_sale, earned, tx.today().epoch_days(), last_day(tx.today()));
    }
  }

  ModelSale random_sale(int points, std::int64_t& discount) {
    ModelSale sale;
    std::int64_t sum = 0;
    for (int i = roll(1, 4); i > 0; --i) {
      const char code = "ABHN"[roll(0, 3)];
      ModelLine line{.code = std::string(1, code),
                     .quantity = roll(1, 4) * (roll(0, 2) == 0 ? 333 : 1'000),
                     .price = roll(0, 999'999),
                     .amount = 0,
                     .earns = code != 'N'};
      line.amount = rounded(line.price, line.quantity, 100'000);
      sum += line.amount;
      sale.lines.push_back(line);
    }
    discount = roll(0, 1) == 0 ? roll(0, static_cast<int>(sum)) : 0;
    sale.take_off(discount);
    auto rest = sale.total;
    const auto pay = [&](PaymentKind kind, std::int64_t most) {
      const auto amount = std::min({rest, most, static_cast<std::int64_t>(roll(1, 3'000))});
      if (amount <= 0) return;
      sale.paid[kind] = amount;
      rest -= amount;
    };
    if (roll(0, 2) > 0) pay(PaymentKind::points, points);
    if (roll(0, 2) == 0) pay(PaymentKind::insurance_pooled, rest);
    if (roll(0, 2) == 0) pay(PaymentKind::wechat, rest);
    if (rest > 0) sale.paid[PaymentKind::cash] = rest;
    return sale;
  }

  // Some spend what the sale earned before it is taken back, and owe it then.
  void spend(Transaction& tx, Case& one) {
    const auto balance = one.once.purse.balance();
    if (balance == 0 || roll(0, 2) > 0) return;
    const int points = roll(1, static_cast<int>(balance));
    for (auto* side : {&one.once, &one.parted}) {
      NewSale input;
      input.member = side->member;
      input.items.push_back({.code = "N", .price = UnitPrice{points * 100}});
      input.payments.push_back({PaymentKind::points, Money{points}});
      add_sale(tx, input);
      REQUIRE(side->purse.redeem(1, points));
    }
  }

  // How much of each line comes back, and in which three parts.
  void share(Case& one) {
    one.parts.assign(3, Taken(one.sale.lines.size()));
    one.taken.assign(one.sale.lines.size(), 0);
    for (std::size_t i = 0; i < one.sale.lines.size(); ++i) {
      const auto all = static_cast<int>(one.sale.lines[i].quantity);
      const int back = roll(0, 2) > 0 ? all : roll(0, all);
      one.taken[i] = back;
      const int first = roll(0, back);
      const int second = roll(0, back - first);
      one.parts[0][i] = first;
      one.parts[1][i] = second;
      one.parts[2][i] = back - first - second;
    }
  }

  static void take_back(Transaction& tx, const Case& one, Case::Side& side, const Taken& taken) {
    NewRefund refund{.receipt = side.receipt, .reason = "quality"};
    for (std::size_t i = 0; i < taken.size(); ++i) {
      if (taken[i] == 0) continue;
      refund.items.push_back(
          {.line = static_cast<std::int64_t>(i) + 1, .quantity = Quantity{taken[i]}});
    }
    if (refund.items.empty()) return;
    const FullReceipt back = get_receipt(tx, add_refund(tx, refund).refund);
    auto& found = side.found;
    found.value += back.receipt.amount.count();
    found.revoked -= back.receipt.earned.count();
    for (const auto& payment : back.payments) {
      found.money[payment.kind] += payment.amount.count();
      if (payment.kind == PaymentKind::points) found.points_back += payment.amount.count();
    }
    told_of(one, side, back);
  }

  // The purse of the model, by what the model's own receipt has back until now.
  static void told_of(const Case& one, Case::Side& side, const FullReceipt& back) {
    auto& until_now = side.until_now;
    until_now.resize(one.sale.lines.size());
    for (const auto& line : back.lines) {
      until_now[static_cast<std::size_t>(line.refunded_line.value() - 1)] += line.quantity.count();
    }
    if (one.sale.total == 0) return;
    const auto lines = one.sale.earning_lines();
    const auto left = lines - worth(one.sale, until_now, Lines::that_earn);
    side.purse.refund({.sale = the_sale,
                       .eligible_left = left,
                       .refunded = worth(one.sale, until_now, Lines::all),
                       .value = one.sale.total},
                      one.sale.earned(left), grace_days);
  }

  Random& random_;
  bool spread_;
  CounterStore t_;
  std::vector<Case> cases_;
};

}  // namespace

TEST_CASE("a refund in three parts is a refund at once, and both are what the model says") {
  Trials trials("refunds in three parts, 50 receipts", 8, 200);
  trials.each([&](std::int64_t number, Random& random) {
    const bool spread = number % 4 == 3;
    Batch batch{random, spread};
    batch.live();
    batch.judge([&](const Case& one) {
      trials.tally("receipts");
      CHECK(one.once.found == Batch::should_be(one, one.once));
      CHECK(one.parted.found == Batch::should_be(one, one.parted));
      // Where the days are the same, so is the purse.
      if (!spread) CHECK(one.parted.found == one.once.found);
      CHECK(one.parted.found.money == one.once.found.money);
      if (one.once.found.points_back > 0) trials.tally("with points back");
      if (one.once.found.balance < 0) trials.tally("owing");
      // The control: what would be told apart if each part were rounded by itself.
      Outcome naive = part_by_part(one.sale, one.parts);
      naive.balance = one.once.found.balance;
      naive.left = one.once.found.left;
      if (naive != one.once.found) trials.tally("naive parts that differ");
    });
  });
  CHECK(trials.tallied("receipts") == trials.done() * receipts_each);
  CHECK(trials.tallied("with points back") > 0);
  CHECK(trials.tallied("owing") > 0);
  CHECK(trials.tallied("naive parts that differ") * 4 > trials.tallied("receipts"));
}

}  // namespace pharmacy::test
