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
inline constexpr const char* log_name = "access.log";
inline constexpr const char* anchors_name = "access.anchors";

struct Vector {
  std::string name;
  std::string file;
  std::string change;
  std::string verdict;

  [[nodiscard]] bool is_backup() const { return file.starts_with(backup_name); }
  // An access log by itself, or anchors of it.
  [[nodiscard]] bool is_log() const {
    return file.starts_with(log_name) || file.starts_with(anchors_name);
  }
  [[nodiscard]] bool is_store_or_backup() const { return !is_log() && row_kind().empty(); }
  // "note" or "buyer" where it is what is sealed in a row, and no store; "" where it is none.
  [[nodiscard]] std::string row_kind() const;
};

// What is sealed to a health key, and the row that it stands in.
struct SealedRow {
  std::string kind;     // as row_kind()
  std::int64_t number;  // of the member when it was written, or of the receipt
  std::int64_t epoch;
  std::string sealed;
  std::string key_file;
};

struct LogAndAnchors {
  std::string log;      // lines of SQL
  std::string anchors;  // a file of them; empty for none
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
  // Of a vector that is no store.
  [[nodiscard]] SealedRow row(const Vector& vector) const;
  // Of one that is_log().
  [[nodiscard]] LogAndAnchors log(const Vector& vector) const;
  // As it is in base/, or the backup.
  [[nodiscard]] const std::string& file(std::string_view name) const;

 private:
  void change(std::string& data, const std::string& step) const;

  std::map<std::string, std::string, std::less<>> files_;
};

}  // namespace pharmacy::test
