// A store as an older version of the suite left it.
#pragma once

#include <cstdint>

#include "db/database.h"
#include "support/counter.h"
#include "vault/opening/unlock.h"

namespace pharmacy::test {

// Makes the store's database anew with the first `version` files of the schema, and with what it
// held in their tables.
void put_schema_back(const Counter& counter, std::int64_t version);

// The number of the store's schema, changed to any. What the number was.
std::int64_t put_schema_number(const Counter& counter, std::int64_t number);

// Entries of the access log from `from` on without their marks of the keyring, their MACs in order;
// with the signature of `who` in the place of hers. In a change of its own.
void take_marks(db::Database& database, const vault::Unlocked& who,
                const vault::OpenKeyring& opened, std::int64_t from);

}  // namespace pharmacy::test
