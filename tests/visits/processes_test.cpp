// Several tills sell to one member at once, while reports run.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <vector>

#include "pharmacy/reports.h"
#include "support/counter_store.h"

namespace pharmacy::test {

namespace {

constexpr int tills = 8;
constexpr int sales_each = 25;
constexpr std::chrono::milliseconds wait_max{2'000};  // of the 99th percentile

using Waits = std::vector<std::int64_t>;  // of one sale each, in milliseconds

// What a till does, in a process of its own; how many sales were refused for want of points.
// Every third sale tries to pay with 50 points. Each wait for the store is a line of `log`.
int run_till(const CounterStore& t, MemberId member, const std::string& log) {
  int refused = 0;
  std::ofstream waits{log};
  auto store = t.open_again(std::chrono::seconds{60});
  for (int i = 0; i < sales_each; ++i) {
    NewSale sale;
    sale.member = member;
    sale.items = {SaleItem{}};
    sale.items[0].code = "B";
    if (i % 3 == 2) {
      sale.payments = {{PaymentKind::points, Money{50}}, {PaymentKind::cash, {}}};
    }
    const auto start = std::chrono::steady_clock::now();
    try {
      auto tx = store.begin({.id = new_operation_id(), .request = "sale"});
      add_sale(tx, sale);
      tx.commit();
    } catch (const Error& error) {
      if (error.code() != Errc::refused) throw;
      ++refused;
    }
    const auto took = std::chrono::steady_clock::now() - start;
    waits << std::chrono::duration_cast<std::chrono::milliseconds>(took).count() << '\n';
  }
  return refused;
}

// Runs reports until there is a file `done`; how many, at most 200. Each is of one moment: what
// was sold comes to what was paid, and never becomes less.
int run_reports(const CounterStore& t, const std::string& done) {
  auto store = t.open_again();
  const Date day = store.today();
  std::int64_t before = 0;
  int count = 0;
  while (::access(done.c_str(), F_OK) != 0) {
    const auto monthly = monthly_report(store, {day, day});
    const auto daily = daily_report(store, day);
    Money paid;
    for (const auto& takings : daily.by_payment) paid += takings.paid;
    const bool is_sound = monthly.sales.gross == Money{monthly.sales.receipts * 1'000} &&
                          paid == daily.sales.gross && monthly.sales.receipts >= before &&
                          daily.sales.receipts >= monthly.sales.receipts;
    if (!is_sound) throw Error{Errc::damaged, "a report of two moments"};
    before = monthly.sales.receipts;
    count = std::min(count + 1, 200);
  }
  return count;
}

template <class Work>
pid_t start(Work work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child != 0) return child;
  int status = 250;
  try {
    status = work();
  } catch (...) {  // the status tells
  }
  _exit(status);
}

int end_of(pid_t child) {
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) < 250);
  return WEXITSTATUS(status);
}

Waits waits_in(const std::vector<std::string>& logs) {
  Waits all;
  for (const auto& log : logs) {
    std::ifstream in{log};
    for (std::int64_t wait = 0; in >> wait;) all.push_back(wait);
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace

TEST_CASE(
    "8 processes selling to one member while a report runs: nothing lost, p99 wait under 2 s") {
  CounterStore t;
  const TempDir place;
  const auto done = (place.path() / "done").string();
  const pid_t reporter = start([&] { return run_reports(t, done); });
  std::vector<pid_t> children;
  std::vector<std::string> logs;
  for (int i = 0; i < tills; ++i) {
    logs.push_back((place.path() / std::to_string(i)).string());
    children.push_back(start([&] { return run_till(t, t.member, logs.back()); }));
  }
  int refused = 0;
  for (const pid_t child : children) refused += end_of(child);
  put_bytes(done, "");
  const int reports = end_of(reporter);

  const auto waits = waits_in(logs);
  REQUIRE(waits.size() == static_cast<std::size_t>(tills * sales_each));
  const auto p99 = waits[waits.size() * 99 / 100];
  MESSAGE("sales " << waits.size() << ", reports meanwhile " << reports << ", wait in ms: median "
                   << waits[waits.size() / 2] << ", p99 " << p99 << ", longest " << waits.back());
  CHECK(reports > 0);
  CHECK(p99 < wait_max.count());

  auto reading = t.reading();
  std::int64_t earned = 0;
  std::int64_t redeemed = 0;
  const auto receipts =
      list_receipts(reading, {.member = t.member, .period = {}, .before = {}, .limit = {}});
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

TEST_CASE("8 processes sell while the keys are changed five times: nothing is lost") {
  CounterStore t;
  const TempDir place;
  std::vector<pid_t> children;
  for (int i = 0; i < tills; ++i)
    children.push_back(start(
        [&, i] { return run_till(t, t.member, (place.path() / std::to_string(i)).string()); }));
  auto manager = t.open_again(std::chrono::seconds{60});
  for (int i = 0; i < 5; ++i) manager.rotate_keys();
  int refused = 0;
  for (const pid_t child : children) refused += end_of(child);

  t.reopen();
  auto reading = t.reading();
  const auto receipts =
      list_receipts(reading, {.member = t.member, .period = {}, .before = {}, .limit = {}});
  CHECK(receipts.size() == static_cast<std::size_t>(tills * sales_each - refused));
  CHECK(manager.info().key_epoch == 6);
  CHECK(manager.check().empty());
}

}  // namespace pharmacy::test
