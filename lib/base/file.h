// Whole files, read and written with care.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

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

// The bytes of a file, a pipe, or the standard input where `path` is "-". Throws
// Error(input_missing) where it cannot be read, Error(bad_data) where it has more than
// `max_bytes`.
std::string read_file(const std::string& path, std::size_t max_bytes);

// A small regular file of the system. nullopt where it cannot be read or has more than
// `max_bytes`.
std::optional<std::string> read_system_file(const std::string& path, std::size_t max_bytes);

enum class Existing { refused, replaced };

// Writes a file that only its owner may read (0600): into a new one beside it, synced, then
// renamed, and the directory synced. So `path` holds all of `content` or what it held before.
// Throws Error(cannot_create) where the file cannot be made, where it exists and Existing says
// refused, and where `path` is a link or anything else but a file; Error(io) where writing fails.
void write_file(const std::string& path, std::string_view content, Existing existing);

// Makes the renames and new names in the directory of `path` durable. Throws Error(io).
void sync_directory_of(const std::string& path);

}  // namespace pharmacy
