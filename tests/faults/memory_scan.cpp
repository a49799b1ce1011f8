#include "memory_scan.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <new>
#include <sstream>
#include <system_error>

namespace pharmacy::test {
namespace {

// The sanitizer's shadow, of which no byte is the program's own, is larger.
constexpr std::uint64_t largest = std::uint64_t{1} << 36;
constexpr std::size_t chunk = std::size_t{1} << 20;

std::string inverted(std::span<const unsigned char> bytes) {
  std::string text;
  for (const unsigned char byte : bytes) text += static_cast<char>(~byte);
  return text;
}

std::string of_process(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + '/' + file;
}

class Memory {
 public:
  explicit Memory(pid_t pid) : fd_{::open(of_process(pid, "mem").c_str(), O_RDONLY | O_CLOEXEC)} {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "its memory");
  }
  ~Memory() { ::close(fd_); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  // How many bytes were read.
  std::size_t read(std::uint64_t from, std::span<char> into) const {
    const auto got = ::pread(fd_, into.data(), into.size(), static_cast<off_t>(from));
    return got < 0 ? 0 : static_cast<std::size_t>(got);
  }

 private:
  int fd_;
};

// Room for what was read. It is a mapping of its own, which who looks into itself leaves out: from
// the needles, which are inverted, their bytes come into being in it.
class Room {
 public:
  explicit Room(std::size_t size)
      : at_{::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)},
        size_{size} {
    if (at_ == MAP_FAILED) throw std::bad_alloc();
  }
  ~Room() { ::munmap(at_, size_); }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  [[nodiscard]] std::span<char> bytes() const { return {static_cast<char*>(at_), size_}; }
  [[nodiscard]] bool is(const Mapping& mapping) const {
    const auto address = reinterpret_cast<std::uintptr_t>(at_);
    return mapping.begin <= address && address < mapping.end;
  }

 private:
  void* at_;
  std::size_t size_;
};

// Adds what stands in `bytes`, which are inverted, and begins before `limit`.
void take_copies(std::string_view bytes, std::size_t limit, const Mapping& at,
                 const std::vector<Needle>& needles, std::vector<Copy>& copies) {
  for (const Needle& needle : needles) {
    const std::string& wanted = needle.inverted();
    const char* const end = bytes.data() + bytes.size();
    for (const char* from = bytes.data();;) {
      const void* found =
          ::memmem(from, static_cast<std::size_t>(end - from), wanted.data(), wanted.size());
      if (found == nullptr) break;
      from = static_cast<const char*>(found);
      if (from >= bytes.data() + limit) break;
      copies.push_back({needle.name(), at});
      ++from;
    }
  }
}

}  // namespace

Needle::Needle(std::string name, std::span<const unsigned char> bytes)
    : name_{std::move(name)}, inverted_{test::inverted(bytes)} {}

Needle::Needle(std::string name, std::string_view bytes)
    : Needle{std::move(name),
             {reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()}} {}

std::vector<Mapping> mappings_of(pid_t pid) {
  std::ifstream file{of_process(pid, "smaps")};
  if (!file) throw std::system_error(errno, std::generic_category(), "its mappings");
  std::vector<Mapping> all;
  bool is_writable = false;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words{line};
    std::string first, second;
    words >> first >> second;
    const auto dash = first.find('-');
    if (dash != std::string::npos) {
      is_writable = second.find('w') != std::string::npos;
      if (!is_writable) continue;
      std::string offset, device, inode, name;
      words >> offset >> device >> inode >> name;
      all.push_back({.begin = std::stoull(first.substr(0, dash), nullptr, 16),
                     .end = std::stoull(first.substr(dash + 1), nullptr, 16),
                     .name = name});
    } else if (is_writable && first == "Rss:") {
      all.back().is_used = second != "0";
    } else if (is_writable && first == "VmFlags:") {
      line += ' ';
      all.back().is_locked = line.find(" lo ") != std::string::npos;
      all.back().is_undumped = line.find(" dd ") != std::string::npos;
    }
  }
  return all;
}

std::vector<Copy> copies_in(pid_t pid, const std::vector<Needle>& needles) {
  std::size_t longest = 1;
  for (const Needle& needle : needles) longest = std::max(longest, needle.inverted().size());
  const std::size_t overlap = longest - 1;
  const Room room{chunk + overlap};
  const auto bytes = room.bytes();
  std::vector<Copy> copies;
  const Memory memory{pid};
  for (const Mapping& mapping : mappings_of(pid)) {
    if (!mapping.is_used || mapping.end - mapping.begin > largest) continue;
    if (pid == ::getpid() && room.is(mapping)) continue;
    for (auto from = mapping.begin; from < mapping.end; from += chunk) {
      const auto size = std::min<std::uint64_t>(bytes.size(), mapping.end - from);
      const auto got = memory.read(from, bytes.first(size));
      for (char& byte : bytes.first(got)) byte = static_cast<char>(~byte);
      take_copies({bytes.data(), got}, chunk, mapping, needles, copies);
    }
  }
  return copies;
}

}  // namespace pharmacy::test
