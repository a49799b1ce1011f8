// Which edition of each reference table is loaded.
#pragma once

#include <optional>
#include <string>

#include "crypto/hash.h"
#include "db/database.h"
#include "pharmacy/reference.h"

namespace pharmacy::visits {

struct LoadedEdition {
  std::string edition;
  std::int64_t held;  // rows
  db::Bytes digest;   // of its rows

  static constexpr auto fields() {
    return std::tuple{Field{"edition", &LoadedEdition::edition},
                      Field{"held", &LoadedEdition::held}, Field{"digest", &LoadedEdition::digest}};
  }
};

// nullopt where the table was never loaded: whoever looks something up in it then has to say so.
std::optional<LoadedEdition> loaded_edition(db::Database& database, ReferenceKind kind);

struct NewEdition {
  ReferenceKind kind;
  std::string edition;
  std::string source;
  std::string file;
  crypto::Digest digest;
  std::int64_t held;
};
void insert_edition(Transaction& tx, const NewEdition& edition);

}  // namespace pharmacy::visits
