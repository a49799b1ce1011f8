#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace pharmacy::test {

// A fresh directory under the system's temporary one, removed at the end with all it holds.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string file(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace pharmacy::test
