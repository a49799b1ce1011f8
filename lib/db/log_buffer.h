// Frames of the log that wait to be written together.
#pragma once

#include <array>
#include <cstdint>

#include "db/lower_file.h"
#include "db/seal_format.h"

namespace pharmacy::db {

// Where a frame lies on disk; frames count from 1.
constexpr sqlite3_int64 sealed_frame_offset(std::uint32_t frame) noexcept {
  return log_header_size + sqlite3_int64{frame - 1} * sealed_frame_size;
}

class LogBuffer {
 public:
  // The place for the next frame, if `frame` continues what is held and there is room; else
  // nullptr: flush first.
  unsigned char* place_for(std::uint32_t frame) noexcept;
  // What was put into the last place is complete.
  void keep() noexcept { ++count_; }

  // Writes what is held. Returns SQLite's code, and still holds it where that is not SQLITE_OK.
  int flush(const LowerFile& file) noexcept;
  void drop() noexcept { count_ = 0; }

 private:
  // One write stays below 128 KiB, beyond which SQLite's own VFS masks the size.
  static constexpr std::uint32_t capacity = 15;

  std::uint32_t first_ = 0;
  std::uint32_t count_ = 0;
  std::array<unsigned char, std::size_t{capacity} * sealed_frame_size> frames_;
};

}  // namespace pharmacy::db
