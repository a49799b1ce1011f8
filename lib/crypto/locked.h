// Whole pages of memory for secrets.
#pragma once

#include <cstddef>

namespace pharmacy::crypto {

// Zeroed pages for at least `size` bytes between two guard pages, locked against swapping where
// the system allows it, and left out of core dumps. Throws std::bad_alloc.
unsigned char* allocate_locked(std::size_t size);

// What allocate_locked(size) really gave: whole pages.
std::size_t locked_capacity(std::size_t size) noexcept;

// Wipes and unmaps what allocate_locked(size) gave.
void free_locked(unsigned char* bytes, std::size_t size) noexcept;

}  // namespace pharmacy::crypto
