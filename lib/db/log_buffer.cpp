#include "db/log_buffer.h"

namespace pharmacy::db {

unsigned char* LogBuffer::place_for(std::uint32_t frame) noexcept {
  if (count_ == 0) first_ = frame;
  if (count_ == capacity || frame != first_ + count_) return nullptr;
  return frames_.data() + std::size_t{count_} * sealed_frame_size;
}

int LogBuffer::flush(const LowerFile& file) noexcept {
  if (count_ == 0) return SQLITE_OK;
  const int rc = file.write(frames_.data(), static_cast<int>(count_ * sealed_frame_size),
                            sealed_frame_offset(first_));
  // SQLite was told that these frames are written, and may go on after an error of a read that
  // found no room for them: they stay until they are.
  if (rc == SQLITE_OK) count_ = 0;
  return rc;
}

}  // namespace pharmacy::db
