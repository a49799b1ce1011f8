// What SQL may not do on a sealed connection.
#pragma once

struct sqlite3;

namespace pharmacy::db {

// Refuses ATTACH, DETACH and with them VACUUM, extensions, and every pragma outside a short
// list. To be called after the connection's own settings are made. Returns SQLite's code.
int guard(sqlite3* db);

}  // namespace pharmacy::db
