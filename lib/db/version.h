// Which SQLite is at work.
#pragma once

namespace pharmacy::db {

// "3.40.1", of the library in use.
const char* engine_version() noexcept;

}  // namespace pharmacy::db
