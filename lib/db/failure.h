// SQLite's result codes as errors of ours.
#pragma once

struct sqlite3;

namespace pharmacy::db {

// Whether SQLite may report by this code what the seal or the disk beneath it has met; all others
// it found by itself.
bool may_be_from_below(int code);

// Throws the Error, or the std::bad_alloc, that a result code of this connection stands for.
[[noreturn]] void throw_failure(sqlite3* db, int code);

}  // namespace pharmacy::db
