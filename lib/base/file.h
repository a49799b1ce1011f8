// Whole files, read and written with care.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "pharmacy/files.h"

namespace pharmacy {

// Closes its file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_{number} {}
  Fd(Fd&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd();

  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_ = -1;
};

// A small regular file of the system. nullopt where it cannot be read or has more than
// `max_bytes`.
std::optional<std::string> read_system_file(const std::string& path, std::size_t max_bytes);

// Makes the renames and new names in the directory of `path` durable. Throws Error(io).
void sync_directory_of(const std::string& path);

}  // namespace pharmacy
