#include "db/damage.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "db/main_file.h"
#include "pharmacy/error.h"

namespace pharmacy::db {

std::string describe(const Damage& damage) {
  switch (damage.kind) {
    case Damage::Kind::page:
      return fmt::format(fmt::runtime(_("page {} is damaged or was changed")), damage.number);
    case Damage::Kind::log_page:
      return fmt::format(fmt::runtime(_("frame {} of the log is damaged or was changed")),
                         damage.number);
    case Damage::Kind::foreign_log:
      return _("the log does not belong to this database");
    case Damage::Kind::not_sealed:
      return _("this is not a sealed store");
    case Damage::Kind::other_format:
      return _("this store has a format that this version does not know");
    case Damage::Kind::other_file:
      return _("this database does not belong to the keyring beside it");
  }
  PHARMACY_CHECK(false);
}

std::string advice(const Damage& damage) {
  switch (damage.kind) {
    case Damage::Kind::page:
    case Damage::Kind::log_page:
      return _("run store check, and restore a backup with store restore");
    case Damage::Kind::foreign_log:
    case Damage::Kind::other_file:
      return _(
          "files of two stores or of two times were mixed: put back those that belong "
          "together, or restore a backup");
    case Damage::Kind::not_sealed:
      return _("give the directory of a store with --store DIR");
    case Damage::Kind::other_format:
      return _("use the version of the programs that wrote it, or a newer one");
  }
  PHARMACY_CHECK(false);
}

std::optional<std::string> damage_of(sqlite3* db) {
  const Connection* connection = connection_of(db);
  if (connection == nullptr || !connection->damage) return std::nullopt;
  return describe(*connection->damage);
}

int io_error_of(sqlite3* db) {
  const Connection* connection = connection_of(db);
  return connection == nullptr ? SQLITE_OK : connection->io_error;
}

bool has_moved(sqlite3* db) {
  int moved = 0;
  return sqlite3_file_control(db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK &&
         moved != 0;
}

Connection* connection_of(sqlite3* db) noexcept {
  Connection* connection = nullptr;
  if (db == nullptr ||
      sqlite3_file_control(db, "main", control_connection, &connection) != SQLITE_OK)
    return nullptr;
  return connection;
}

}  // namespace pharmacy::db
