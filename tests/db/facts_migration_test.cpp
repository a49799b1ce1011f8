// The facts of members are made anew by a migration: every row comes through it as it was, and what
// guards the table guards it still.
#include <string>

#include "database_support.h"
#include "db/migrate.h"

namespace pharmacy::db::test {
namespace {

const char* const facts_of_all_kinds =
    "INSERT INTO staff (id, login) VALUES (1, 'wangli');"
    "INSERT INTO member (id, name, joined, recorded_at, recorded_by) VALUES (1, '张伟', 0, 0, 1);"
    "INSERT INTO member_fact (id, member, fact, value, reason, added_at, added_by, ended_at) VALUES"
    " (2, 1, 'kind', 'clinic', NULL, 5, 1, NULL), (3, 1, 'class', 'key', '常客', 6, 1, 9),"
    " (7, 1, 'class', 'risk', '欠款', 9, 1, NULL), (8, 1, 'region', '310101', NULL, 9, 1, NULL),"
    " (9, 1, 'contact_by', 'sms', NULL, 9, 1, NULL);";

constexpr const char* all_facts =
    "SELECT group_concat(row, ';') FROM (SELECT id || ',' || member || ',' || fact || ',' || value"
    " || ',' || quote(reason) || ',' || added_at || ',' || added_by || ',' || quote(ended_at)"
    " AS row FROM member_fact ORDER BY id)";

// The version whose file makes the table anew.
std::int64_t makes_facts_anew() {
  for (const auto& migration : migrations()) {
    if (migration.sql.find("ALTER TABLE member_fact RENAME") != std::string_view::npos)
      return migration.version;
  }
  return 0;
}

}  // namespace

TEST_CASE("facts of every kind come through the migration as they were") {
  REQUIRE(makes_facts_anew() > 0);
  SealedDatabase database;
  database.write([&](Database& db) {
    for (const auto& migration : migrations()) {
      if (migration.version < makes_facts_anew()) db.run_script(std::string{migration.sql});
    }
    db.run_script(facts_of_all_kinds);
    db.run_script("PRAGMA user_version = " + std::to_string(makes_facts_anew() - 1));
  });
  const auto before = database->value<std::string>(all_facts);
  CHECK(std::count(before->begin(), before->end(), ';') == 4);
  migrate(*database);
  CHECK(database->value<std::string>(all_facts) == before);
  CHECK(database->value<std::string>("SELECT class || region || kind FROM current_member") ==
        "risk310101clinic");
  CHECK(database->value<std::int64_t>(
            "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'member_fact_%'") == 2);

  const auto refuses = [&](const std::string& values) {
    try {
      database.write([&](Database& db) {
        db.run_script(
            "INSERT INTO member_fact (member, fact, value, reason, added_at, added_by)"
            " VALUES (" +
            values + ")");
      });
    } catch (const Error&) {
      return true;
    }
    return false;
  };
  CHECK(refuses("1, 'kind', 'ship', NULL, 0, 1"));
  CHECK(refuses("1, 'class', 'key', NULL, 0, 1"));
  CHECK(refuses("1, 'region', '310101', '搬家', 0, 1"));
  CHECK(refuses("1, 'city_size', 'enormous', NULL, 0, 1"));
  CHECK(refuses("1, 'hobby', 'chess', NULL, 0, 1"));
  CHECK(refuses("2, 'region', '310101', NULL, 0, 1"));
  CHECK_FALSE(refuses("1, 'city_size', 'large', NULL, 0, 1"));
}

}  // namespace pharmacy::db::test
