// A file system of a test's own, which not every machine lets it have.
#pragma once

#include <filesystem>
#include <string>

namespace pharmacy::test {

// Mounted to the end of its own life. Where it cannot be, that is said, and it is false.
class Mounted {
 public:
  Mounted(std::filesystem::path at, const std::string& type, const std::string& options,
          const std::string& device = "none");
  ~Mounted();
  Mounted(const Mounted&) = delete;
  Mounted& operator=(const Mounted&) = delete;

  explicit operator bool() const { return mounted_; }
  void remount(bool writable, const std::string& options = "") const;

 private:
  std::filesystem::path at_;
  bool mounted_ = false;
};

// A file that is a disk, with an ext4 on it. Its device is "" where there can be none.
class LoopDisk {
 public:
  LoopDisk(const std::filesystem::path& file, int mebibytes);
  ~LoopDisk();
  LoopDisk(const LoopDisk&) = delete;
  LoopDisk& operator=(const LoopDisk&) = delete;
  [[nodiscard]] const std::string& device() const { return device_; }

 private:
  std::string device_;
};

}  // namespace pharmacy::test
