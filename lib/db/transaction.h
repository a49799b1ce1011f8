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

  // Throws Error(io) where a statement of the change could not be read or written, whoever caught
  // that: such a change is not committed.
  void require_sound() const;
  // Counts the commit on page 1 and makes the change durable. After an error from here,
  // may_have_committed() tells whether it is certain that nothing happened.
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace pharmacy::db
