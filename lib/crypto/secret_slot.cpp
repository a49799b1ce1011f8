#include <mutex>
#include <utility>
#include <vector>

#include "crypto/locked.h"
#include "crypto/random.h"
#include "crypto/secret.h"

namespace pharmacy::crypto {
namespace {

// The free slots of all the pages taken so far. Pages are never given back: a process holds a
// few dozen keys at most.
class SlotPool {
 public:
  unsigned char* take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) add_page();
    unsigned char* slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void give_back(unsigned char* slot) noexcept {
    wipe({slot, SecretSlot::capacity});
    const std::lock_guard lock(mutex_);
    free_.push_back(slot);  // never allocates: add_page reserved the room
  }

 private:
  void add_page() {
    const std::size_t size = locked_capacity(1);
    const std::size_t count = size / SecretSlot::capacity;
    slots_ += count;
    free_.reserve(slots_);
    unsigned char* page = allocate_locked(size);
    for (std::size_t i = count; i > 0; --i) free_.push_back(page + (i - 1) * SecretSlot::capacity);
  }

  std::mutex mutex_;
  std::vector<unsigned char*> free_;
  std::size_t slots_ = 0;
};

SlotPool& pool() {
  // Never destroyed: a static key elsewhere may outlive it.
  static auto* the_pool = new SlotPool;
  return *the_pool;
}

}  // namespace

SecretSlot::SecretSlot() : bytes_(pool().take()) {}

SecretSlot::~SecretSlot() {
  if (bytes_ != nullptr) pool().give_back(bytes_);
}

SecretSlot::SecretSlot(SecretSlot&& other) noexcept
    : bytes_(std::exchange(other.bytes_, nullptr)) {}

SecretSlot& SecretSlot::operator=(SecretSlot&& other) noexcept {
  if (this != &other) {
    if (bytes_ != nullptr) pool().give_back(bytes_);
    bytes_ = std::exchange(other.bytes_, nullptr);
  }
  return *this;
}

Key random_key() {
  Key key;
  fill_random(key.bytes());
  return key;
}

}  // namespace pharmacy::crypto
