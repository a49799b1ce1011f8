#include "db/log_file.h"

#include <algorithm>
#include <cstring>

namespace pharmacy::db {
namespace {

constexpr std::uint32_t log_magic = 0x377f0682;  // plus 1 where checksums are big-endian
constexpr std::uint32_t log_version = 3007000;

// The length that an emptied log keeps at most: a thousand frames.
constexpr sqlite3_int64 kept_size = sealed_frame_offset(1001);

// SQLite's own checksum over the first 24 bytes of a log's header.
bool checksum_fits(const unsigned char* header) noexcept {
  const bool big_endian = (header[3] & 1) != 0;
  const auto word = [&](int at) {
    const unsigned char* b = header + at;
    const unsigned char turned[] = {b[3], b[2], b[1], b[0]};
    return get_u32(big_endian ? b : turned);
  };
  std::uint32_t first = 0, second = 0;
  for (int at = 0; at < 24; at += 8) {
    first += word(at) + second;
    second += word(at + 4) + first;
  }
  return first == get_u32(header + 24) && second == get_u32(header + 28);
}

// A whole header, of a log with another version or page size. What is torn is taken for no log.
bool is_of_another_kind(const unsigned char* header) noexcept {
  return (get_u32(header) & ~1U) == log_magic && checksum_fits(header) &&
         (get_u32(header + 4) != log_version || get_u32(header + 8) != page_size);
}

}  // namespace

LogFile::Part LogFile::part_at(int size, sqlite3_int64 offset) noexcept {
  const sqlite3_int64 from_first = offset - log_header_size;
  return {.frame = static_cast<std::uint32_t>(from_first / frame_size + 1),
          .begin = static_cast<int>(from_first % frame_size),
          .size = size};
}

int LogFile::read(void* to, int size, sqlite3_int64 offset) noexcept {
  if (const int rc = flush(); rc != SQLITE_OK) return rc;
  auto* bytes = static_cast<unsigned char*>(to);
  if (offset + size <= log_header_size) return read_log_header(bytes, size, offset);
  if (offset < log_header_size) return SQLITE_IOERR_READ;
  const Part part = part_at(size, offset);
  // SQLite looks for a checksum to go on from where there can be none.
  if (commit_frame_ != 0 && part.frame > commit_frame_) return refuse_commit();
  if (part.is_page()) return read_page(part.frame, bytes);
  if (part.is_whole()) return read_whole(part.frame, bytes);
  if (part.is_in_header()) return read_in_header(part, bytes);
  return SQLITE_IOERR_READ;
}

int LogFile::read_log_header(unsigned char* to, int size, sqlite3_int64 offset) noexcept {
  const int rc = connection_.from_below(lower_.read(to, size, offset));
  if (rc != SQLITE_OK || offset != 0 || size != log_header_size) return rc;
  // A log of another kind is none of this store's; SQLite would answer as if the disk had failed.
  if (connection_.recovering && is_of_another_kind(to))
    return connection_.damaged(Damage::Kind::foreign_log);
  std::memcpy(salts_.data(), to + salts_offset, salts_.size());
  salts_known_ = true;
  return rc;
}

// The index gets new salts before the log's header does. So equal ones are those of the header, and
// others are read anew.
void LogFile::compare_salts(const volatile unsigned char* in_index) noexcept {
  if (in_index == nullptr || !std::equal(salts_.begin(), salts_.end(), in_index)) forget_salts();
}

int LogFile::load_salts() noexcept {
  if (salts_known_) return SQLITE_OK;
  const int rc = connection_.from_below(
      lower_.read(salts_.data(), static_cast<int>(salts_.size()), salts_offset));
  salts_known_ = rc == SQLITE_OK;
  return rc;
}

// Reads the first `size` bytes of a sealed frame into the transit buffer and opens its header.
// SQLITE_IOERR_DATA, without a note, if the frame is not there or does not authenticate.
int LogFile::open_header(std::uint32_t frame, int size, unsigned char* header) noexcept {
  connection_.transit.page = 0;
  unsigned char* sealed = connection_.transit.sealed.data();
  if (const int rc = load_salts(); rc != SQLITE_OK)
    return rc == SQLITE_IOERR_SHORT_READ ? SQLITE_IOERR_DATA : rc;
  const int rc = connection_.from_below(lower_.read(sealed, size, sealed_frame_offset(frame)));
  if (rc == SQLITE_IOERR_SHORT_READ) return SQLITE_IOERR_DATA;
  if (rc != SQLITE_OK) return rc;
  return connection_.headers.open(frame, salts_, sealed, header) ? SQLITE_OK : SQLITE_IOERR_DATA;
}

int LogFile::verify_frame(FrameQuestion& question) noexcept {
  unsigned char header[frame_header_size];
  const int rc = open_header(question.number, sealed_frame_size, header);
  if (rc != SQLITE_OK) return rc == SQLITE_IOERR_DATA ? SQLITE_OK : rc;
  question.page = get_u32(header);
  question.authentic = connection_.pages.verify(
      question.page, connection_.transit.sealed.data() + sealed_header_size);
  if (question.sealed != nullptr)
    std::memcpy(question.sealed, connection_.transit.sealed.data() + sealed_header_size, page_size);
  return SQLITE_OK;
}

int LogFile::read_in_header(const Part& part, unsigned char* to) noexcept {
  unsigned char header[frame_header_size];
  const int rc = open_header(part.frame, sealed_header_size, header);
  if (rc == SQLITE_IOERR_DATA) return connection_.damaged(Damage::Kind::log_page, part.frame);
  if (rc == SQLITE_OK) std::memcpy(to, header + part.begin, static_cast<std::size_t>(part.size));
  return rc;
}

int LogFile::read_whole(std::uint32_t frame, unsigned char* to) noexcept {
  int rc = open_header(frame, sealed_frame_size, to);
  if (rc == SQLITE_OK &&
      !connection_.pages.open(get_u32(to), connection_.transit.sealed.data() + sealed_header_size,
                              to + frame_header_size))
    rc = SQLITE_IOERR_DATA;
  if (rc == SQLITE_OK) {
    if (connection_.recovering) survey_.add(frame, to, to + frame_header_size);
    return SQLITE_OK;
  }
  std::memset(to, 0, frame_size);
  if (rc != SQLITE_IOERR_DATA) return rc;
  // In recovery this is the torn or stale end of the log: SQLite's checksum does not fit zeros,
  // and ends it here. Elsewhere SQLite would compute new checksums over the loss.
  return connection_.recovering ? SQLITE_OK : connection_.damaged(Damage::Kind::log_page, frame);
}

int LogFile::read_page(std::uint32_t frame, unsigned char* page) noexcept {
  unsigned char header[frame_header_size];
  const int rc = open_header(frame, sealed_frame_size, header);
  if (rc == SQLITE_IOERR_DATA) return connection_.damaged(Damage::Kind::log_page, frame);
  if (rc != SQLITE_OK) return rc;

  const std::uint32_t number = get_u32(header);
  const unsigned char* sealed = connection_.transit.sealed.data() + sealed_header_size;
  if (connection_.checkpointing) {
    // The page goes into the file as it is: SQLite need not see it.
    if (!connection_.pages.verify(number, sealed))
      return connection_.damaged(Damage::Kind::log_page, frame);
    std::memset(page, 0, page_size);
    connection_.transit.page = number;
    return SQLITE_OK;
  }
  if (!connection_.pages.open(number, sealed, page)) {
    std::memset(page, 0, page_size);
    return connection_.damaged(Damage::Kind::log_page, frame);
  }
  if (number == 1) {
    note_commit_number(get_u32(page + commit_number_offset));
    mask_first_page(page);
  }
  return SQLITE_OK;
}

int LogFile::truncate(sqlite3_int64 size) noexcept {
  if (!connection_.gate.held()) return SQLITE_READONLY;
  if (size > log_header_size && (size - log_header_size) % frame_size != 0) return SQLITE_READONLY;
  if (const int rc = flush(); rc != SQLITE_OK) return rc;
  forget_salts();
  if (size == 0 && connection_.keeps_emptied_log) return empty();
  const sqlite3_int64 sealed =
      size <= log_header_size
          ? size
          : log_header_size + (size - log_header_size) / frame_size * sealed_frame_size;
  return connection_.from_below(lower_.truncate(sealed));
}

// A header of zeros is no log's. The file keeps its length, up to a limit: to write over blocks
// that it has costs half as much to sync as to give it new ones.
int LogFile::empty() noexcept {
  sqlite3_int64 there = 0;
  int rc = lower_.size(&there);
  if (rc == SQLITE_OK && there > kept_size) rc = lower_.truncate(kept_size);
  constexpr std::array<unsigned char, log_header_size> zeros{};
  if (rc == SQLITE_OK && there > 0) rc = lower_.write(zeros.data(), log_header_size, 0);
  return connection_.from_below(rc);
}

int LogFile::sync(int flags) noexcept {
  if (const int rc = flush(); rc != SQLITE_OK) return rc;
  if (commit_frame_ != 0 && !commit_is_recoverable()) return refuse_commit();
  return connection_.from_below(lower_.sync(flags));
}

int LogFile::size(sqlite3_int64* size) noexcept {
  if (const int rc = flush(); rc != SQLITE_OK) return rc;
  sqlite3_int64 sealed = 0;
  const int rc = connection_.from_below(lower_.size(&sealed));
  // A part of a frame at the end is none.
  *size = sealed <= log_header_size
              ? sealed
              : log_header_size + (sealed - log_header_size) / sealed_frame_size * frame_size;
  return rc;
}

int LogFile::control(int operation, void* argument) noexcept {
  return operation == SQLITE_FCNTL_LAST_ERRNO ? lower_.control(operation, argument)
                                              : SQLITE_NOTFOUND;
}

void LogFile::begin_recovery() noexcept {
  forget_salts();
  survey_.reset();
}

}  // namespace pharmacy::db
