// The drill of a backup: it is restored elsewhere, and what comes back is compared row by row.
#pragma once

#include <cstdint>
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

// Makes a backup of a store that nobody else changes meanwhile; its drill fails the test where
// something is wrong. Throws what make_backup() throws.
BackupInfo drilled_backup(Store& store, const std::string& file, Existing existing,
                          const MakeKey& key);

}  // namespace pharmacy::test
