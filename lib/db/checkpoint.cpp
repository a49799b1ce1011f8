// Commits, and the log's way into the file.
#include <sqlite3.h>

#include <algorithm>

#include "db/connection.h"
#include "db/sealed.h"
#include "pharmacy/error.h"

namespace pharmacy::db {
namespace {

constexpr std::uint32_t step_frames = 64;
constexpr std::uint32_t long_frames = 1024;
constexpr int long_wait_ms = 50;

struct Progress {
  int rc;
  int in_log = -1;
  int copied = -1;
  [[nodiscard]] bool all() const { return rc == SQLITE_OK && in_log == copied; }
};

// Waits for readers only as long as it is told, whatever the connection's own patience.
Progress run_checkpoint(sqlite3* db, int mode, int wait_ms) {
  int patience = 0;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, "PRAGMA busy_timeout", -1, &statement, nullptr) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW)
    patience = sqlite3_column_int(statement, 0);
  sqlite3_finalize(statement);
  sqlite3_busy_timeout(db, wait_ms);
  Progress progress{.rc = SQLITE_OK};
  progress.rc = sqlite3_wal_checkpoint_v2(db, "main", mode, &progress.in_log, &progress.copied);
  sqlite3_busy_timeout(db, patience);
  return progress;
}

int unless_busy(int rc) { return (rc & 0xff) == SQLITE_BUSY ? SQLITE_OK : rc; }

}  // namespace

int advance_commit_number(sqlite3* db) {
  Connection* connection = connection_of(db);
  PHARMACY_CHECK(connection != nullptr);
  sqlite3_stmt*& read = connection->read_commit_number;
  if (read == nullptr) {
    const int rc = sqlite3_prepare_v3(db, "PRAGMA application_id", -1, SQLITE_PREPARE_PERSISTENT,
                                      &read, nullptr);
    if (rc != SQLITE_OK) return rc;
  }
  const int stepped = sqlite3_step(read);
  const auto number = static_cast<std::uint32_t>(sqlite3_column_int(read, 0));
  const int reset = sqlite3_reset(read);
  if (stepped != SQLITE_ROW) return reset != SQLITE_OK ? reset : SQLITE_ERROR;
  char sql[64];
  sqlite3_snprintf(sizeof sql, sql, "PRAGMA application_id=%d",
                   static_cast<std::int32_t>(number + 1));
  return sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
}

int checkpoint_if_long(sqlite3* db, Gate& gate) {
  PHARMACY_CHECK(gate.held());
  const Connection* connection = connection_of(db);
  PHARMACY_CHECK(connection != nullptr && &connection->gate == &gate);
  const std::uint32_t frames = connection->frames;
  // A log that has just begun again is shorter than before.
  const std::uint32_t before = std::min(connection->frames_before, frames);
  if (frames / step_frames == before / step_frames) return SQLITE_OK;

  const Progress copied = run_checkpoint(db, SQLITE_CHECKPOINT_PASSIVE, 0);
  if (copied.rc != SQLITE_OK) return unless_busy(copied.rc);
  const bool is_long = frames >= long_frames;
  if (!copied.all() && !is_long) return SQLITE_OK;
  return unless_busy(run_checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE, is_long ? long_wait_ms : 0).rc);
}

int checkpoint_all(sqlite3* db, Gate& gate, std::chrono::milliseconds wait) {
  PHARMACY_CHECK(gate.held());
  return run_checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE, static_cast<int>(wait.count())).rc;
}

}  // namespace pharmacy::db
