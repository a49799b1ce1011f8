// How transactions get into store.db-wal: headers and pages as SQLite gives them, joined to
// frames and frames to larger writes.
#include <algorithm>
#include <cstring>

#include "db/log_file.h"

namespace pharmacy::db {

// Whether a frame's header has neither salts nor checksum: SQLite fills them in later.
static bool is_bare(const unsigned char* header) noexcept {
  return std::all_of(header + 8, header + frame_header_size,
                     [](unsigned char b) { return b == 0; });
}

int LogFile::write(const void* from, int size, sqlite3_int64 offset) noexcept {
  if (!connection_.gate.held() || !connection_.writing) return SQLITE_READONLY;
  const auto* bytes = static_cast<const unsigned char*>(from);
  if (offset < log_header_size)
    return offset == 0 && size == log_header_size ? write_log_header(bytes) : SQLITE_READONLY;

  const Part part = part_at(size, offset);
  if (part.is_page()) return write_page(part.frame, bytes);
  if (!part.is_header()) return SQLITE_READONLY;
  // Its page comes next, or else this header goes over one that is on disk.
  if (const int rc = write_header_alone(); rc != SQLITE_OK) return rc;
  std::memcpy(header_.data(), bytes, header_.size());
  header_frame_ = part.frame;
  return SQLITE_OK;
}

int LogFile::write_log_header(const unsigned char* from) noexcept {
  if (get_u32(from + 8) != page_size) return SQLITE_READONLY;
  if (const int rc = flush(); rc != SQLITE_OK) return rc;
  forget_salts();
  connection_.frames_before = 0;  // the log begins again
  const int rc = connection_.from_below(lower_.write(from, log_header_size, 0));
  if (rc != SQLITE_OK) return rc;
  std::memcpy(salts_.data(), from + salts_offset, salts_.size());
  salts_known_ = true;
  return SQLITE_OK;
}

int LogFile::write_page(std::uint32_t frame, const unsigned char* page) noexcept {
  if (header_frame_ == frame) return write_frame(frame, page);
  return write_page_alone(frame, page);
}

int LogFile::write_frame(std::uint32_t frame, const unsigned char* page) noexcept {
  header_frame_ = 0;
  const std::uint32_t number = get_u32(header_.data());
  const bool commits = get_u32(header_.data() + 4) != 0;
  if (const int rc = note_page(number, page); rc != SQLITE_OK) return rc;
  if (commits && !may_commit()) return SQLITE_CONSTRAINT_COMMITHOOK;
  if (const int rc = load_salts(); rc != SQLITE_OK) return rc;

  unsigned char* place = held_.place_for(frame);
  if (place == nullptr) {
    if (const int rc = connection_.from_below(held_.flush(lower_)); rc != SQLITE_OK) return rc;
    place = held_.place_for(frame);
  }
  note_checksum(frame);
  connection_.headers.seal(frame, salts_, header_.data(), place, connection_.nonces);
  connection_.pages.seal(number, page, place + sealed_header_size, connection_.nonces);
  held_.keep();
  if (!commits) return SQLITE_OK;
  return write_commit(frame);
}

// From here on others may be told of the commit.
int LogFile::write_commit(std::uint32_t frame) noexcept {
  connection_.commit_written = true;
  const int rc = connection_.from_below(held_.flush(lower_));
  if (rc == SQLITE_OK) {
    commit_frame_ = frame;
    return rc;
  }
  // SQLite rolls back now, and a read in that must not write the commit after all. Nor may the
  // write have reached the frame's end before it failed.
  held_.drop();
  connection_.commit_written = !is_absent(frame);
  return rc;
}

// False where it cannot be known.
bool LogFile::is_absent(std::uint32_t frame) noexcept {
  FrameQuestion question{.number = frame};
  return verify_frame(question) == SQLITE_OK && !question.authentic;
}

// SQLite overwrites a page that the same transaction has spilled before; the number is that of
// the header which lies there.
int LogFile::write_page_alone(std::uint32_t frame, const unsigned char* page) noexcept {
  if (const int rc = flush(); rc != SQLITE_OK) return rc;
  unsigned char header[frame_header_size];
  const int rc = open_header(frame, sealed_header_size, header);
  if (rc == SQLITE_IOERR_DATA) return connection_.damaged(Damage::Kind::log_page, frame);
  if (rc != SQLITE_OK) return rc;
  const std::uint32_t number = get_u32(header);
  if (const int refused = note_page(number, page); refused != SQLITE_OK) return refused;
  unsigned char* sealed = connection_.transit.sealed.data();
  connection_.pages.seal(number, page, sealed, connection_.nonces);
  return connection_.from_below(
      lower_.write(sealed, page_size, sealed_frame_offset(frame) + sealed_header_size));
}

int LogFile::write_header_alone() noexcept {
  const std::uint32_t frame = header_frame_;
  if (frame == 0) return SQLITE_OK;
  if (const int rc = connection_.from_below(held_.flush(lower_)); rc != SQLITE_OK) return rc;
  if (const int rc = load_salts(); rc != SQLITE_OK) return rc;
  unsigned char sealed[sealed_header_size];
  connection_.headers.seal(frame, salts_, header_.data(), sealed, connection_.nonces);
  const int rc =
      connection_.from_below(lower_.write(sealed, sealed_header_size, sealed_frame_offset(frame)));
  if (rc != SQLITE_OK) {
    // A commit that SQLite gives up for this must not be made whole by a read in its rollback.
    if (commit_frame_ != 0) header_frame_ = 0;
    return rc;
  }
  header_frame_ = 0;
  if (!is_bare(header_.data()) && filled_from_ == 0) filled_from_ = frame;
  return rc;
}

void LogFile::note_checksum(std::uint32_t frame) noexcept {
  if (is_bare(header_.data())) {
    if (first_bare_ == 0 || frame < first_bare_) first_bare_ = frame;
  } else if (frame <= first_bare_) {
    first_bare_ = 0;  // a savepoint was rolled back, and those frames are gone
  }
}

// Where a savepoint was rolled back to before the frame that the transaction overwrote first,
// SQLite 3.40.1 fills in too few checksums: recovery would end at the first that lacks, and lose
// this commit and all that follow in this log.
bool LogFile::commit_is_recoverable() const noexcept {
  return first_bare_ == 0 || first_bare_ > commit_frame_ ||
         (filled_from_ != 0 && filled_from_ <= first_bare_);
}

int LogFile::refuse_commit() noexcept {
  connection_.commit_written = false;
  return SQLITE_IOERR;
}

int LogFile::flush() noexcept {
  if (const int rc = write_header_alone(); rc != SQLITE_OK) return rc;
  return connection_.from_below(held_.flush(lower_));
}

int LogFile::note_page(std::uint32_t number, const unsigned char* page) noexcept {
  if (!may_be_sealed(number, page)) return SQLITE_READONLY;
  if (number == 1) {
    number_written_ = true;
    number_ = get_u32(page + commit_number_offset);
  }
  return SQLITE_OK;
}

bool LogFile::may_commit() const noexcept { return number_written_ && base_ == number_ - 1; }

void LogFile::note_commit_number(std::uint32_t number) noexcept {
  if (connection_.writing && number_written_) return;  // this transaction's own
  base_ = number;
}

void LogFile::begin_transaction() noexcept { drop_rest(); }

void LogFile::end_transaction() noexcept {
  // SQLite may have given a commit up whose frame is written: only the index tells.
  if (commit_frame_ != 0 && frames_in_index(connection_) >= commit_frame_) base_ = number_;
  drop_rest();
}

// A commit has written everything: what is left was rolled back, and the place in the log may soon
// be another's.
void LogFile::drop_rest() noexcept {
  header_frame_ = 0;
  held_.drop();
  number_written_ = false;
  commit_frame_ = 0;
  first_bare_ = 0;
  filled_from_ = 0;
}

}  // namespace pharmacy::db
