// Memory that is not to be had, on demand: for the whole test program, and off by default.
#pragma once

namespace pharmacy::test {

// Who asks for it.
enum class Memory {
  sqlite,  // SQLite's allocator
  cpp,     // operator new
  pages,   // the pages of secrets: mmap and mprotect
  locks    // their locking, which may fail without harm
};

// From here on the k-th request fails; so does every later one if `for_good`.
struct Shortage {
  Memory memory = Memory::sqlite;
  int k = 0;  // from 1; 0: none
  bool for_good = false;
};
void set_shortage(const Shortage& shortage);
// Ends it. How many requests of its kind there were.
int end_shortage();

// Blocks of SQLite's that were not given back.
int sqlite_blocks();

}  // namespace pharmacy::test
