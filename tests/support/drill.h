// The drill of a backup: it is restored elsewhere, and what comes back is compared row by row.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>

#include "pharmacy/backup.h"
#include "pharmacy/store.h"

namespace pharmacy::test {

// Every row of every table as text, of the access log up to this entry.
std::string rows_of(Store& store, std::int64_t log_seq = std::numeric_limits<std::int64_t>::max());

// A manager's key, anew each time.
using MakeKey = std::function<Key()>;

// Restores the backup into a directory that goes again. What is wrong: "" where its store is sound
// and has these rows, of the access log those up to the backup's entry.
std::string drill(const std::string& file, const MakeKey& key, const std::string& rows);

// What is wrong with a store that was restored, if it is to be what `live` was at this entry of the
// access log and went on from: "" where it has just those rows. For a store to which rows are
// added, and in which none is changed but settings.
std::string fault_among_writers(Store& restored, Store& live, std::int64_t log_seq);
// The drill of a backup of a store that others change meanwhile.
std::string drill_among_writers(const std::string& file, const MakeKey& key, Store& live);

// Has `make` make a backup of the store there, by a program as it may be, while nobody changes it;
// its drill fails the test where something is wrong.
void drilled(const std::filesystem::path& store, const std::string& file, const MakeKey& key,
             const std::function<void()>& make);
// The same with the key in a file.
void drilled(const std::filesystem::path& store, const std::string& file,
             const std::string& key_file, const std::function<void()>& make);

// Makes a backup of a store that nobody else changes meanwhile; its drill fails the test where
// something is wrong. Throws what make_backup() throws.
BackupInfo drilled_backup(Store& store, const std::string& file, Existing existing,
                          const MakeKey& key);

}  // namespace pharmacy::test
