// Several tills sell to one member at once, while reports run.
#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <set>
#include <vector>

#include "pharmacy/backup.h"
#include "pharmacy/reports.h"
#include "support/child.h"
#include "support/counter_store.h"
#include "support/drill.h"
#include "support/trials.h"
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

// Runs reports until there is a file `done`; how many, at most 100. Each is of one moment: what
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
    count = std::min(count + 1, 100);
  }
  return count;
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
  Child reporter{[&] { return run_reports(t, done); }};
  std::vector<Child> children;
  std::vector<std::string> logs;
  for (int i = 0; i < tills; ++i) {
    logs.push_back((place.path() / std::to_string(i)).string());
    children.emplace_back([&] { return run_till(t, t.member, logs.back()); });
  }
  int refused = 0;
  for (Child& child : children) refused += child.end();
  put_bytes(done, "");
  const int reports = reporter.end();

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

namespace {

// Until so many were acknowledged in all.
void wait_for_sales(const std::vector<std::string>& logs, std::size_t count) {
  for (int patience = 0; sold_in(logs).size() < count; ++patience) {
    REQUIRE(patience < 60'000);
    ::usleep(1'000);
  }
}

// The epochs of the keys under which these sales were logged.
std::set<std::int64_t> epochs_of(const Store& store, const std::vector<std::string>& sold) {
  auto reading = store.read();
  std::set<std::int64_t> epochs;
  for (const auto& id : sold)
    epochs.insert(vault::database(reading)
                      .value<std::int64_t>("SELECT epoch FROM log_entry WHERE operation = ?1", id)
                      .value_or(0));
  return epochs;
}

std::int64_t receipts_in(const Store& store) {
  auto reading = store.read();
  return vault::database(reading).value<std::int64_t>("SELECT count(*) FROM receipt").value();
}

// Till there is a file `done`: sells, and names each sale that was acknowledged in `log`.sold.
int sell_until(const CounterStore& t, const std::string& log, const std::string& done) {
  std::ofstream sold{log + ".sold"};
  auto store = t.open_again(std::chrono::seconds{60});
  NewSale sale;
  sale.member = t.member;
  sale.items = items_of({"B"});
  while (::access(done.c_str(), F_OK) != 0) {
    const auto id = new_operation_id();
    auto tx = store.begin({.id = id, .request = "sale"});
    add_sale(tx, sale);
    tx.commit();
    sold << id << std::endl;
    ::usleep(10'000);
  }
  return 0;
}

// A change of keys in a process of its own, which has begun.
Child start_rotation(const CounterStore& t) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  Child rotation{[&] {
    auto store = t.open_again(std::chrono::seconds{60});
    if (::write(ends[1], "", 1) != 1) return 1;
    store.rotate_keys();
    return 0;
  }};
  ::close(ends[1]);
  char begun = 0;
  REQUIRE(::read(ends[0], &begun, 1) == 1);
  ::close(ends[0]);
  return rotation;
}

}  // namespace

TEST_CASE("8 processes sell while the keys are changed five times: nothing is lost") {
  CounterStore t;
  const TempDir place;
  std::vector<Child> children;
  std::vector<std::string> logs;
  for (int i = 0; i < tills; ++i) {
    logs.push_back((place.path() / std::to_string(i)).string());
    children.emplace_back([&] { return run_till(t, t.member, logs.back()); });
  }
  auto manager = t.open_again(std::chrono::seconds{60});
  for (int i = 0; i < 5; ++i) {
    wait_for_sales(logs, std::min<std::size_t>(sold_in(logs).size() + 8, tills * sales_each / 2));
    manager.rotate_keys();
  }
  int refused = 0;
  for (Child& child : children) refused += child.end();

  t.reopen();
  const auto sold = sold_in(logs);
  CHECK(sold.size() == static_cast<std::size_t>(tills * sales_each - refused));
  CHECK(known_to(t.store(), sold).size() == sold.size());
  CHECK(receipts_in(t.store()) == static_cast<std::int64_t>(sold.size()));
  const auto epochs = epochs_of(t.store(), sold);
  CHECK(epochs.size() >= 3);
  CHECK_FALSE(epochs.contains(0));
  CHECK(manager.info().key_epoch == 6);
  CHECK(manager.check().empty());
}

TEST_CASE("8 processes sell while changes of keys are killed again and again: nothing is lost") {
  Trials trials("changes of keys killed among sellers", 12, 2'000);
  CounterStore t;
  const TempDir place;
  const auto done = (place.path() / "done").string();
  std::vector<Child> children;
  std::vector<std::string> logs;
  t.close();
  for (int i = 0; i < tills; ++i) {
    logs.push_back((place.path() / std::to_string(i)).string());
    children.emplace_back([&] { return sell_until(t, logs.back(), done); });
  }
  wait_for_sales(logs, tills);
  const auto began = std::chrono::steady_clock::now();
  CHECK(start_rotation(t).end() == 0);
  const auto whole = std::chrono::duration_cast<std::chrono::microseconds>(
                         std::chrono::steady_clock::now() - began)
                         .count();
  for (const char* what : {"killed", "ended"}) trials.tally(what, 0);
  trials.each([&](std::int64_t, Random& random) {
    wait_for_sales(logs, sold_in(logs).size() + 1);
    const auto delay = static_cast<useconds_t>(random.between(0, whole));
    Child rotation = start_rotation(t);
    ::usleep(delay);
    trials.tally(rotation.kill() ? "killed" : "ended");
  });
  wait_for_sales(logs, sold_in(logs).size() + 1);
  CHECK(start_rotation(t).end() == 0);
  wait_for_sales(logs, sold_in(logs).size() + 1);
  put_bytes(done, "");
  for (Child& child : children) CHECK(child.end() == 0);

  CHECK(trials.tallied("killed") > 0);
  t.reopen();
  const auto sold = sold_in(logs);
  CHECK(known_to(t.store(), sold).size() == sold.size());
  CHECK(receipts_in(t.store()) == static_cast<std::int64_t>(sold.size()));
  CHECK(epochs_of(t.store(), sold).size() >= 3);
  CHECK(t.store().check().empty());
  // One that is taken out is found missing.
  {
    auto tx = t.begin();
    vault::database(tx).run("DELETE FROM operation WHERE id = ?1", sold[sold.size() / 2]);
    tx.commit();
  }
  CHECK(known_to(t.store(), sold).size() == sold.size() - 1);
}

TEST_CASE("8 processes sell while a backup takes the store's place: each sale is in one or both") {
  CounterStore t;
  const TempDir place;
  std::vector<Child> children;
  std::vector<std::string> logs;
  t.close();
  for (int i = 0; i < tills; ++i) {
    logs.push_back((place.path() / std::to_string(i)).string());
    children.emplace_back([&] { return run_till(t, t.member, logs.back()); });
  }
  const auto file = (place.path() / "backup").string();
  const auto key = [&]() -> Key { return KeyFile{Secret{bytes_of(t.key_file_path())}}; };
  wait_for_sales(logs, 8);
  {
    auto manager = t.open_again(std::chrono::seconds{60});
    make_backup(manager, file, Existing::refused);
    CHECK(drill_among_writers(file, key, manager) == "");
  }
  wait_for_sales(logs, sold_in(logs).size() + 8);
  const auto before = sold_in(logs).size();
  const auto restored =
      restore_backup(file, t.path(), key(), {.replace = true, .accept_older = true},
                     {.wait = std::chrono::seconds{60}, .clock = t.clock()});
  for (Child& child : children) child.end();

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
