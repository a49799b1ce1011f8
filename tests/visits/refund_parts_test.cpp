// A refund in parts and a refund at once leave the same money, the same points, in the same lots.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

#include "pharmacy/members.h"
#include "vault/access.h"
#include "support/counter_store.h"

namespace pharmacy::test {

namespace {

// What a story does on a day, to a member who has `sales` receipts until then.
struct Step {
  enum class Kind { buy, refund_all, opening } kind;
  NewSale sale{};         // buy
  std::size_t which = 0;  // refund_all: of the sales until now
  Points points{};        // opening
};

class Story {
 public:
  Story(CounterStore& t, int per_yuan, unsigned seed) : t_{t}, per_yuan_{per_yuan}, random_{seed} {}

  // Two members who live the same life up to the sale that is taken back.
  void tell() {
    at_once_ = add_member_without_card();
    in_parts_ = add_member_without_card();
    Date day = *parse_date("2025-06-01");
    const int steps = roll(1, 6);
    for (int i = 0; i < steps; ++i) {
      pass(day);
      do_both(random_step());
    }
    pass(day);
    refunded_ = random_sale();
    do_both({.kind = Step::Kind::buy, .sale = refunded_});
    const auto sale = sales_ - 1;
    for (int i = roll(0, 2); i > 0; --i) {
      pass(day);
      do_both(random_step());
    }
    pass(day);
    refund(sale);
    compare(sale);
  }

 private:
  int roll(int low, int high) { return std::uniform_int_distribution<int>{low, high}(random_); }

  void pass(Date& day) {
    day = day + std::chrono::days{roll(0, 3) == 0 ? roll(100, 420) : roll(0, 20)};
    t_.set_day(to_string(day));
  }

  MemberId add_member_without_card() {
    auto tx = t_.begin();
    NewMember person;
    person.name = "李娜";
    const auto id = add_member(tx, person);
    tx.commit();
    return id;
  }

