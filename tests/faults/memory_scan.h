// What stands in the memory of a process, as /proc shows it to who may look.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pharmacy::test {

// Bytes to look for. They are held inverted, so that who looks into itself does not find them here.
class Needle {
 public:
  Needle(std::string name, std::span<const unsigned char> bytes);
  Needle(std::string name, std::string_view bytes);
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& inverted() const { return inverted_; }

 private:
  std::string name_;
  std::string inverted_;
};

// Memory that the process can write, of one kind.
struct Mapping {
  std::uint64_t begin = 0;  // addresses
  std::uint64_t end = 0;
  bool is_used = false;      // some of it is in memory
  bool is_locked = false;    // against swapping
  bool is_undumped = false;  // left out of core dumps
  std::string name;          // "[heap]", a file, or nothing
};

// All of it. Throws std::system_error where the process does not let itself be looked into.
std::vector<Mapping> mappings_of(pid_t pid);

struct Copy {
  std::string needle;
  Mapping at;
};

// Where the needles stand, each once for every time that it does. Throws as mappings_of().
std::vector<Copy> copies_in(pid_t pid, const std::vector<Needle>& needles);

}  // namespace pharmacy::test
