// A Database on a sealed store of its own.
#pragma once

#include "db/database.h"
#include "db/sealed.h"
#include "db/transaction.h"
#include "support/sealed.h"

namespace pharmacy::db::test {

// The gate is held all along: these tests are about one connection.
class SealedDatabase {
 public:
  SealedDatabase() : gate_{directory_.path() / "store.lock", "test"} {
    gate_.acquire(5s);
    handle_ = create_sealed({.path = path()}, keys_of(1), gate_);
    database_ = std::make_unique<Database>(handle_);
  }
  [[nodiscard]] Database& operator*() const { return *database_; }
  [[nodiscard]] Database* operator->() const { return database_.get(); }
  [[nodiscard]] fs::path path() const { return directory_.path() / "store.db"; }
  [[nodiscard]] fs::path directory() const { return directory_.path(); }
  Gate& gate() { return gate_; }

  // Runs `body` in a transaction and commits it.
  void write(const std::function<void(Database&)>& body) {
    WriteScope scope{*database_};
    body(*database_);
    scope.commit();
  }

 private:
  TempDir directory_;
  Gate gate_;
  sqlite3* handle_ = nullptr;
  std::unique_ptr<Database> database_;
};

}  // namespace pharmacy::db::test
