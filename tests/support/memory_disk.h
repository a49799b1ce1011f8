// A disk in memory for SQLite files, which writes down all that is done to it and can be put back
// to any moment, as a power cut would leave it. For one thread and one connection at a time.
#pragma once

#include <sqlite3.h>

#include <array>
#include <cstddef>
#include <vector>

#include "support/trials.h"

namespace pharmacy::db::test {

using pharmacy::test::Random;

enum class DiskFile { database, log };

// What the two files hold. A log that is not there is one of no bytes.
struct DiskImage {
  std::array<std::vector<unsigned char>, 2> files;
  std::vector<unsigned char>& of(DiskFile file) { return files[static_cast<std::size_t>(file)]; }
  [[nodiscard]] const std::vector<unsigned char>& of(DiskFile file) const {
    return files[static_cast<std::size_t>(file)];
  }
};

// What was done to a file.
struct DiskStep {
  enum class What { write, truncate, sync };
  What what;
  DiskFile file;
  std::size_t at = 0;  // of a write; the size of a truncation
  std::vector<unsigned char> bytes = {};
};

class MemoryDisk {
 public:
  // Registered as a VFS on first use. It tells the log from the database by how it is opened.
  static const char* vfs_name();

  // What is on it now; the steps since it was put there.
  static const DiskImage& image();
  static const std::vector<DiskStep>& steps();
  // Begins again with these files, no step done. Nothing may be open.
  static void put(const DiskImage& image);
};

// Which syncs the disk heeds. Controls leave some out.
struct Heeded {
  bool of_database = true;
  bool of_log = true;
};

// The power goes off before the step with this number. What was synced is there; of the rest each
// sector of 512 bytes is, with a chance of `percent`, or is not.
struct PowerCut {
  std::size_t at;
  unsigned percent;
  Heeded heeded;
};

// Makes `left` what is then on the disk that held `before` and to which the steps were done. Its
// memory is used again: to take and give back such pieces is most of a cut's time.
void cut_power(const DiskImage& before, const std::vector<DiskStep>& steps, const PowerCut& cut,
               Random& random, DiskImage& left);

}  // namespace pharmacy::db::test
