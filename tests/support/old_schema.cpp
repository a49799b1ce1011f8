#include "support/old_schema.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>

#include "db/database.h"
#include "db/migrate.h"
#include "db/sealed.h"
#include "db/transaction.h"
#include "support/test_store.h"
#include "vault/opening/unlock.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

// The store's files, opened below the library, which would migrate them.
struct Opened {
  vault::Place place;
  vault::OpenKeyring opened;
  db::Gate gate;

  explicit Opened(const Counter& counter)
      : place{counter.store()},
        opened{vault::open_keyring(
            place, vault::unlock(place, KeyFile{Secret{bytes_of(counter.key())}}, Instant{}))},
        gate{place.lock(), "test"} {
    gate.acquire(std::chrono::seconds{5});
  }
  [[nodiscard]] db::StoreKeys keys() const {
    return {.file_id = opened.keyring.file_id,
            .epoch = opened.keyring.epoch,
            .data_key = opened.data_key.copy()};
  }
  db::Database database() {
    return db::Database{db::open_sealed({.path = place.database()}, keys(), gate)};
  }
};

// The rows of the table, in the columns that the older one has.
void copy_rows(db::Database& from, db::Database& to, const std::string& table) {
  std::string columns, values;
  auto info = to.prepare("SELECT name FROM pragma_table_info('" + table + "') ORDER BY cid");
  info.bind();
  int count = 0;
  while (info.step()) {
    columns += (count > 0 ? ", " : "") + info.get<std::string>(0);
    values += fmt::format("{}?{}", count > 0 ? ", " : "", count + 1);
    ++count;
  }
  sqlite3_stmt *read = nullptr, *write = nullptr;
  const auto select = fmt::format("SELECT {} FROM {}", columns, table);
  const auto insert = fmt::format("INSERT INTO {} ({}) VALUES ({})", table, columns, values);
  REQUIRE(sqlite3_prepare_v2(from.handle(), select.c_str(), -1, &read, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_prepare_v2(to.handle(), insert.c_str(), -1, &write, nullptr) == SQLITE_OK);
  while (sqlite3_step(read) == SQLITE_ROW) {
    for (int i = 0; i < count; ++i) sqlite3_bind_value(write, i + 1, sqlite3_column_value(read, i));
    REQUIRE(sqlite3_step(write) == SQLITE_DONE);
    sqlite3_reset(write);
  }
  sqlite3_finalize(read);
  sqlite3_finalize(write);
}

void fill_older(db::Database& from, db::Database& to, std::int64_t version) {
  db::WriteScope change{to};
  to.run_script("PRAGMA defer_foreign_keys = ON");  // tables refer to later ones
  for (const auto& migration : db::migrations())
    if (migration.version <= version) to.run_script(std::string{migration.sql});
  auto tables = to.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
      " ORDER BY rowid");
  tables.bind();
  while (tables.step()) copy_rows(from, to, tables.get<std::string>(0));
  to.run_script(fmt::format("PRAGMA user_version = {}", version));
  change.commit();
}

}  // namespace

void put_schema_back(const Counter& counter, std::int64_t version) {
  Opened store{counter};
  const fs::path older = counter.dir().file("older.db");
  {
    db::Database now = store.database();
    db::Database then{db::create_sealed({.path = older}, store.keys(), store.gate)};
    fill_older(now, then, version);
    REQUIRE(db::checkpoint_all(then.handle(), store.gate, std::chrono::seconds{1}) == SQLITE_OK);
  }
  for (const char* suffix : {"-wal", "-shm"}) {
    fs::remove(store.place.database().string() + suffix);
    fs::remove(older.string() + suffix);
  }
  fs::rename(older, store.place.database());
}

std::int64_t put_schema_number(const Counter& counter, std::int64_t number) {
  Opened store{counter};
  db::Database database = store.database();
  const std::int64_t before = db::schema_of(database);
  db::WriteScope change{database};
  database.run_script(fmt::format("PRAGMA user_version = {}", number));
  change.commit();
  return before;
}

}  // namespace pharmacy::test
