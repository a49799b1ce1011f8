#include "crypto/locked.h"

#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <new>

#include "crypto/secret.h"

namespace pharmacy::crypto {
namespace {

std::atomic<bool> all_locked{true};

std::size_t page_size() noexcept {
  static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

}  // namespace

std::size_t locked_capacity(std::size_t size) noexcept {
  const std::size_t page = page_size();
  return size == 0 ? page : (size + page - 1) / page * page;
}

unsigned char* allocate_locked(std::size_t size) {
  init();
  const std::size_t page = page_size();
  const std::size_t usable = locked_capacity(size);
  void* base = mmap(nullptr, usable + 2 * page, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (base == MAP_FAILED) throw std::bad_alloc();
  auto* bytes = static_cast<unsigned char*>(base) + page;
  if (mprotect(bytes, usable, PROT_READ | PROT_WRITE) != 0) {
    munmap(base, usable + 2 * page);
    throw std::bad_alloc();
  }
  // sodium_malloc would hide that the memory could not be locked.
  if (sodium_mlock(bytes, usable) != 0) all_locked = false;
  return bytes;
}

void free_locked(unsigned char* bytes, std::size_t size) noexcept {
  if (bytes == nullptr) return;
  const std::size_t page = page_size();
  const std::size_t usable = locked_capacity(size);
  sodium_munlock(bytes, usable);  // wipes first
  munmap(bytes - page, usable + 2 * page);
}

bool memory_is_locked() noexcept { return all_locked; }

void wipe(std::span<unsigned char> bytes) noexcept { sodium_memzero(bytes.data(), bytes.size()); }

bool equal(std::span<const unsigned char> a, std::span<const unsigned char> b) noexcept {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace pharmacy::crypto
