// Several tills sell to one member at once.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "visits/counter.h"

namespace pharmacy::test {

namespace {

constexpr int tills = 8;
constexpr int sales_each = 12;

// What a till does, in a process of its own; how many sales were refused for want of points.
// Every third sale tries to pay with 50 points.
int run_till(const CounterStore& t, MemberId member) {
  int refused = 0;
  auto store = t.open_again(std::chrono::seconds{60});
  for (int i = 0; i < sales_each; ++i) {
    NewSale sale;
    sale.member = member;
    sale.items = {SaleItem{}};
    sale.items[0].code = "B";
    if (i % 3 == 2) {
      sale.payments = {{PaymentKind::points, Money{50}}, {PaymentKind::cash, {}}};
    }
    try {
      auto tx = store.begin({.id = new_operation_id(), .request = "sale"});
      add_sale(tx, sale);
      tx.commit();
    } catch (const Error& error) {
      if (error.code() != Errc::refused) throw;
      ++refused;
    }
  }
  return refused;
}

}  // namespace

TEST_CASE("eight processes sell to one member: nothing is lost, no point is spent twice") {
  CounterStore t;
  std::vector<pid_t> children;
  for (int i = 0; i < tills; ++i) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      int status = 200;
      try {
        status = run_till(t, t.member);
      } catch (...) {  // the status tells
      }
      _exit(status);
    }
    children.push_back(child);
  }
  int refused = 0;
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) <= sales_each);
    refused += WEXITSTATUS(status);
  }

  auto reading = t.reading();
  std::int64_t earned = 0;
  std::int64_t redeemed = 0;
  const auto receipts = list_receipts(reading, {.member = t.member, .period = {}, .limit = 1'000});
  CHECK(receipts.size() == static_cast<std::size_t>(tills * sales_each - refused));
  for (const auto& receipt : receipts) {
    earned += receipt.earned.count();
    for (const auto& payment : get_receipt(reading, receipt.id).payments) {
      if (payment.kind == PaymentKind::points) redeemed += payment.amount.count();
    }
  }
  // 10.00 earns 10 in cash, and 9 with 0.50 in points.
  CHECK(redeemed % 50 == 0);
  CHECK(redeemed > 0);
  CHECK(earned == static_cast<std::int64_t>(receipts.size()) * 10 - redeemed / 50);
  CHECK(points_balance(reading, t.member, reading.today()).balance.count() == earned - redeemed);
}

}  // namespace pharmacy::test
