#include "visits/catalog/editions.h"

#include <utility>

#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {

std::optional<visits::LoadedEdition> visits::loaded_edition(db::Database& database,
                                                            ReferenceKind kind) {
  return database.row<LoadedEdition>(
      "SELECT edition, held, digest FROM reference_edition WHERE kind = ?1"
      " ORDER BY id DESC LIMIT 1",
      kind);
}

void visits::insert_edition(Transaction& tx, const NewEdition& edition) {
  vault::database(tx).run(
      "INSERT INTO reference_edition (kind, edition, source, file, digest, held, loaded_at,"
      " loaded_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      edition.kind, edition.edition, edition.source, edition.file,
      db::Bytes{edition.digest.begin(), edition.digest.end()}, edition.held, tx.now(),
      tx.actor().id);
}

std::vector<Reference> list_references(Reading& reading, Replaced replaced) {
  vault::require(reading, vault::Permission::view_catalog);
  std::vector<Reference> all;
  for (const auto& [kind, word] : EnumNames<ReferenceKind>::table) {
    auto statement = vault::database(reading).prepare(
        "SELECT e.edition, e.source, e.file, e.held, e.loaded_at, s.login, lower(hex(e.digest))"
        " FROM reference_edition e JOIN staff s ON s.id = e.loaded_by WHERE e.kind = ?1"
        " ORDER BY e.id DESC LIMIT ?2");
    const std::int64_t most = replaced == Replaced::listed ? -1 : 1;
    statement.bind(kind, most);
    auto state = ReferenceState::loaded;
    while (statement.step()) {
      all.push_back({.kind = kind,
                     .state = std::exchange(state, ReferenceState::replaced),
                     .edition = statement.get<std::string>(0),
                     .source = statement.get<std::string>(1),
                     .file = statement.get<std::string>(2),
                     .rows = statement.get<std::int64_t>(3),
                     .since = statement.get<Instant>(4),
                     .by = statement.get<std::string>(5),
                     .digest = statement.get<std::string>(6)});
    }
    if (state == ReferenceState::replaced) continue;
    all.push_back({.kind = kind, .state = ReferenceState::not_loaded});
  }
  return all;
}

}  // namespace pharmacy
