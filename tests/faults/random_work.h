// A random piece of work on a store in memory, and what a power cut leaves of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/memory_disk.h"
#include "support/sealed.h"

namespace pharmacy::db::test {

// An empty store with its tables, the log emptied. Its u.n counts the commits.
DiskImage new_store();
// The store on the disk in memory.
std::unique_ptr<Session> open_in_memory();
// What is in it, n first; "damaged" or "error" where it does not say.
std::string contents(sqlite3* db);

// What it holds after each commit, and the steps until that was promised.
class RandomWork {
 public:
  RandomWork(const DiskImage& begin, Random& random) : begin_(begin), random_(random) {
    MemoryDisk::put(begin);
  }

  // A long one leaves it to the commits to copy the log and to empty it.
  enum class Length { some, many };
  void run(std::uint32_t commits, Length length = Length::some);
  // One of 4 to 11 commits, or of 36: one in twelve.
  void run();

  // How often the log was emptied by a header of zeros.
  [[nodiscard]] long emptied() const;

  struct Cut {
    const DiskImage& left;  // until the next cut
    std::string promised;   // what must be there at least
    std::string next;       // what may be, if its commit was under way
  };
  Cut cut(Heeded heeded = {});

 private:
  void open();
  std::string number(std::uint32_t limit) { return std::to_string(random_.below(limit)); }
  void commit();
  void change();
  void checkpoint();

  const DiskImage& begin_;
  Random& random_;
  std::unique_ptr<Session> store_;
  std::vector<std::string> holds_;
  std::vector<std::size_t> promised_after_;
  std::vector<DiskStep> steps_;
  DiskImage left_;
};

}  // namespace pharmacy::db::test
