#include "base/passing.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <vector>

#include "base/uninterrupted.h"

namespace pharmacy {
namespace {

constexpr std::size_t digits = 16;

int lock_now(const Fd& fd) {
  return uninterrupted([&] { return ::flock(fd.number(), LOCK_EX | LOCK_NB); });
}

// Whether a name is one of those of a file called `file`.
bool is_passing_name(std::string_view name, std::string_view file, const PassingName& passing) {
  const std::size_t before = file.size() + passing.word.size();
  return name.size() == before + digits + passing.ending.size() && name.starts_with(file) &&
         name.substr(file.size()).starts_with(passing.word) && name.ends_with(passing.ending) &&
         name.substr(before, digits).find_first_not_of("0123456789abcdef") == name.npos;
}

// Locked, where it is our own and was left behind; else none. Whoever makes it anew while the lock
// is held makes another.
Fd locked_leftover(const std::string& path, PassingName::Kind kind) {
  Fd fd{uninterrupted(
      [&] { return ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC); })};
  struct stat status {};
  const bool is_ours =
      fd.is_open() && ::fstat(fd.number(), &status) == 0 &&
      (kind == PassingName::Kind::directory ? S_ISDIR(status.st_mode) : S_ISREG(status.st_mode)) &&
      status.st_uid == ::geteuid();
  return is_ours && lock_now(fd) == 0 ? std::move(fd) : Fd{};
}

// Whether nobody but us and root can give what lies in it another name.
bool is_kept_by_us(const std::filesystem::path& directory) {
  struct stat status {};
  return ::stat(directory.c_str(), &status) == 0 &&
         (status.st_uid == ::geteuid() || status.st_uid == 0) &&
         ((status.st_mode & (S_IWGRP | S_IWOTH)) == 0 || (status.st_mode & S_ISVTX) != 0);
}

}  // namespace

std::string PassingName::beside(const std::string& path) const {
  std::uint64_t random = 0;
  if (::getrandom(&random, sizeof random, 0) != sizeof random) throw_cannot_create(path, errno);
  return fmt::format("{}{}{:016x}{}", path, word, random, ending);
}

bool lock_made(const Fd& made) {
  struct stat status {};
  const bool is_taken = lock_now(made) != 0 && errno == EWOULDBLOCK;
  return !is_taken && (::fstat(made.number(), &status) != 0 || status.st_nlink > 0);
}

void remove_left_behind(const std::string& path, const PassingName& name) {
  namespace fs = std::filesystem;
  const fs::path full{path};
  const fs::path directory = full.has_parent_path() ? full.parent_path() : ".";
  const std::string file = full.filename();
  // Where others may rename, a directory of this name may be anything of ours.
  if (name.kind == PassingName::Kind::directory && !is_kept_by_us(directory)) return;
  // One that cannot be read keeps what it has.
  for (const auto& found : names_in(directory).value_or(std::vector<std::string>{})) {
    if (!is_passing_name(found, file, name)) continue;
    const fs::path left = directory / found;
    std::error_code ignored;
    if (const Fd lock = locked_leftover(left, name.kind); lock.is_open())
      fs::remove_all(left, ignored);
  }
}

}  // namespace pharmacy
