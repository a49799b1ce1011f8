#include "db/transaction.h"

#include <sqlite3.h>

#include "base/i18n.h"
#include "db/sealed.h"

namespace pharmacy::db {

// An error that SQLite meets while it rolls back has undone the transaction all the same.
static void roll_back(Database& database) noexcept {
  if (sqlite3_get_autocommit(database.handle()) != 0) return;
  static_cast<void>(sqlite3_exec(database.handle(), "ROLLBACK", nullptr, nullptr, nullptr));
}

ReadScope::ReadScope(Database& database) : database_{database} {
  database.run("BEGIN");
  try {
    // BEGIN takes no snapshot until something is read.
    static_cast<void>(database.value<std::int64_t>("PRAGMA schema_version"));
  } catch (...) {
    roll_back(database);
    throw;
  }
}

ReadScope::~ReadScope() { roll_back(database_); }

WriteScope::WriteScope(Database& database) : database_{database} {
  database.run("BEGIN IMMEDIATE");
  database.begin_change();
}

WriteScope::~WriteScope() {
  if (open_) roll_back(database_);
}

void WriteScope::require_sound() const {
  if (!database_.is_spoilt() && sqlite3_get_autocommit(database_.handle()) == 0) return;
  throw Error(Errc::io, _("a part of the change could not be read or written, so nothing was"),
              _("look at the disk's health and at limits on file sizes"));
}

void WriteScope::commit() {
  require_sound();
  const int code = advance_commit_number(database_.handle());
  if (code != SQLITE_OK) database_.fail(code);
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace pharmacy::db
