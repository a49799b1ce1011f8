// The tables as they are in a new store: strict, with ranges and ledgers that stay, and with the
// columns that the structs read from them.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "db/database.h"
#include "pharmacy/catalog.h"
#include "pharmacy/members.h"
#include "pharmacy/points.h"
#include "pharmacy/visits.h"
#include "support/test_store.h"
#include "vault/access.h"

using namespace pharmacy;
using pharmacy::test::TestStore;

namespace {

using Names = std::vector<std::string>;

Names names(db::Database& database, const std::string& sql) {
  auto statement = database.prepare(sql);
  Names all;
  while (statement.step()) all.push_back(statement.get<std::string>(0));
  return all;
}

Names columns_of(db::Database& database, const std::string& table) {
  return names(database, "SELECT name FROM pragma_table_xinfo('" + table + "') ORDER BY cid");
}

// A field without its unit: "amount_fen" is the column `amount`.
std::string column_of(std::string field) {
  for (const std::string unit : {"_fen", "_milli", "_e4"}) {
    if (field.ends_with(unit)) field.resize(field.size() - unit.size());
  }
  return field;
}

// The fields of a struct that are no columns of the table.
template <class Row>
Names missing(db::Database& database, const std::string& table) {
  const auto columns = columns_of(database, table);
  Names lacking;
  std::apply(
      [&](const auto&... field) {
        const auto look = [&](const std::string& name) {
          if (std::find(columns.begin(), columns.end(), name) == columns.end())
            lacking.push_back(name);
        };
        (look(column_of(field.name)), ...);
      },
      Row::fields());
  return lacking;
}

const std::set<std::string> ledgers{"receipt",       "line",
                                    "line_return",   "payment",
                                    "points_lot",    "points_debit",
                                    "points_return", "points_allocation",
                                    "checkup",       "checkup_item",
                                    "finding",       "finding_step",
                                    "training",      "training_annulment",
                                    "received_file", "reference_edition",
                                    "recall",        "recall_batch",
                                    "recall_close",  "household",
                                    "special_buyer", "special_line"};

// What SQLite says to a statement; empty where it takes it.
std::string refusal(db::Database& database, const std::string& sql) {
  try {
    database.run(sql);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool has_trigger(db::Database& database, const std::string& table, const std::string& what) {
  return !names(database, "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = '" +
                              table + "' AND sql LIKE '%BEFORE " + what + "%'")
              .empty();
}

std::string update_trigger(db::Database& database, const std::string& table) {
  const auto sql = names(database,
                         "SELECT sql FROM sqlite_schema WHERE type = 'trigger'"
                         " AND tbl_name = '" +
                             table + "' AND sql LIKE '%BEFORE UPDATE%'");
  return sql.size() == 1 ? sql.front() : "";
}

}  // namespace

TEST_CASE("every table is strict") {
  TestStore t{"2026-03-01"};
  auto tx = t.begin();
  auto& database = vault::database(tx);
  CHECK(names(database,
              "SELECT name FROM pragma_table_list WHERE schema = 'main'"
              " AND type = 'table' AND NOT strict AND name NOT LIKE 'sqlite%'") == Names{});
  CHECK(names(database, "SELECT name FROM pragma_table_list WHERE strict").size() >= 15);
}

TEST_CASE("structs read columns that are there") {
  TestStore t{"2026-03-01"};
  auto tx = t.begin();
  auto& database = vault::database(tx);
  CHECK(missing<Member>(database, "current_member") == Names{});
  CHECK(missing<MemberLine>(database, "current_member") == Names{});
  CHECK(missing<Product>(database, "catalog") == Names{});
  CHECK(missing<Payment>(database, "payment") == Names{});
  CHECK(missing<MemberChange>(database, "member_change") == Names{});
  CHECK(missing<Member>(database, "product") != Names{});
}

TEST_CASE("ledgers refuse to delete a row, and to change any column but the member") {
  TestStore t{"2026-03-01"};
  auto tx = t.begin();
  auto& database = vault::database(tx);
  for (const auto& table : ledgers) {
    CAPTURE(table);
    CHECK(has_trigger(database, table, "DELETE"));
    const auto trigger = update_trigger(database, table);
    REQUIRE(trigger != "");
    if (trigger.find("UPDATE OF") == std::string::npos) continue;
    const auto listed = trigger.substr(0, trigger.find(" ON "));
    for (const auto& column : columns_of(database, table)) {
      CAPTURE(column);
      const bool named = (' ' + listed + ',').find(' ' + column + ',') != std::string::npos;
      CHECK(named == (column != "member"));
    }
  }
}

TEST_CASE("amounts, quantities and points have ranges") {
  TestStore t{"2026-03-01"};
  auto tx = t.begin();
  auto& database = vault::database(tx);
  for (const auto& table : ledgers) {
    const auto sql = names(database, "SELECT sql FROM sqlite_schema WHERE name = '" + table + "'");
    REQUIRE(sql.size() == 1);
    for (const std::string column : {"amount", "quantity", "points", "discount", "list_amount",
                                     "unit_price", "eligible", "earning", "paid", "rate_bp"}) {
      CAPTURE(table);
      CAPTURE(column);
      const auto all = columns_of(database, table);
      if (std::find(all.begin(), all.end(), column) == all.end()) continue;
      const bool ranged = sql[0].find("(" + column + " BETWEEN ") != std::string::npos;
      const bool is_signed_part = table == "points_allocation";
      CHECK((ranged || is_signed_part));
    }
  }
}

TEST_CASE("a history is not rewritten") {
  TestStore t{"2026-03-01"};
  auto tx = t.begin();
  const auto id = add_member(tx, {.name = "张伟"});
  edit_member(tx, id, {.name = "张玮"});
  auto& database = vault::database(tx);
  CHECK(refusal(database, "UPDATE member_change SET old = 'x'") != "");
  CHECK(refusal(database, "UPDATE member_change SET member = member") == "");
}
