// Preloaded before a program: of the requests for memory that it makes once its main() has begun,
// one is not met, or none from that one on. It stands before a sanitizer's allocator as before the
// C library's. In the environment:
//   SCARCE_AT=K        which: from 1; 0 or absent: none
//   SCARCE_FOR_GOOD=1  and every later one
//   SCARCE_COUNT=FILE  how many there were, at the end
//   SCARCE_STOP=1      the program stops (SIGSTOP) where main() has returned
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

// Constant from the first: memory is asked for before anything is initialised. The programs have
// one thread.
constinit long at = 0;
constinit bool for_good = false;
constinit bool stops = false;
constinit const char* count_file = nullptr;
constinit bool has_begun = false;
constinit int inner = 0;  // within a request that was counted
constinit long requests = 0;

bool is_short() {
  if (!has_begun || inner > 0) return false;
  ++requests;
  if (at == 0 || requests < at || (requests > at && !for_good)) return false;
  errno = ENOMEM;
  return true;
}

// What one allocator asks of the other is no request of the program's.
class Inner {
 public:
  Inner() { ++inner; }
  ~Inner() { --inner; }
  Inner(const Inner&) = delete;
  Inner& operator=(const Inner&) = delete;
};

// What would be called without this file: with a sanitizer, the sanitizer's.
template <class Function>
class Usual {
 public:
  constexpr explicit Usual(const char* name) : name_(name) {}
  template <class... Args>
  auto operator()(Args... args) {
    if (found_ == nullptr) found_ = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name_));
    if (found_ == nullptr) _exit(127);
    const Inner within;
    return found_(args...);
  }

 private:
  const char* name_;
  Function* found_ = nullptr;
};

template <class Function, class... Args>
void* take(Usual<Function>& usual, Args... args) {
  return is_short() ? nullptr : usual(args...);
}

template <class Function, class... Args>
void* take_or_throw(Usual<Function>& usual, Args... args) {
  void* taken = take(usual, args...);
  if (taken == nullptr) throw std::bad_alloc();
  return taken;
}

using Main = int(int, char**, char**);
constinit Main* real_main = nullptr;

int counted_main(int argc, char** argv, char** environment) {
  const auto value = [](const char* name) {
    const char* text = std::getenv(name);
    return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
  };
  at = value("SCARCE_AT");
  for_good = value("SCARCE_FOR_GOOD") != 0;
  stops = value("SCARCE_STOP") != 0;
  count_file = std::getenv("SCARCE_COUNT");
  has_begun = true;
  inner = 0;  // this is called within what starts a program
  const int status = real_main(argc, argv, environment);
  prctl(PR_SET_DUMPABLE, 1);  // so that who looks for leaks may look
  if (stops) std::raise(SIGSTOP);
  return status;
}

__attribute__((destructor)) void tell_count() {
  if (!has_begun || count_file == nullptr) return;
  char digits[24];
  char* first = digits + sizeof digits;
  long rest = requests;
  do {
    *--first = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  const int file = open(count_file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const auto size = static_cast<std::size_t>(digits + sizeof digits - first);
  if (file < 0 || write(file, first, size) != static_cast<ssize_t>(size)) _exit(127);
  close(file);
}

}  // namespace

#define SCARCE_API __attribute__((visibility("default")))

extern "C" {

SCARCE_API int __libc_start_main(Main* main, int argc, char** argv, void (*init)(), void (*fini)(),
                                 void (*loader_fini)(), void* stack_end) {
  using Start = int(Main*, int, char**, void (*)(), void (*)(), void (*)(), void*);
  static constinit Usual<Start> usual("__libc_start_main");
  real_main = main;
  return usual(counted_main, argc, argv, init, fini, loader_fini, stack_end);
}

SCARCE_API void* malloc(std::size_t size) {
  static constinit Usual<void*(std::size_t)> usual("malloc");
  return take(usual, size);
}

SCARCE_API void* calloc(std::size_t count, std::size_t size) {
  static constinit Usual<void*(std::size_t, std::size_t)> usual("calloc");
  return take(usual, count, size);
}

SCARCE_API void* realloc(void* block, std::size_t size) {
  static constinit Usual<void*(void*, std::size_t)> usual("realloc");
  return take(usual, block, size);
}

SCARCE_API void* aligned_alloc(std::size_t alignment, std::size_t size) {
  static constinit Usual<void*(std::size_t, std::size_t)> usual("aligned_alloc");
  return take(usual, alignment, size);
}

SCARCE_API int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  static constinit Usual<int(void**, std::size_t, std::size_t)> usual("posix_memalign");
  return is_short() ? ENOMEM : usual(block, alignment, size);
}

SCARCE_API void* mmap(void* place, std::size_t size, int rights, int flags, int fd, off_t from) {
  static constinit Usual<void*(void*, std::size_t, int, int, int, off_t)> usual("mmap");
  if ((flags & MAP_ANONYMOUS) != 0 && is_short()) return MAP_FAILED;
  return usual(place, size, rights, flags, fd, from);
}

}  // extern "C"

SCARCE_API void* operator new(std::size_t size) {
  static constinit Usual<void*(std::size_t)> usual("_Znwm");
  return take_or_throw(usual, size);
}

SCARCE_API void* operator new[](std::size_t size) {
  static constinit Usual<void*(std::size_t)> usual("_Znam");
  return take_or_throw(usual, size);
}

SCARCE_API void* operator new(std::size_t size, const std::nothrow_t& none) noexcept {
  static constinit Usual<void*(std::size_t, const std::nothrow_t*)> usual("_ZnwmRKSt9nothrow_t");
  return take(usual, size, &none);
}

SCARCE_API void* operator new(std::size_t size, std::align_val_t alignment) {
  static constinit Usual<void*(std::size_t, std::align_val_t)> usual("_ZnwmSt11align_val_t");
  return take_or_throw(usual, size, alignment);
}
