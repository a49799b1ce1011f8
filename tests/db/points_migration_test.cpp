// The ledger of points is made anew by a migration: every row comes through it as it was, and what
// guards the tables guards them still.
#include <array>
#include <map>

#include "database_support.h"
#include "db/migrate.h"

namespace pharmacy::db::test {
namespace {

const char* const rows_of_all_kinds =
    "INSERT INTO staff (id, login) VALUES (1, 'wangli');"
    "INSERT INTO policy VALUES (1, 0, '', 0, 1);"
    "INSERT INTO member (id, name, joined, recorded_at, recorded_by) VALUES (1, '张伟', 0, 0, 1);"
    "INSERT INTO receipt (id, kind, member, at, day, amount, channel, staff, policy, recorded_at)"
    " VALUES (1, 'sale', 1, 0, 0, 900, 'counter', 1, 1, 0),"
    " (2, 'sale', 1, 0, 0, 900, 'counter', 1, 1, 0),"
    " (3, 'refund', 1, 0, 0, 900, 'counter', 1, 1, 0);"
    "INSERT INTO points_lot (id, member, kind, receipt, earned_on, expires_on, points, eligible,"
    " earning, paid, rate_bp, recorded_at, staff)"
    " VALUES (1, 1, 'opening', NULL, 0, 9, 10, NULL, NULL, NULL, NULL, 5, 1),"
    " (4, 1, 'earn', 1, 0, 9, 9, 900, 900, 900, 10000, 6, 1);"
    "INSERT INTO points_debit (id, member, kind, receipt, of_lot, day, points, recorded_at, staff)"
    " VALUES (2, 1, 'redeem', 2, NULL, 0, 8, 6, 1), (5, 1, 'revoke', 3, 4, 0, 3, 7, 1),"
    " (6, 1, 'expire', NULL, NULL, 10, 2, 8, 1);"
    "INSERT INTO points_lot (id, member, kind, receipt, earned_on, expires_on, points, of_debit,"
    " recorded_at, staff) VALUES (2, 1, 'reinstate', 3, 0, 30, 1, 2, 7, 1);"
    "INSERT INTO points_return (id, member, debit, receipt, day, points, recorded_at, staff)"
    " VALUES (3, 1, 2, 3, 0, 4, 7, 1);"
    "INSERT INTO points_allocation (id, debit, lot, points, day, returned)"
    " VALUES (1, 2, 1, 8, 0, NULL), (7, 2, 1, -4, 0, 3), (8, 5, 4, 3, 0, NULL),"
    " (9, 6, 4, 2, 10, NULL);";

constexpr std::array tables{"points_lot", "points_debit", "points_return", "points_allocation"};

// The version whose files make the tables anew.
std::int64_t makes_anew() {
  for (const auto& migration : migrations()) {
    if (migration.sql.find("ALTER TABLE points_lot RENAME") != std::string_view::npos) {
      return migration.version;
    }
  }
  return 0;
}

std::vector<std::string> names(Database& database, const std::string& sql) {
  auto statement = database.prepare(sql);
  statement.bind();
  std::vector<std::string> all;
  while (statement.step()) all.push_back(statement.get<std::string>(0));
  return all;
}

using Columns = std::map<std::string, std::string>;  // of each table, as SQL

Columns columns_of(Database& database) {
  Columns columns;
  for (const std::string table : tables) {
    for (const auto& name :
         names(database, "SELECT name FROM pragma_table_info('" + table + "') ORDER BY cid")) {
      columns[table] += (columns[table].empty() ? "quote(" : " || ',' || quote(") + name + ")";
    }
  }
  return columns;
}

std::string rows(Database& database, const Columns& columns) {
  std::string all;
  for (const std::string table : tables) {
    all += table + '\n';
    for (const auto& row :
         names(database, "SELECT " + columns.at(table) + " FROM " + table + " ORDER BY id")) {
      all += row + '\n';
    }
  }
  return all;
}

}  // namespace

TEST_CASE("a ledger of points of every kind comes through the migration as it was") {
  REQUIRE(makes_anew() > 0);
  SealedDatabase database;
  database.write([&](Database& db) {
    for (const auto& migration : migrations()) {
      if (migration.version < makes_anew()) db.run_script(std::string{migration.sql});
    }
    db.run_script(rows_of_all_kinds);
    db.run_script("PRAGMA user_version = " + std::to_string(makes_anew() - 1));
  });
  const Columns columns = columns_of(*database);
  const std::string before = rows(*database, columns);
  CHECK(std::count(before.begin(), before.end(), '\n') == 4 + 3 + 3 + 1 + 4);
  migrate(*database);
  CHECK(schema_of(*database) == newest_schema());
  CHECK(rows(*database, columns) == before);
  CHECK(names(*database, "SELECT name FROM sqlite_schema WHERE name LIKE '%_before'").empty());

  const auto refuses = [&](const std::string& sql) {
    try {
      database.write([&](Database& db) { db.run_script(sql); });
    } catch (const Error&) {
      return true;
    }
    return false;
  };
  for (const std::string table : tables) {
    CAPTURE(table);
    CHECK(refuses("DELETE FROM " + table));
    CHECK(refuses("UPDATE " + table + " SET id = id"));
  }
  const std::string part = "INSERT INTO points_allocation (debit, lot, points, day) VALUES ";
  CHECK(refuses(part + "(2, 99, 1, 0)"));
  CHECK(refuses(part + "(99, 1, 1, 0)"));
  CHECK(refuses(part + "(2, 1, 11, 0)"));
  const std::string lot =
      "INSERT INTO points_lot (member, kind, earned_on, expires_on, points, recorded_at, staff,"
      " reason) VALUES (1, ";
  CHECK(refuses(lot + "'adjust', 0, 9, 1, 0, 1, NULL)"));
  CHECK(refuses(lot + "'adjust', 0, 9, 1, 0, 1, '')"));
  CHECK(refuses(lot + "'opening', 0, 9, 1, 0, 1, '盘点')"));
  CHECK_FALSE(refuses(lot + "'adjust', 0, 9, 1, 0, 1, '盘点')"));
  const std::string debit =
      "INSERT INTO points_debit (member, kind, day, points, recorded_at, staff, reason)"
      " VALUES (1, ";
  CHECK(refuses(debit + "'adjust', 0, 1, 0, 1, NULL)"));
  CHECK(refuses(debit + "'redeem', 0, 1, 0, 1, NULL)"));
  CHECK_FALSE(refuses(debit + "'adjust', 0, 1, 0, 1, '盘点')"));
}

TEST_CASE("a ledger with a row that refers to nothing is not migrated") {
  SealedDatabase database;
  const auto to_before = [&](Database& db) {
    for (const auto& migration : migrations()) {
      if (migration.version < makes_anew()) db.run_script(std::string{migration.sql});
    }
    db.run_script(rows_of_all_kinds);
    db.run_script("PRAGMA user_version = " + std::to_string(makes_anew() - 1));
  };
  database.write(to_before);
  sqlite3_db_config(database->handle(), SQLITE_DBCONFIG_ENABLE_FKEY, 0, nullptr);
  database.write([](Database& db) {
    db.run_script(
        "DROP TRIGGER points_allocation_fits;"
        "INSERT INTO points_allocation (debit, lot, points, day) VALUES (2, 77, 1, 0)");
  });
  sqlite3_db_config(database->handle(), SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  const Columns columns = columns_of(*database);
  const std::string before = rows(*database, columns);
  CHECK(code_of([&] { migrate(*database); }) == Errc::damaged);
  CHECK(rows(*database, columns) == before);
  CHECK(schema_of(*database) == makes_anew() - 1);
}

}  // namespace pharmacy::db::test
