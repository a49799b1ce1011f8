// What a handle tells of the sealed connection behind it.
#include "db/connection.h"

#include <sqlite3.h>

#include "db/failure.h"
#include "db/main_file.h"
#include "db/sealed.h"

namespace pharmacy::db {

Connection* connection_of(sqlite3* db) noexcept {
  Connection* connection = nullptr;
  if (db == nullptr ||
      sqlite3_file_control(db, "main", control_connection, &connection) != SQLITE_OK)
    return nullptr;
  return connection;
}

std::uint32_t count_pages(sqlite3* db) {
  sqlite3_stmt* asked = nullptr;
  int code = sqlite3_prepare_v2(db, "PRAGMA page_count", -1, &asked, nullptr);
  if (code == SQLITE_OK) code = sqlite3_step(asked);
  const auto pages = static_cast<std::uint32_t>(sqlite3_column_int64(asked, 0));
  sqlite3_finalize(asked);
  if (code != SQLITE_ROW) throw_failure(db, code);
  return pages;
}

int io_error_of(sqlite3* db) {
  const Connection* connection = connection_of(db);
  return connection == nullptr ? SQLITE_OK : connection->io_error;
}

bool may_have_committed(sqlite3* db) {
  const Connection* connection = connection_of(db);
  return connection != nullptr && connection->commit_written;
}

bool has_moved(sqlite3* db) {
  int moved = 0;
  return sqlite3_file_control(db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
         moved != 0;
}

}  // namespace pharmacy::db
