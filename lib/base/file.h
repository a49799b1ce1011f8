// Whole files, read and written with care.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

// Throws cannot_create, with what errno says.
[[noreturn]] void throw_cannot_create(const std::string& path, int error);

// A file that is written beside its place, piece by piece, and gets its name when all of it is
// there: as write_file(), for what is too large for the memory. Removed again unless it was
// finished; what is left where a program was cut off, the next file of that name removes.
class NewFile {
 public:
  // Throws what check_new_file() throws, and cannot_create.
  NewFile(std::string path, Existing existing);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view content);  // throws io
  // Makes what was written durable. Throws io.
  void sync();
  // The same, and gives it its name. Throws cannot_create, io.
  void finish();

 private:
  std::string path_;
  Existing existing_;
  std::string name_;  // empty once it is gone
  Fd fd_;
};

// A file, a pipe, or the standard input where the path is "-", read from its beginning to its end,
// piece by piece: as read_file(), for what is too large for the memory.
class InputFile {
 public:
  // Throws input_missing where it cannot be read, or has no end.
  explicit InputFile(std::string path);
  // The same bytes in a file without a name, which nobody else can change: what is in `from` from
  // where it stands. Throws io, cannot_create.
  static InputFile copy_of(InputFile& from);

  // Fills `bytes`, or as much of them as there is. Throws io.
  std::size_t read(std::span<char> bytes);
  // Of a file; nullopt for what has no size before it ends.
  [[nodiscard]] std::optional<std::size_t> size() const;
  // The next to be read is this byte of a file.
  void go_to(std::size_t offset);

 private:
  InputFile(std::string path, Fd fd);
  [[nodiscard]] int number() const;

  std::string path_;
  Fd fd_;  // none for the standard input
};

// A small regular file of the system. nullopt where it cannot be read or has more than
// `max_bytes`.
std::optional<std::string> read_system_file(const std::string& path, std::size_t max_bytes);

// Makes a directory where it is absent, and those above it; their names are durable then. Throws
// Error(cannot_create), Error(io).
void make_directories(const std::string& path);

// Makes the renames and new names in the directory of `path` durable. Throws Error(io).
void sync_directory_of(const std::string& path);
// The names in a directory, but for itself and the one above it. nullopt, with the reason in errno,
// where it cannot be read. (The iterator of the standard library ends a program that lacks memory.)
std::optional<std::vector<std::string>> names_in(const std::filesystem::path& directory);
// Gives a file another name, in place of what has that, or a directory one that nothing has, and
// syncs the directory. Throws io.
void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace pharmacy
