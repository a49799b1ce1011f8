#include "db/main_file.h"

#include <cstring>

#include "db/log_file.h"

namespace pharmacy::db {

int MainFile::recognise() noexcept {
  unsigned char clear[clear_size];
  const int rc = lower_.read(clear, clear_size, 0);
  if (rc == SQLITE_IOERR_SHORT_READ) return connection_.damaged(Damage::Kind::not_sealed);
  if (rc != SQLITE_OK) return connection_.from_below(rc);
  switch (connection_.pages.judge(clear)) {
    case ClearBytes::ours:
      return SQLITE_OK;
    case ClearBytes::other_file:
      return connection_.damaged(Damage::Kind::other_file);
    case ClearBytes::other_format:
      return doubt(Damage::Kind::other_format);
    case ClearBytes::not_sealed:
      break;
  }
  return doubt(Damage::Kind::not_sealed);
}

// A power cut inside a checkpoint may have torn the first sector of page 1; the log then has the
// page. Only a log that these keys open vouches for the file: whoever rebuilds the index of a log
// with wrong keys makes it look empty to all others.
int MainFile::doubt(Damage::Kind kind) noexcept {
  if (!log_is_ours()) return connection_.damaged(kind);
  connection_.doubt = kind;
  return SQLITE_OK;
}

bool MainFile::log_is_ours() noexcept {
  LowerFile log;
  int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_WAL;
  if (log.open(connection_.lower, sqlite3_filename_wal(name_), flags, &flags) != SQLITE_OK)
    return false;
  Salts salts;
  unsigned char sealed[sealed_header_size], header[frame_header_size];
  return log.read(salts.data(), static_cast<int>(salts.size()), salts_offset) == SQLITE_OK &&
         log.read(sealed, sealed_header_size, log_header_size) == SQLITE_OK &&
         connection_.headers.open(1, salts, sealed, header);
}

int MainFile::read(void* to, int size, sqlite3_int64 offset) noexcept {
  // SQLite looks at its header before it has a lock, when a checkpoint may be writing the page.
  if (offset >= 0 && size >= 0 && offset + size <= sqlite_header_size) {
    std::memcpy(to, constant_header().data() + offset, static_cast<std::size_t>(size));
    return SQLITE_OK;
  }
  if (size != page_size || offset % page_size != 0) return SQLITE_IOERR_READ;
  return read_page(static_cast<std::uint32_t>(offset / page_size + 1),
                   static_cast<unsigned char*>(to));
}

int MainFile::read_page(std::uint32_t number, unsigned char* page) noexcept {
  const int rc = lower_.read(page, page_size, sqlite3_int64{number - 1} * page_size);
  // A page that was never written is never read: secure_delete sees to that.
  if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ) return connection_.from_below(rc);
  if (rc != SQLITE_OK || !connection_.pages.open(number, page, page)) {
    std::memset(page, 0, page_size);
    if (number == 1 && connection_.doubt) return connection_.damaged(*connection_.doubt);
    return connection_.damaged(Damage::Kind::page, number);
  }
  if (number == 1) {
    if (connection_.log != nullptr)
      connection_.log->note_commit_number(get_u32(page + commit_number_offset));
    mask_first_page(page);
  }
  return SQLITE_OK;
}

int MainFile::verify_page(PageQuestion& question) noexcept {
  unsigned char sealed[page_size];
  const int rc = lower_.read(sealed, page_size, sqlite3_int64{question.number - 1} * page_size);
  if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ) return connection_.from_below(rc);
  question.authentic = rc == SQLITE_OK && connection_.pages.verify(question.number, sealed);
  if (question.sealed != nullptr) std::memcpy(question.sealed, sealed, page_size);
  return SQLITE_OK;
}

int MainFile::write(const void*, int size, sqlite3_int64 offset) noexcept {
  // In WAL mode SQLite writes here only what a checkpoint has just read from the log, and that
  // is still in transit, sealed.
  FrameInTransit& transit = connection_.transit;
  const bool expected = connection_.gate.held() && connection_.checkpointing && size == page_size &&
                        transit.page != 0 && transit.page != lock_byte_page &&
                        offset == sqlite3_int64{transit.page - 1} * page_size;
  if (!expected) return SQLITE_READONLY;
  transit.page = 0;
  return connection_.from_below(
      lower_.write(transit.sealed.data() + sealed_header_size, page_size, offset));
}

int MainFile::truncate(sqlite3_int64 size) noexcept {
  if (!connection_.gate.held() || !connection_.checkpointing || size < page_size ||
      size % page_size != 0)
    return SQLITE_READONLY;
  return connection_.from_below(lower_.truncate(size));
}

int MainFile::lock(int level) noexcept {
  // Anything above is for a rollback journal, or for a close that makes a checkpoint.
  if (level > SQLITE_LOCK_SHARED) return SQLITE_READONLY;
  return connection_.from_below(lower_.lock(level));
}

int MainFile::control(int operation, void* argument) noexcept {
  switch (operation) {
    case control_connection:
      *static_cast<Connection**>(argument) = &connection_;
      return SQLITE_OK;
    case control_verify_page:
      return verify_page(*static_cast<PageQuestion*>(argument));
    case SQLITE_FCNTL_PERSIST_WAL:
    case SQLITE_FCNTL_POWERSAFE_OVERWRITE:
      *static_cast<int*>(argument) = 1;
      return SQLITE_OK;
    case SQLITE_FCNTL_HAS_MOVED:
    case SQLITE_FCNTL_LAST_ERRNO:
      return lower_.control(operation, argument);
    default:
      return SQLITE_NOTFOUND;
  }
}

}  // namespace pharmacy::db
