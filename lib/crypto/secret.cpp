#include "pharmacy/secret.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "crypto/locked.h"
#include "crypto/secret.h"

namespace pharmacy {

Secret::Secret(std::string_view bytes) {
  resize(bytes.size());
  if (!bytes.empty()) std::memcpy(bytes_, bytes.data(), bytes.size());
}

Secret::~Secret() { crypto::free_locked(bytes_, capacity_); }

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      capacity_(std::exchange(other.capacity_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    crypto::free_locked(bytes_, capacity_);
    bytes_ = std::exchange(other.bytes_, nullptr);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
  }
  return *this;
}

void Secret::resize(std::size_t size) {
  if (size > capacity_) {
    const std::size_t capacity = crypto::locked_capacity(std::max(size, 2 * capacity_));
    unsigned char* bytes = crypto::allocate_locked(capacity);
    if (size_ > 0) std::memcpy(bytes, bytes_, size_);
    crypto::free_locked(bytes_, capacity_);
    bytes_ = bytes;
    capacity_ = capacity;
  }
  // Bytes beyond the size are always zero.
  if (size < size_) crypto::wipe({bytes_ + size, size_ - size});
  size_ = size;
}

void Secret::push_back(char byte) {
  resize(size_ + 1);
  bytes_[size_ - 1] = static_cast<unsigned char>(byte);
}

void Secret::clear() noexcept {
  if (size_ > 0) crypto::wipe({bytes_, size_});
  size_ = 0;
}

bool operator==(const Secret& a, const Secret& b) noexcept {
  return crypto::equal({a.bytes_, a.size_}, {b.bytes_, b.size_});
}

}  // namespace pharmacy