  NewSale random_sale() {
    NewSale sale;
    for (int i = roll(1, 4); i > 0; --i) {
      SaleItem item;
      item.code = std::string{"ABHN"}.substr(static_cast<std::size_t>(roll(0, 3)), 1);
      item.quantity = Quantity{roll(1, 4) * (roll(0, 2) == 0 ? 333 : 1'000)};
      if (roll(0, 2) == 0) item.price = UnitPrice{roll(0, 999'999)};
      sale.items.push_back(item);
    }
    sale.payments = {{PaymentKind::cash, {}}};
    if (roll(0, 1) == 0) {
      // Amounts that whole points can pay.
      const int step = std::max(100 / per_yuan_, 1);
      sale.payments.push_back({PaymentKind::points, Money{step * roll(1, 150 / step + 10)}});
    }
    if (roll(0, 2) == 0)
      sale.payments.push_back({PaymentKind::insurance_pooled, Money{roll(1, 900)}});
    if (roll(0, 2) == 0) sale.payments.push_back({PaymentKind::wechat, Money{roll(1, 900)}});
    if (roll(0, 2) == 0) sale.discount = Money{roll(0, 50)};
    return sale;
  }

  Step random_step() {
    const int kind = roll(0, 5);
    if (kind == 0) return {.kind = Step::Kind::opening, .points = Points{roll(1, 300)}};
    if (kind == 1 && sales_ > 0) {
      return {.kind = Step::Kind::refund_all,
              .which = static_cast<std::size_t>(roll(0, static_cast<int>(sales_) - 1))};
    }
    return {.kind = Step::Kind::buy, .sale = random_sale()};
  }

  void do_both(const Step& step) {
    const bool first = done(at_once_, step);
    const bool second = done(in_parts_, step);
    REQUIRE(first == second);
    if (step.kind == Step::Kind::buy) ++sales_;
  }

  // False where it was refused: then both are, and the sale is made without its payments.
  bool done(MemberId member, const Step& step) {
    auto& receipts = receipts_[member];
    if (step.kind == Step::Kind::opening) {
      auto tx = t_.begin();
      grant_opening_points(tx, member, step.points);
      tx.commit();
      return true;
    }
    try {
      if (step.kind == Step::Kind::refund_all) {
        t_.take_back({.receipt = receipts[step.which], .all = true, .reason = "typing"});
        return true;
      }
      NewSale sale = step.sale;
      sale.member = member;
      receipts.push_back(t_.sell(sale));
      return true;
    } catch (const Error& error) {
      REQUIRE((error.code() == Errc::refused || error.code() == Errc::invalid_input));
    }
    if (step.kind == Step::Kind::buy) {
      NewSale sale = step.sale;
      sale.member = member;
      sale.payments.clear();
      sale.discount = Money{0};
      receipts.push_back(t_.sell(sale));
    }
    return false;
  }

  // A part of the sale, or all of it: at once for one, in up to four parts for the other.
  void refund(std::size_t sale) {
    const auto receipt = t_.receipt(receipts_[at_once_][sale]);
    std::vector<RefundItem> all;
    for (const auto& line : receipt.lines) {
      const auto left = line.quantity - line.returned;
      if (left <= Quantity{0}) continue;
      const bool whole = roll(0, 2) > 0;
      const auto part = Quantity{roll(1, static_cast<int>(left.count()))};
      all.push_back({.line = line.line, .quantity = whole ? left : part});
    }
    if (all.empty()) return;
    take(at_once_, sale, all);

    auto rest = all;
    for (int part = roll(0, 3); part > 0; --part) {
      std::vector<RefundItem> now;
      for (auto& item : rest) {
        const auto some = Quantity{roll(0, static_cast<int>(item.quantity->count()))};
        if (some == Quantity{0}) continue;
        now.push_back({.line = item.line, .quantity = some});
        *item.quantity -= some;
      }
      take(in_parts_, sale, now);
    }
    std::erase_if(rest, [](const RefundItem& item) { return *item.quantity == Quantity{0}; });
    take(in_parts_, sale, rest);
  }

  void take(MemberId member, std::size_t sale, const std::vector<RefundItem>& items) {
    if (items.empty()) return;
    const auto id =
        t_.take_back({.receipt = receipts_[member][sale], .items = items, .reason = "typing"});
    const auto refund = t_.receipt(id);
    value_[member] += refund.receipt.amount;
    for (const auto& [kind, amount] : refund.payments) back_[member][kind] += amount;
    check_nothing_is_lost(member, receipts_[member][sale]);
  }

  // At no time has the member back less than what was taken back is worth, nor a point's worth
  // more.
  void check_nothing_is_lost(MemberId member, ReceiptId sale) {
    std::int64_t fen_times_rate = 0;  // so that parts of a fen count
    for (const auto& [kind, amount] : back_[member]) {
      if (kind != PaymentKind::points) fen_times_rate += amount.count() * per_yuan_;
    }
    fen_times_rate += points_given_back(sale) * 100;
    const auto value = value_[member].count() * per_yuan_;
    // Of a point that is worth less than a fen, what makes no fen is not paid as money.
    const auto rounding = std::max(per_yuan_ - 100, 0);
    CHECK(fen_times_rate >= value);
    CHECK(fen_times_rate < value + 100 + rounding);
  }

  std::int64_t points_given_back(ReceiptId sale) {
    auto reading = t_.reading();
    return *vault::database(reading).value<std::int64_t>(
        "SELECT coalesce(sum(coalesce((SELECT sum(r.points) FROM points_return AS r"
        "  WHERE r.debit = d.id), 0) + coalesce((SELECT sum(l.points) FROM points_lot AS l"
        "  WHERE l.of_debit = d.id), 0)), 0)"
        " FROM points_debit AS d WHERE d.receipt = ?1 AND d.kind = 'redeem'",
        sale);
  }

  // What is left of the member's lots, by what tells lots apart.
  std::map<std::string, std::int64_t> lots(MemberId member) {
    auto reading = t_.reading();
    auto statement = vault::database(reading).prepare(
        "SELECT expires_on || ' ' || earned_on || ' ' || kind, sum(points - coalesce("
        " (SELECT sum(a.points) FROM points_allocation AS a WHERE a.lot = points_lot.id), 0))"
        " AS left FROM points_lot WHERE member = ?1 GROUP BY 1 HAVING left <> 0 ORDER BY 1");
    statement.bind(member);
    std::map<std::string, std::int64_t> left;
    while (statement.step()) left[statement.get<std::string>(0)] = statement.get<std::int64_t>(1);
    return left;
  }

  std::int64_t balance(MemberId member) {
    auto reading = t_.reading();
    return points_balance(reading, member, reading.today()).balance.count();
  }

  void compare(std::size_t sale) {
    CHECK(back_[at_once_] == back_[in_parts_]);
    CHECK(lots(at_once_) == lots(in_parts_));
    CHECK(balance(at_once_) == balance(in_parts_));
    // What came back is what the lines were worth, and never more than was paid by a kind.
    for (const auto& [kind, amount] : back_[at_once_]) {
      Money paid;
      for (const auto& payment : t_.receipt(receipts_[at_once_][sale]).payments) {
        if (payment.kind == kind) paid = payment.amount;
      }
      CHECK(amount <= paid);
    }
  }

  CounterStore& t_;
  int per_yuan_;
  std::mt19937 random_;
  MemberId at_once_;
  MemberId in_parts_;
  NewSale refunded_;
  std::size_t sales_ = 0;
  std::map<MemberId, std::vector<ReceiptId>> receipts_;
  std::map<MemberId, std::map<PaymentKind, Money>> back_;
  std::map<MemberId, Money> value_;  // of all that came back
};

}  // namespace

static void tell_stories(int per_yuan) {
  CounterStore t{"2025-06-01"};
  t.set_point_value(per_yuan);
  for (unsigned seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    Story{t, per_yuan, seed}.tell();
  }
}

TEST_CASE("refunds in parts equal one refund, over random receipts and purses") {
  tell_stories(100);
}
TEST_CASE("refunds in parts equal one refund where a point is worth a yuan") { tell_stories(1); }
TEST_CASE("refunds in parts equal one refund where a point is worth a jiao") { tell_stories(10); }
TEST_CASE("refunds in parts equal one refund where a point is worth a tenth of a fen") {
  tell_stories(1'000);
}

}  // namespace pharmacy::test
