// The wal-index of store.db: the write gate is enforced here, and a rebuilt index is compared
// with the file here.
#include <utility>

#include "db/log_file.h"
#include "db/main_file.h"

namespace pharmacy::db {
namespace {

// SQLite's lock bytes: 0 write, 1 checkpoint, 2 recovery, 3 readers of the file alone, 4 to 7
// readers of the log.
constexpr int write_lock = 0;
constexpr int checkpoint_lock = 1;
constexpr int recovery_lock = 2;
constexpr int first_reader_lock = 3;
constexpr int first_log_reader_lock = 4;
constexpr int log_reader_locks = 4;

// Offsets in the header of the wal-index, whose numbers are the machine's own.
constexpr int index_headers_size = 96;  // two copies
constexpr int index_ready_offset = 12;
constexpr int index_frames_offset = 16;
constexpr int index_salts_offset = 32;
constexpr int index_copied_offset = 96;

// Recovery covers the recovery lock, and the checkpoint lock unless it is held already. A lone
// checkpoint lock is a checkpoint.
bool is_recovery(int offset, int count) {
  return offset <= recovery_lock && offset + count > recovery_lock && offset + count <= 3;
}
bool is_checkpoint(int offset, int count) { return offset == checkpoint_lock && count == 1; }
bool is_restart(int offset, int count) {
  return offset == first_log_reader_lock && count == log_reader_locks;
}

}  // namespace

static std::uint32_t number_in_index(const Connection& connection, int offset) noexcept {
  if (connection.index == nullptr || connection.index[index_ready_offset] == 0) return 0;
  return *reinterpret_cast<const volatile std::uint32_t*>(connection.index + offset);
}

std::uint32_t frames_in_index(const Connection& connection) noexcept {
  return number_in_index(connection, index_frames_offset);
}

std::uint32_t frames_copied(const Connection& connection) noexcept {
  return number_in_index(connection, index_copied_offset);
}

// Where the index alone could be opened for reading only, as after one attempt to open it failed,
// SQLite would read the log by an index of its own, outside of what is known here as a recovery.
int MainFile::shm_map(int region, int size, int extend, volatile void** at) noexcept {
  int rc = lower_.shm_map(region, size, extend, at);
  if ((rc & 0xff) == SQLITE_READONLY && !connection_.only_reads) rc = SQLITE_IOERR_SHMOPEN;
  connection_.from_below(rc);
  if (rc == SQLITE_OK && region == 0) connection_.index = static_cast<volatile unsigned char*>(*at);
  return rc;
}

int MainFile::shm_unmap() noexcept {
  connection_.index = nullptr;
  return connection_.from_below(lower_.shm_unmap());
}

int MainFile::shm_lock(int offset, int count, int flags) noexcept {
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    if (exclusive) before_release(offset, count);
    const int rc = connection_.from_below(lower_.shm_lock(offset, count, flags));
    if (exclusive) after_release(offset, count);
    return rc;
  }
  // A log that does not belong to the file closes the connection for good; an error while
  // recovery compared the two is told once.
  if (connection_.damage && connection_.damage->kind == Damage::Kind::foreign_log)
    return SQLITE_IOERR_DATA;
  if (const int rc = std::exchange(connection_.recovery_error, SQLITE_OK); rc != SQLITE_OK)
    return rc;
  if ((flags & SQLITE_SHM_EXCLUSIVE) != 0) return acquire_exclusive(offset, count, flags);

  if (offset >= first_reader_lock && !connection_.index_compared) {
    // The index can be seen before whoever rebuilt it has compared the log with the file.
    const int busy = lower_.shm_lock(recovery_lock, 1, SQLITE_SHM_LOCK | SQLITE_SHM_SHARED);
    if (busy != SQLITE_OK) return connection_.from_below(busy);
    lower_.shm_lock(recovery_lock, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_SHARED);
    connection_.index_compared = true;
  }
  if (offset >= first_reader_lock) connection_.begin_reading();
  const int rc = connection_.from_below(lower_.shm_lock(offset, count, flags));
  // Between two reading transactions the log may have begun again, with new salts.
  if (rc == SQLITE_OK && offset >= first_reader_lock && connection_.log != nullptr)
    connection_.log->compare_salts(
        connection_.index == nullptr ? nullptr : connection_.index + index_salts_offset);
  return rc;
}

