// Commits, and the log's way into the file.
#include <sqlite3.h>

#include <algorithm>

#include "db/connection.h"
#include "db/log_file.h"
#include "db/sealed.h"
#include "pharmacy/error.h"

namespace pharmacy::db {
namespace {

constexpr std::uint32_t step_frames = 32;
constexpr std::uint32_t long_frames = 1024;
constexpr int long_wait_ms = 50;
// A connection that commits more often than a command does lets the log grow, and copies it when
// it is closed: nobody has to read the whole log while the connection has it open.
constexpr std::uint32_t few_commits = 8;

struct Progress {
  int rc;
  // Frames, where it went well.
  int in_log = -1;
  int copied = -1;
  [[nodiscard]] bool all() const { return in_log == copied; }
};

// Waits for readers only as long as it is told.
Progress run_checkpoint(sqlite3* db, int mode, int wait_ms) {
  sqlite3_busy_timeout(db, wait_ms);
  Progress progress{.rc = SQLITE_OK};
  progress.rc = sqlite3_wal_checkpoint_v2(db, "main", mode, &progress.in_log, &progress.copied);
  sqlite3_busy_timeout(db, busy_timeout_ms);
  return progress;
}

int unless_busy(int rc) { return (rc & 0xff) == SQLITE_BUSY ? SQLITE_OK : rc; }

}  // namespace

int advance_commit_number(sqlite3* db) {
  const Connection* connection = connection_of(db);
  PHARMACY_CHECK(connection != nullptr && connection->log != nullptr);
  // Page 1 was read when the transaction began, or is in the cache as it was read then.
  const auto number = connection->log->commit_number();
  PHARMACY_CHECK(number.has_value());
  char sql[64];
  sqlite3_snprintf(sizeof sql, sql, "PRAGMA application_id=%d",
                   static_cast<std::int32_t>(*number + 1));
  return sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
}

// Copies the log, and empties it if all was copied.
static int copy_log(sqlite3* db, Connection& connection, std::uint32_t frames) {
  const Progress copied = run_checkpoint(db, SQLITE_CHECKPOINT_PASSIVE, 0);
  if (copied.rc != SQLITE_OK) return unless_busy(copied.rc);
  const bool is_long = frames >= long_frames;
  if (!copied.all() && !is_long) return SQLITE_OK;
  connection.keeps_emptied_log = true;
  const auto emptied = run_checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE, is_long ? long_wait_ms : 0);
  connection.keeps_emptied_log = false;
  return unless_busy(emptied.rc);
}

int checkpoint_if_long(sqlite3* db, Gate& gate) {
  PHARMACY_CHECK(gate.held());
  Connection* connection = connection_of(db);
  PHARMACY_CHECK(connection != nullptr && &connection->gate == &gate);
  const std::uint32_t frames = connection->frames;
  // A log that has just begun again is shorter than before.
  const std::uint32_t before = std::min(connection->frames_before, frames);
  ++connection->commits;
  if (connection->commits > few_commits && frames < long_frames) return SQLITE_OK;
  return frames / step_frames == before / step_frames ? SQLITE_OK
                                                      : copy_log(db, *connection, frames);
}

void checkpoint_at_close(sqlite3* db) noexcept {
  Connection* connection = connection_of(db);
  if (connection == nullptr || connection->commits <= few_commits) return;
  const std::uint32_t frames = frames_in_index(*connection);
  if (frames < step_frames || sqlite3_get_autocommit(db) == 0) return;
  try {
    const GateHold hold{connection->gate, std::chrono::milliseconds{0}};
    static_cast<void>(copy_log(db, *connection, frames));
  } catch (...) {
    // Another writes, and is the one that copies; or there was no memory to say so.
  }
}

int checkpoint_all(sqlite3* db, Gate& gate, std::chrono::milliseconds wait) {
  PHARMACY_CHECK(gate.held());
  return run_checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE, static_cast<int>(wait.count())).rc;
}

}  // namespace pharmacy::db
