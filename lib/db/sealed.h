// The sealed engine under the store: a SQLite connection whose pages and log are encrypted and
// authenticated (pharmacy-store(5)), and the write gate that orders its writers.
//
// A writer: gate.acquire(wait); BEGIN IMMEDIATE; …; advance_commit_number(db); COMMIT;
// checkpoint_if_long(db, gate); gate.release(). A reader takes no gate. A connection and its
// gate belong to one thread at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "crypto/secret.h"
#include "db/gate.h"

struct sqlite3;

namespace pharmacy::db {

// What seals one store file.
struct StoreKeys {
  std::array<unsigned char, 16> file_id{};  // random, one for each file ever made
  std::uint16_t epoch = 1;                  // which data key this is
  crypto::Key data_key;
};

struct SealedOptions {
  std::filesystem::path path;       // the file store.db; its directory must exist
  int cache_kib = 2048;             // 65,536 where a command reads much
  const char* lower_vfs = nullptr;  // the VFS beneath the seal; tests put faults there
};

// Opens the store file: WAL, synchronous FULL, foreign keys, no untrusted schema, no ATTACH, no
// VACUUM, and pragmas from a short list only. `keys` is used during the call; `gate` must
// outlive the connection. Close with close_sealed.
// Throws no_store if there is no such file; damaged if it is not sealed with these keys or the
// log does not belong to it; io.
sqlite3* open_sealed(const SealedOptions& options, const StoreKeys& keys, Gate& gate);

// Makes an empty store file, durable before it bears its name, and opens it. The gate must be
// held. Throws conflict if the file or its log exists, cannot_create, io.
sqlite3* create_sealed(const SealedOptions& options, const StoreKeys& keys, Gate& gate);

// nullptr is allowed. Open statements are finalised by their owners first. A log of 32 frames or
// more that this connection let grow is copied into the file, unless the gate is another's.
void close_sealed(sqlite3* db) noexcept;

// Adds 1 to the commit number. Every write transaction does this before COMMIT: the log refuses
// a commit without it. Returns SQLite's code.
int advance_commit_number(sqlite3* db);

// After a commit, gate still held: copies the log into the file each time the log has grown past
// a multiple of 32 frames, and empties it if no reader needs it; beyond 1,024 frames it waits
// up to 50 ms for readers. A connection that has made more than 8 commits lets the log grow to
// 1,024 frames first. Returns SQLite's code; SQLITE_BUSY is never returned, since a log that
// readers still need is no fault.
int checkpoint_if_long(sqlite3* db, Gate& gate);

// Copies all of the log into the file and cuts it to nothing, waiting up to `wait` for readers.
// Returns SQLite's code; SQLITE_BUSY if a reader still needs the log.
int checkpoint_all(sqlite3* db, Gate& gate, std::chrono::milliseconds wait);

// After a COMMIT that failed: false where it is certain that nothing of the transaction will ever
// be found, true where the log may hold all of it.
bool may_have_committed(sqlite3* db);

// What this connection found damaged first since its last transaction began, translated. Ask when
// SQLite reports SQLITE_IOERR_DATA or anything unexpected. A log that does not belong to the file
// stays so: the connection is of no further use.
std::optional<std::string> damage_of(sqlite3* db);

// The extended SQLite code of the last failure that came from below the seal since the last
// transaction began, 0 if none: SQLite may report such a failure as corruption, which it is not.
int io_error_of(sqlite3* db);

// True if the file at the path is no longer the one that is open (replaced by a restore or a
// change of keys): close and open again. Ask after the gate is held, before BEGIN.
bool has_moved(sqlite3* db);

// What does not authenticate, in order; of each kind the first 1,000.
struct Rot {
  std::vector<std::uint32_t> pages;   // of the database, where the log does not supply them
  std::vector<std::uint32_t> frames;  // of the log
  std::int64_t bytes_behind = 0;      // of the file, behind the last page, where nobody reads
  [[nodiscard]] bool empty() const { return pages.empty() && frames.empty() && bytes_behind == 0; }
};

// Authenticates every frame of the log and every page of the file while others write. What failed
// may have been in the middle of a write: it is looked at again with the gate held, which is taken
// for nothing else. Throws busy if that takes longer than `wait`, damaged, io.
Rot find_rot(sqlite3* db, Gate& gate, std::chrono::milliseconds wait);

}  // namespace pharmacy::db
