// A copy of a store file under other keys.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "db/sealed.h"

namespace pharmacy::db {

// Writes the database to the new file `to`, of mode 0600, and syncs it: each page is opened and
// sealed under `keys`. The gate must be held and the log be empty, as checkpoint_all() leaves it.
// `progress` is called with (pages done, all pages) now and then. Throws damaged where a page does
// not authenticate, cannot_create, io; what was written is removed then.
void reseal(sqlite3* db, const StoreKeys& keys, const std::filesystem::path& to,
            const std::function<void(std::int64_t, std::int64_t)>& progress);

}  // namespace pharmacy::db
