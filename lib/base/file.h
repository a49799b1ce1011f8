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

// A file that is written beside its place, piece by piece, and gets its name when all of it is
// there: as write_file(), for what is too large for the memory. Removed again unless it was
// finished.
class NewFile {
 public:
  // Throws what check_new_file() throws, and cannot_create.
  NewFile(std::string path, Existing existing);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view content);  // throws io
  // Makes it durable and gives it its name. Throws cannot_create, io.
  void finish();

 private:
  std::string path_;
  Existing existing_;
  std::string name_;  // empty once it is gone
  Fd fd_;
};

// A small regular file of the system. nullopt where it cannot be read or has more than
// `max_bytes`.
std::optional<std::string> read_system_file(const std::string& path, std::size_t max_bytes);

// Makes the renames and new names in the directory of `path` durable. Throws Error(io).
void sync_directory_of(const std::string& path);

}  // namespace pharmacy
