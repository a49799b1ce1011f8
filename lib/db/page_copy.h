// The pages of one state of a store, as they are sealed, while others go on writing: what a backup
// is made of.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "db/database.h"
#include "db/page_seal.h"

struct sqlite3_file;

namespace pharmacy::db {

struct Connection;

class PageCopy {
 public:
  // Begins a snapshot, which the connection's statements see too, and which ends with this. The
  // gate must be held until it returns, and for no longer. Throws damaged, io.
  explicit PageCopy(Database& database);
  ~PageCopy();
  PageCopy(const PageCopy&) = delete;
  PageCopy& operator=(const PageCopy&) = delete;

  [[nodiscard]] std::uint32_t pages() const { return pages_; }

  using Page = std::array<unsigned char, page_size>;
  // A page, from 1, in the form in which it is in the file; zeros for the one that SQLite never
  // writes. Throws damaged where it does not authenticate, io.
  Page read(std::uint32_t page);

 private:
  void look_at_log();

  Database& database_;
  Connection& connection_;
  sqlite3_file* file_ = nullptr;
  std::uint32_t pages_ = 0;
  std::map<std::uint32_t, std::uint32_t> frames_;  // of pages that the log has newer than the file
};

}  // namespace pharmacy::db
