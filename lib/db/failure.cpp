#include "db/failure.h"

#include <sqlite3.h>

#include <new>
#include <string_view>

#include "base/i18n.h"
#include "db/damage.h"
#include "db/sealed.h"
#include "pharmacy/error.h"

namespace pharmacy::db {
namespace {

// What went wrong with a constraint: the checks of the rooms above come first, so that one which
// is reached here is a value beyond a range, or a rule that a trigger guards.
[[noreturn]] void throw_constraint(int extended) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      throw Error(Errc::conflict, _("something with the same key is already in the store"));
    case SQLITE_CONSTRAINT_TRIGGER:
      throw Error(Errc::refused, _("the records of the store do not allow this"));
    default:
      throw Error(Errc::invalid_input, _("a value is outside the range that the store keeps"));
  }
}

// Every store has all tables, and every statement is tested: somebody took one away.
bool lacks_table(std::string_view message) {
  return message.starts_with("no such table:") || message.starts_with("no such column:");
}

// What lies behind a code of that kind.
int cause_of(sqlite3* db, int code) {
  const Connection* connection = connection_of(db);
  if (connection == nullptr || !may_be_from_below(code)) return code;
  if (connection->damage)
    throw Error(Errc::damaged, describe(*connection->damage), advice(*connection->damage));
  return connection->io_error != SQLITE_OK ? connection->io_error : code;
}

}  // namespace

bool may_be_from_below(int code) {
  switch (code & 0xff) {
    case SQLITE_ABORT:  // of a statement whose transaction such an error has rolled back
    case SQLITE_CANTOPEN:
    case SQLITE_CORRUPT:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOTADB:
      return true;
    default:
      return false;
  }
}

void throw_failure(sqlite3* db, int code) {
  const int extended = sqlite3_extended_errcode(db);
  switch (cause_of(db, code) & 0xff) {
    case SQLITE_NOMEM:
      throw std::bad_alloc{};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:  // many others were faster, or rebuild the index of the log
      throw Error(Errc::busy, _("another program is changing the store"), _("try again shortly"));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw Error(Errc::damaged, _("the store is damaged"),
                  _("do not change anything; look at what \"store check\" says"));
    case SQLITE_FULL:
      throw Error(Errc::io, _("the disk is full; nothing was written"), _("make room and repeat"));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      throw Error(Errc::io, _("the store cannot be written here"),
                  _("look at the rights of its directory and whether its disk is read-only"));
    case SQLITE_IOERR:
    case SQLITE_ABORT:
      throw Error(Errc::io, _("reading or writing the store failed"),
                  _("look at the disk's health and at limits on file sizes"));
    case SQLITE_TOOBIG:
      throw Error(Errc::invalid_input, _("a text is too long to be stored"));
    case SQLITE_CONSTRAINT:
      throw_constraint(extended);
    case SQLITE_ERROR:
      if (lacks_table(sqlite3_errmsg(db)))
        throw Error(Errc::damaged, _("the store lacks one of its tables or columns"),
                    _("do not change anything; look at what \"store check\" says"));
      [[fallthrough]];
    default:
      abort_on_bug(sqlite3_errmsg(db), __FILE__, __LINE__);
  }
}

}  // namespace pharmacy::db
