#include "shortage.h"

#include <dlfcn.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstdlib>
#include <new>

namespace pharmacy::test {
namespace {

// Constant from the first: operator new is called before main().
constinit Shortage now;
constinit int requests = 0;
constinit int blocks = 0;

bool is_short(Memory memory) {
  if (now.k == 0 || memory != now.memory) return false;
  ++requests;
  return requests == now.k || (now.for_good && requests > now.k);
}

sqlite3_mem_methods usual;

void* take(int size) {
  void* block = is_short(Memory::sqlite) ? nullptr : usual.xMalloc(size);
  if (block != nullptr) ++blocks;
  return block;
}

void* resize(void* block, int size) {
  return is_short(Memory::sqlite) ? nullptr : usual.xRealloc(block, size);
}

void give_back(void* block) {
  --blocks;
  usual.xFree(block);
}

// Before anything can have started SQLite.
const bool in_place = [] {
  sqlite3_config(SQLITE_CONFIG_GETMALLOC, &usual);
  sqlite3_mem_methods ours = usual;
  ours.xMalloc = take;
  ours.xRealloc = resize;
  ours.xFree = give_back;
  if (sqlite3_config(SQLITE_CONFIG_MALLOC, &ours) != SQLITE_OK) std::abort();
  return true;
}();

using New = void*(std::size_t);

// The one that would be called without this file: with a sanitizer, the sanitizer's.
New* next(const char* name) {
  void* found = dlsym(RTLD_NEXT, name);
  if (found == nullptr) std::abort();
  return reinterpret_cast<New*>(found);
}

}  // namespace

void set_shortage(const Shortage& shortage) {
  requests = 0;
  now = shortage;
}

int end_shortage() {
  now.k = 0;
  return requests;
}

int sqlite_blocks() { return blocks; }

}  // namespace pharmacy::test

using pharmacy::test::is_short;
using pharmacy::test::Memory;

void* operator new(std::size_t size) {
  static const auto usual = pharmacy::test::next("_Znwm");
  if (is_short(Memory::cpp)) throw std::bad_alloc();
  return usual(size);
}

void* operator new[](std::size_t size) {
  static const auto usual = pharmacy::test::next("_Znam");
  if (is_short(Memory::cpp)) throw std::bad_alloc();
  return usual(size);
}

// The linker puts these in the place of the calls in the program's own objects (--wrap).
extern "C" {
void* __real_mmap(void*, std::size_t, int, int, int, off_t);
int __real_mprotect(void*, std::size_t, int);
int __real_sodium_mlock(void*, std::size_t);

void* __wrap_mmap(void* at, std::size_t size, int rights, int flags, int fd, off_t from) {
  if (fd < 0 && is_short(Memory::pages)) {
    errno = ENOMEM;
    return MAP_FAILED;
  }
  return __real_mmap(at, size, rights, flags, fd, from);
}

int __wrap_mprotect(void* at, std::size_t size, int rights) {
  if (is_short(Memory::pages)) {
    errno = ENOMEM;
    return -1;
  }
  return __real_mprotect(at, size, rights);
}

int __wrap_sodium_mlock(void* at, std::size_t size) {
  if (!is_short(Memory::locks)) return __real_sodium_mlock(at, size);
  errno = ENOMEM;
  return -1;
}
}
