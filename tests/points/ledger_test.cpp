// What the schema itself refuses, whoever asks.
#include <doctest/doctest.h>

#include "pharmacy/error.h"
#include "points/till.h"
#include "vault/access.h"

namespace pharmacy::test {

namespace {

// The names of a table's columns.
std::vector<std::string> columns_of(db::Database& database, const std::string& table) {
  auto statement = database.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY cid");
  statement.bind(table);
  std::vector<std::string> names;
  while (statement.step()) names.push_back(statement.get<std::string>(0));
  return names;
}

bool refuses(db::Database& database, const std::string& sql) {
  try {
    database.run_script(sql);
    return false;
  } catch (const Error&) {
    return true;
  }
}

// A purse in which every ledger table has a row.
void fill(TestStore& t) {
  auto tx = t.begin();
  const auto member = bare_member(tx);
  tx.commit();
  sell(t, member, 100);
  const auto sale = sell(t, member, 10, 50);
  take_back(t, member, sale, 10, 10);
}

}  // namespace

TEST_CASE("a ledger keeps its rows, and changes nothing but the member") {
  TestStore t{"2026-03-01"};
  fill(t);
  auto tx = t.begin();
  auto& database = vault::database(tx);
  for (const std::string table :
       {"points_lot", "points_debit", "points_return", "points_allocation", "receipt"}) {
    CAPTURE(table);
    CHECK(refuses(database, "DELETE FROM " + table));
    const auto columns = columns_of(database, table);
    REQUIRE(!columns.empty());
    for (const auto& column : columns) {
      CAPTURE(column);
      CHECK(refuses(database, "UPDATE " + table + " SET " + column + " = " + column) ==
            (column != "member"));
    }
  }
}

TEST_CASE("no lot gives more than it has, and none gets back more than it gave") {
  TestStore t{"2026-03-01"};
  fill(t);
  auto tx = t.begin();
  auto& database = vault::database(tx);
  const std::string insert = "INSERT INTO points_allocation (debit, lot, points, day) ";
  const std::string first = "SELECT (SELECT min(id) FROM points_debit), min(id), ";
  // The first lot holds 100, and the first debit took 50 of it and gave them back.
  CHECK(refuses(database, insert + first + "101, 0 FROM points_lot"));
  CHECK(refuses(database, insert + first + "51, 0 FROM points_lot"));  // of a debit of 50
  CHECK(refuses(database, insert + first + "-1, 0 FROM points_lot"));
  CHECK(!refuses(database, insert + first + "50, 0 FROM points_lot"));
}

TEST_CASE("a debit takes from the lots of its own member") {
  TestStore t{"2026-03-01"};
  fill(t);
  auto tx = t.begin();
  const auto other = bare_member(tx);
  sell(tx, other, 100);
  CHECK(refuses(vault::database(tx),
                "INSERT INTO points_allocation (debit, lot, points, day)"
                " SELECT (SELECT min(id) FROM points_debit), max(id), 1, 0 FROM points_lot"));
}

}  // namespace pharmacy::test
