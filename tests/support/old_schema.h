// A store as an older version of the suite left it.
#pragma once

#include <cstdint>

#include "support/counter.h"

namespace pharmacy::test {

// Makes the store's database anew with the first `version` files of the schema, and with what it
// held in their tables.
void put_schema_back(const Counter& counter, std::int64_t version);

// The number of the store's schema, changed to any. What the number was.
std::int64_t put_schema_number(const Counter& counter, std::int64_t number);

}  // namespace pharmacy::test
