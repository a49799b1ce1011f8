// What the files of one sealed connection share.
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <optional>

#include "db/header_seal.h"
#include "db/nonce_source.h"
#include "db/page_seal.h"
#include "db/sealed.h"

namespace pharmacy::db {

class LogFile;

// Only recovery makes a writer wait inside SQLite, or another's recovery a reader: the gate orders
// the rest. A log of a thousand frames is read in 20 ms.
constexpr int busy_timeout_ms = 5000;

// What was found damaged. No text: it is made where memory for it may be lacking.
struct Damage {
  enum class Kind {
    page,          // `number` is a page of the file
    log_page,      // `number` is a frame of the log
    foreign_log,   // the log does not belong to the file
    not_sealed,    // the file does not begin as a store does
    other_format,  // a store, of a format that this library does not know
    other_file,    // a store, of another file id
  };
  Kind kind;
  std::uint32_t number = 0;
};

// The frame of the log that was read last. While a checkpoint runs, its page is on its way into
// the file, sealed as it is.
struct FrameInTransit {
  std::uint32_t page = 0;  // 0: none on its way
  std::array<unsigned char, sealed_frame_size> sealed;
};

struct Connection {
  Connection(const StoreKeys& keys, Gate& the_gate, sqlite3_vfs* below)
      : pages(keys), headers(keys), gate(the_gate), lower(below) {}

  PageSeal pages;
  HeaderSeal headers;
  NonceSource nonces;
  Gate& gate;
  sqlite3_vfs* lower;       // what lies beneath the seal
  LogFile* log = nullptr;   // while SQLite has it open
  bool only_reads = false;  // the file could be opened for nothing else

  // Locks of the wal-index that this connection holds exclusively.
  bool writing = false;
  bool checkpointing = false;
  bool recovering = false;

  bool index_compared = false;  // no recovery was under way when it was first read by

  FrameInTransit transit;
  volatile unsigned char* index = nullptr;  // the first region of the wal-index, once mapped
  std::uint32_t frames_before = 0;          // in the log when the write lock was taken
  std::uint32_t frames = 0;                 // after the last commit
  std::uint32_t commits = 0;                // of this connection
  bool keeps_emptied_log = false;           // its length, for the transactions that come next

  bool commit_written = false;  // the last transaction's commit frame, or so it may be

  std::optional<Damage> damage;    // the first that was found
  int io_error = SQLITE_OK;        // the last from below
  int recovery_error = SQLITE_OK;  // to be returned by the next lock
  // What the clear bytes of the file were taken for, where the log vouches for the file all the
  // same: a power cut may have torn page 1.
  std::optional<Damage::Kind> doubt;

  // A transaction of SQLite's begins: what an earlier one met is no answer to it. None begins any
  // more where the log does not belong to the file.
  void begin_reading() noexcept {
    io_error = SQLITE_OK;
    damage.reset();
  }

  // Both return what SQLite is to be told.
  int damaged(Damage::Kind kind, std::uint32_t number = 0) noexcept {
    if (!damage || kind == Damage::Kind::foreign_log) damage = Damage{kind, number};
    return SQLITE_IOERR_DATA;
  }
  int from_below(int rc) noexcept {
    if (rc != SQLITE_OK && rc != SQLITE_BUSY && rc != SQLITE_IOERR_SHORT_READ) io_error = rc;
    return rc;
  }
};

// The number of frames in the log that the wal-index shows, 0 if it shows none; and how many of
// them are in the file too, where readers then look for their pages.
std::uint32_t frames_in_index(const Connection& connection) noexcept;
std::uint32_t frames_copied(const Connection& connection) noexcept;

// Pages of the database, as a transaction that begins now has them, or the one that has begun.
// Throws damaged, io.
std::uint32_t count_pages(sqlite3* db);

// Copies a log that checkpoint_if_long() let grow, as far as nobody is in the way.
void checkpoint_at_close(sqlite3* db) noexcept;

// The connection behind a handle; nullptr if it is not a sealed one.
Connection* connection_of(sqlite3* db) noexcept;

}  // namespace pharmacy::db
