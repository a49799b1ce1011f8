// What the library says of a store, in the words of reader.py.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <string>

#include "db/sealed.h"
#include "pharmacy/time.h"

namespace pharmacy::test {

// Opens the store with a key file at the time `now` and reads all of it: keyring, pages, and rows.
std::string verdict_of(const std::filesystem::path& store, const std::string& key_file,
                       Instant now);
// The same for a store without a keyring.
std::string verdict_of(const std::filesystem::path& store, const db::StoreKeys& keys);

// Verifies a backup with a key file, and reads all of the store in it.
std::string verdict_of_backup(const std::filesystem::path& file, const std::string& key_file,
                              Instant now);

// Of every row of every table, in the order of tables' names and rows' keys.
std::string digest_of_rows(sqlite3* db);

}  // namespace pharmacy::test
