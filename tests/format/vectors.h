// The lines of vectors.txt and the stores that they describe; vectors.py tells the columns.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pharmacy/time.h"

namespace pharmacy::test {

inline constexpr const char* backup_name = "store.backup";

struct Vector {
  std::string name;
  std::string file;
  std::string change;
  std::string verdict;

  [[nodiscard]] bool is_backup() const { return file.starts_with(backup_name); }
};

// When the vectors' stores are opened.
constexpr Instant vectors_time{1'800'000'000};

// tests/format of the source tree.
std::filesystem::path vectors_directory();
// The lines of a file of this form.
std::vector<Vector> read_vectors(const std::filesystem::path& file);

// Stores and backups as vectors describe them.
class VectorBase {
 public:
  VectorBase();
  [[nodiscard]] std::uint32_t size_of(std::string_view file) const;
  // Writes the store's files, or the backup, into a directory that is made for it; returns the key
  // file's text.
  [[nodiscard]] std::string build(const Vector& vector, const std::filesystem::path& to) const;

 private:
  void change(std::string& data, const std::string& step) const;

  std::map<std::string, std::string, std::less<>> files_;
};

}  // namespace pharmacy::test
