// The numbered SQL files of schema/, and how a store is brought up to them.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "db/database.h"

namespace pharmacy::db {

struct Migration {
  std::int64_t version;  // the number its file begins with, from 1
  std::string_view sql;
};

// All of them, in order, without a gap; embedded at build.
std::span<const Migration> migrations();
// The newest version this program knows.
std::int64_t newest_schema();
// The version the store has: SQLite's user_version.
std::int64_t schema_of(Database& database);

// Applies what the store lacks, in one transaction; none is begun where nothing is lacking. The
// caller holds the write gate. Throws damaged where foreign keys do not hold afterwards, and
// no_store (with a hint to update the programs) where the store is newer than this program.
void migrate(Database& database);

}  // namespace pharmacy::db
