// The sealed VFS: registration, and how a connection's keys reach its files.
#pragma once

#include <sqlite3.h>

#include <optional>

#include "db/connection.h"

namespace pharmacy::db {

// The name under which the VFS is registered. It opens a database only while an OpenRequest
// lives in the same thread, so that nothing else (ATTACH, another handle) opens one by it.
const char* sealed_vfs_name();

class OpenRequest {
 public:
  OpenRequest(const SealedOptions& options, const StoreKeys& keys, Gate& gate);
  ~OpenRequest();
  OpenRequest(const OpenRequest&) = delete;
  OpenRequest& operator=(const OpenRequest&) = delete;

  const StoreKeys& keys;
  Gate& gate;
  sqlite3_vfs* lower;
  std::optional<Damage> damage;  // why the file was refused
};

}  // namespace pharmacy::db
