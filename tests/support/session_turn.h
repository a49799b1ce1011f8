// Tests' stores are copies of one, and the kernel knows a session by its store and its user.
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace pharmacy::test {

// Waits until no other program that makes sessions of such stores is running; from then on it is
// this one's turn, until it ends.
inline void take_turn_with_sessions() {
  static const int lock = [] {
    const auto file = std::filesystem::temp_directory_path() / "pharmacy-session-tests";
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0 || ::flock(fd, LOCK_EX) != 0)
      throw std::system_error(errno, std::generic_category(), file);
    return fd;
  }();
  static_cast<void>(lock);
}

}  // namespace pharmacy::test
