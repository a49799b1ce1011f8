// Several tills sell to one member at once, while reports run.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <vector>

#include "pharmacy/backup.h"
#include "pharmacy/reports.h"
#include "support/counter_store.h"
#include "vault/access.h"

namespace pharmacy::test {

namespace {

constexpr int tills = 8;
constexpr int sales_each = 25;
constexpr std::chrono::milliseconds wait_max{2'000};  // of the 99th percentile

using Waits = std::vector<std::int64_t>;  // of one sale each, in milliseconds

// What a till does, in a process of its own; how many sales were refused for want of points.
// Every third sale tries to pay with 50 points. Each wait for the store is a line of `log`, and the
// name of each sale that was acknowledged one of `log`.sold.
int run_till(const CounterStore& t, MemberId member, const std::string& log) {
  int refused = 0;
  std::ofstream waits{log}, sold{log + ".sold"};
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
    const auto id = new_operation_id();
    try {
      auto tx = store.begin({.id = id, .request = "sale"});
      add_sale(tx, sale);
      tx.commit();
      sold << id << std::endl;
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

std::vector<std::string> sold_in(const std::vector<std::string>& logs) {
  std::vector<std::string> all;
  for (const auto& log : logs) {
    std::ifstream in{log + ".sold"};
    for (std::string id; in >> id;) all.push_back(id);
  }
  return all;
}

// Those of the operations that the store has.
std::set<std::string> known_to(const Store& store, const std::vector<std::string>& operations) {
  auto reading = store.read();
  auto found = vault::database(reading).prepare("SELECT 1 FROM operation WHERE id = ?1");
  std::set<std::string> known;
  for (const auto& id : operations)
    if (found.bind(id).step()) known.insert(id);
  return known;
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

TEST_CASE("8 processes sell while a backup takes the store's place: each sale is in one or both") {
  CounterStore t;
  const TempDir place;
  std::vector<pid_t> children;
  std::vector<std::string> logs;
  t.close();
  for (int i = 0; i < tills; ++i) {
    logs.push_back((place.path() / std::to_string(i)).string());
    children.push_back(start([&] { return run_till(t, t.member, logs.back()); }));
  }
  const auto wait_for_sales = [&](std::size_t count) {
    for (int patience = 0; sold_in(logs).size() < count; ++patience) {
      REQUIRE(patience < 60'000);
      ::usleep(1'000);
    }
  };
  const auto file = (place.path() / "backup").string();
  const auto key = [&]() -> Key { return KeyFile{Secret{bytes_of(t.key_file_path())}}; };
  wait_for_sales(8);
  {
    auto manager = t.open_again(std::chrono::seconds{60});
    make_backup(manager, file, Existing::refused);
  }
  wait_for_sales(sold_in(logs).size() + 8);
  const auto before = sold_in(logs).size();
  const auto restored =
      restore_backup(file, t.path(), key(), {.replace = true, .accept_older = true},
                     {.wait = std::chrono::seconds{60}, .clock = t.clock()});
  for (const pid_t child : children) end_of(child);

  const auto sold = sold_in(logs);
  REQUIRE(restored.aside);
  const auto aside = Store::open(*restored.aside, key());
  t.reopen();
  const auto here = known_to(t.store(), sold), there = known_to(aside, sold);
  std::size_t only_here = 0, only_there = 0;
  for (const auto& id : sold) {
    CHECK((here.contains(id) || there.contains(id)));
    if (!there.contains(id)) ++only_here;
    if (!here.contains(id)) ++only_there;
  }
  MESSAGE("sales " << sold.size() << ", " << before << " before the restore; " << only_there
                   << " only in the store put aside, " << only_here << " only in the new one");
  // Of either alone some are missing: of the two together none is.
  CHECK(only_there > 0);
  CHECK(only_here > 0);
  CHECK(t.store().check().empty());
  CHECK(aside.check().empty());
}

}  // namespace pharmacy::test
