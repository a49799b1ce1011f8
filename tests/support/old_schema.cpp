#include "support/old_schema.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "db/database.h"
#include "db/migrate.h"
#include "db/sealed.h"
#include "db/transaction.h"
#include "support/test_store.h"
#include "vault/keyring/bytes.h"
#include "vault/log/entry.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

// The store's files, opened below the library, which would migrate them.
struct Opened {
  vault::Place place;
  vault::Unlocked who;
  vault::OpenKeyring opened;
  db::Gate gate;

  explicit Opened(const Counter& counter)
      : place{counter.store()},
        who{vault::unlock(place, KeyFile{Secret{bytes_of(counter.key())}}, Instant{})},
        opened{vault::open_keyring(place, who)},
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

// Whether the log of such a schema tells of the keyring.
bool has_marks(std::int64_t version) {
  return std::ranges::any_of(db::migrations(), [version](const db::Migration& migration) {
    return migration.version <= version &&
           migration.sql.find("ADD COLUMN keyring ") != std::string_view::npos;
  });
}

}  // namespace

void take_marks(db::Database& database, const vault::Unlocked& who,
                const vault::OpenKeyring& opened, std::int64_t from) {
  const crypto::Key key = vault::log_key_of(opened.data_key, opened.keyring.file_id);
  db::WriteScope change{database};
  database.run_script("DROP TRIGGER log_entry_is_fixed");
  const auto rows = database.rows<vault::LogEntry>(
      "SELECT seq, at, staff, kind, command, operation, epoch, detail, subjects, mac, signature,"
      " NULL FROM log_entry WHERE seq >= ?1 ORDER BY seq",
      from);
  auto previous = database.value<db::Bytes>("SELECT mac FROM log_entry WHERE seq = ?1 - 1", from)
                      .value_or(db::Bytes{});
  for (const auto& row : rows) {
    const auto mac = vault::mac_of(row, previous, key);
    previous = {mac.begin(), mac.end()};
    const auto message = vault::log_message(opened.keyring.store_id, mac);
    const auto mine = crypto::sign(who.secrets.sign.secret, vault::as_bytes(message));
    const db::Bytes signature =
        row.staff == who.actor.id ? db::Bytes{mine.begin(), mine.end()} : row.signature;
    database.run("UPDATE log_entry SET keyring = NULL, mac = ?2, signature = ?3 WHERE seq = ?1",
                 row.seq, previous, signature);
  }
  change.commit();
}

void put_schema_back(const Counter& counter, std::int64_t version) {
  Opened store{counter};
  const fs::path older = counter.dir().file("older.db");
  {
    db::Database now = store.database();
    if (!has_marks(version)) take_marks(now, store.who, store.opened, 1);
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
