#include "db/transaction.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <iterator>

namespace pharmacy::db {

// An error that SQLite meets while it rolls back has undone the transaction all the same.
static void roll_back(Database& database) noexcept {
  if (sqlite3_get_autocommit(database.handle()) != 0) return;
  static_cast<void>(sqlite3_exec(database.handle(), "ROLLBACK", nullptr, nullptr, nullptr));
}

ReadScope::ReadScope(Database& database) : database_{database} {
  database.run("BEGIN");
  // BEGIN takes no snapshot until something is read.
  static_cast<void>(database.value<std::int64_t>("PRAGMA schema_version"));
}

ReadScope::~ReadScope() { roll_back(database_); }

WriteScope::WriteScope(Database& database) : database_{database} {
  database.run("BEGIN IMMEDIATE");
}

WriteScope::~WriteScope() {
  if (open_) roll_back(database_);
}

// The commit number ties the log to the file: SQLite keeps it in the header as application_id, a
// signed 32-bit number, so that it wraps after 2^32 commits.
static void count_commit(Database& database) {
  const auto number = database.value<std::int64_t>("PRAGMA application_id").value();
  const auto next = static_cast<std::int32_t>(static_cast<std::uint32_t>(number) + 1U);
  std::array<char, 48> sql{};
  fmt::format_to_n(sql.data(), sql.size() - 1, "PRAGMA application_id = {}", next);
  const int code = sqlite3_exec(database.handle(), sql.data(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) database.fail(code);
}

void WriteScope::commit() {
  count_commit(database_);
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace pharmacy::db
