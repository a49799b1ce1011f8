#include "db/damage.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "db/sealed.h"
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
      return _(
          "nothing can mend it: put a whole copy of the store's directory, made while it was "
          "sound, in its place");
    case Damage::Kind::foreign_log:
    case Damage::Kind::other_file:
      return _(
          "files of two stores or of two times were mixed: put back those that belong "
          "together, or a whole copy of the store's directory");
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

}  // namespace pharmacy::db
