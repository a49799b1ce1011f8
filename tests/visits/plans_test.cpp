// No statement of the counter walks a table that grows: the till is as fast in its tenth year as
// in its first.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <deque>

#include "pharmacy/recall.h"
#include "support/counter_store.h"
#include "vault/access.h"

namespace pharmacy::test {

// Every statement that the connection has prepared until now.
static std::deque<std::string> statements_of(db::Database& database) {
  std::deque<std::string> found;
  for (sqlite3_stmt* one = sqlite3_next_stmt(database.handle(), nullptr); one != nullptr;
       one = sqlite3_next_stmt(database.handle(), one)) {
    found.emplace_back(sqlite3_sql(one));
  }
  return found;
}

// The steps of a plan that read a whole table or sort what an index could give.
static std::string walks_of(db::Database& database, const std::string& sql) {
  auto plan = database.prepare(sql);
  std::string walks;
  while (plan.step()) {
    const auto step = plan.get<std::string>(3);
    const bool small = step.starts_with("SCAN (") || step.starts_with("SCAN CONSTANT") ||
                       step.starts_with("SCAN movement") || step.starts_with("SCAN policy");
    if (step.starts_with("SCAN ") && !small) walks += step + "\n";
  }
  return walks;
}

// A recall of what the member bought, of which she was told.
static RecallId recall_of(CounterStore& t) {
  t.sell({"A=2#B1"});
  auto tx = t.begin();
  const RecallId id = open_recall(tx, {.what = {.product = "A", .batches = {"B1"}}});
  record_recall_call(tx, {.recall = id, .member = t.member});
  tx.commit();
  return id;
}

TEST_CASE("no statement of a sale, a refund, a recall or a look at them walks a whole table") {
  CounterStore t;
  t.sell({"A=10"});
  const auto sale = t.sell({"A", "B"}, {"points=1.00", "cash"});
  t.take_back({.receipt = sale, .items = {{.line = 1}}, .reason = "typing"});
  t.take_back({.receipt = sale, .all = true, .reason = "typing"});
  const auto recall = recall_of(t);
  auto reading = t.reading();
  get_receipt(reading, sale);
  list_receipts(reading, {.member = t.member});
  list_receipts(reading, {});
  points_balance(reading, t.member, reading.today());
  points_entries(reading, t.member);
  get_product(reading, "A");
  recall_report(reading, recall);
  trace_batches(reading, {.product = "A", .batches = {"B1"}});

  auto& database = vault::database(reading);
  std::deque<std::string> plans;  // the database knows statements by their address
  int seen = 0;
  for (const auto& sql : statements_of(database)) {
    if (!sql.starts_with("SELECT") && !sql.starts_with("INSERT") && !sql.starts_with("WITH")) {
      continue;
    }
    ++seen;
    CAPTURE(sql);
    CHECK(walks_of(database, plans.emplace_back("EXPLAIN QUERY PLAN " + sql)).empty());
  }
  CHECK(seen > 60);
}

}  // namespace pharmacy::test
