#include "db/log_buffer.h"

#include <utility>

namespace pharmacy::db {

unsigned char* LogBuffer::place_for(std::uint32_t frame) noexcept {
  if (count_ == 0) first_ = frame;
  if (count_ == capacity || frame != first_ + count_) return nullptr;
  return frames_.data() + std::size_t{count_} * sealed_frame_size;
}

int LogBuffer::flush(const LowerFile& file) noexcept {
  const std::uint32_t count = std::exchange(count_, 0);
  if (count == 0) return SQLITE_OK;
  return file.write(frames_.data(), static_cast<int>(count * sealed_frame_size),
                    sealed_frame_offset(first_));
}

}  // namespace pharmacy::db
