#include "db/migrate.h"

#include <fmt/format.h>

#include "base/i18n.h"
#include "db/transaction.h"

namespace pharmacy::db {

std::int64_t newest_schema() { return migrations().back().version; }

std::int64_t schema_of(Database& database) {
  return database.value<std::int64_t>("PRAGMA user_version").value();
}

static void refuse_newer(std::int64_t version) {
  if (version <= newest_schema()) return;
  throw Error(Errc::no_store,
              fmt::format(fmt::runtime(_("the store has schema {}, this program knows {}")),
                          version, newest_schema()),
              _("update the programs"));
}

void migrate(Database& database) {
  const std::int64_t seen = schema_of(database);
  refuse_newer(seen);
  if (seen == newest_schema()) return;

  WriteScope write{database};
  // Another program may have migrated between the look above and the write lock.
  const std::int64_t version = schema_of(database);
  refuse_newer(version);
  for (const auto& migration : migrations()) {
    if (migration.version > version) database.run_script(std::string{migration.sql});
  }
  if (database.prepare("PRAGMA foreign_key_check").step()) {
    throw Error(Errc::damaged, _("after the migration some records refer to others that are gone"));
  }
  database.run_script(fmt::format("PRAGMA user_version = {}", newest_schema()));
  write.commit();
}

}  // namespace pharmacy::db