int MainFile::acquire_exclusive(int offset, int count, int flags) noexcept {
  if ((is_checkpoint(offset, count) || is_restart(offset, count)) && !connection_.gate.held())
    return SQLITE_BUSY;
  const int rc = connection_.from_below(lower_.shm_lock(offset, count, flags));
  if (rc != SQLITE_OK) return rc;
  const int refused = after_exclusive(offset, count);
  if (refused != SQLITE_OK)
    lower_.shm_lock(offset, count, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
  return refused;
}

int MainFile::after_exclusive(int offset, int count) noexcept {
  if (is_recovery(offset, count)) {
    // After a change of keys the log is no more that of the file which is open here: to these keys
    // it would look empty.
    int moved = 0;
    if (lower_.control(SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0)
      return SQLITE_READONLY_DBMOVED;
    connection_.recovering = true;
    if (connection_.log != nullptr) connection_.log->begin_recovery();
  } else if (is_checkpoint(offset, count)) {
    connection_.checkpointing = true;
    connection_.transit.page = 0;
    if (connection_.log != nullptr) connection_.log->forget_salts();
  } else if (offset == write_lock && count == 1) {
    // A writer must not add to a file that a restore has replaced. (A reader takes this lock
    // too, to rebuild the index, without the gate.)
    int moved = 0;
    if (connection_.gate.held() && lower_.control(SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
        moved != 0)
      return SQLITE_READONLY_DBMOVED;
    connection_.writing = true;
    connection_.commit_written = false;
    connection_.frames_before = frames_in_index(connection_);
    if (connection_.log != nullptr) connection_.log->begin_transaction();
  }
  return SQLITE_OK;
}

void MainFile::before_release(int offset, int count) noexcept {
  if (is_recovery(offset, count) && connection_.recovering) {
    const int rc = check_log();
    if (rc != SQLITE_OK) {
      // Nobody may read by an index that was not compared.
      connection_.recovery_error = rc;
      for (int i = 0; i < index_headers_size; ++i) connection_.index[i] = 0;
      lower_.shm_barrier();
    }
    connection_.recovering = false;
  }
  if (offset == write_lock && connection_.writing && connection_.log != nullptr)
    connection_.log->end_transaction();
}

void MainFile::after_release(int offset, int count) noexcept {
  if (offset == write_lock) connection_.writing = false;
  if (is_checkpoint(offset, count)) {
    connection_.checkpointing = false;
    connection_.transit.page = 0;
  }
}

int MainFile::check_log() noexcept {
  if (connection_.log == nullptr || connection_.index == nullptr) return SQLITE_OK;
  const LogSpan span = connection_.log->end_recovery(frames_in_index(connection_));
  if (!span.any) return SQLITE_OK;

  unsigned char page[page_size];
  const int rc = lower_.read(page, page_size, 0);
  if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ) return connection_.from_below(rc);
  // A checkpoint may have been cut off while it wrote page 1, which the log then supplies: each
  // of its transactions holds it.
  if (rc != SQLITE_OK || !connection_.pages.open(1, page, page))
    return span.has_numbers ? SQLITE_OK : connection_.damaged(Damage::Kind::foreign_log);
  const std::uint32_t in_file = get_u32(page + commit_number_offset);
  if (span.has_numbers && !commit_number_after(span.first, in_file + 1) &&
      !commit_number_after(in_file, span.last))
    return SQLITE_OK;
  return connection_.damaged(Damage::Kind::foreign_log);
}

}  // namespace pharmacy::db
