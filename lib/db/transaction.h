// The spans of a connection's work: a snapshot, or a change.
#pragma once

#include "db/database.h"

namespace pharmacy::db {

// A snapshot: from here to the end the connection sees one state.
class ReadScope {
 public:
  explicit ReadScope(Database& database);
  ReadScope(const ReadScope&) = delete;
  ReadScope& operator=(const ReadScope&) = delete;
  ~ReadScope();  // never throws

 private:
  Database& database_;
};

// A change: rolled back unless committed. The caller holds the write gate from before this begins
// until after it ends.
class WriteScope {
 public:
  explicit WriteScope(Database& database);
  WriteScope(const WriteScope&) = delete;
  WriteScope& operator=(const WriteScope&) = delete;
  ~WriteScope();  // never throws

  // Counts the commit on page 1 and makes the change durable. After Error(io) from here nobody
  // can know whether it happened.
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace pharmacy::db
