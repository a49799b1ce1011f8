#include "db/version.h"

#include <sqlite3.h>

namespace pharmacy::db {

const char* engine_version() noexcept { return sqlite3_libversion(); }

}  // namespace pharmacy::db
