#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/i18n.h"
#include "base/passing.h"
#include "base/uninterrupted.h"
#include "pharmacy/error.h"

namespace pharmacy {
namespace {

constexpr std::size_t chunk = std::size_t{1024} * 1024;
constexpr mode_t owner_only = 0600;

// As the C library says it, in the reader's language.
std::string reason(int error) { return std::generic_category().message(error); }

[[noreturn]] void throw_cannot_read(const std::string& path, int error) {
  throw Error(Errc::input_missing,
              fmt::format(fmt::runtime(_("cannot read {}: {}")), path, reason(error)));
}

[[noreturn]] void throw_cannot_write(const std::string& path, int error) {
  throw Error(Errc::io, fmt::format(fmt::runtime(_("cannot write {}: {}")), path, reason(error)));
}

[[noreturn]] void throw_exists(const std::string& path) {
  throw Error(Errc::cannot_create, fmt::format(fmt::runtime(_("{} exists already")), path),
              _("name another file, or move this one away"));
}

ssize_t read_some(int fd, char* to, std::size_t size) {
  return uninterrupted([&] { return ::read(fd, to, size); });
}

Fd open_file(const std::string& path, int flags) {
  return Fd{uninterrupted([&] { return ::open(path.c_str(), flags, owner_only); })};
}

bool sync_file(const Fd& fd) {
  return uninterrupted([&] { return ::fsync(fd.number()); }) == 0;
}

// Whether reading would never end, or read a disk raw. A terminal ends where the person says so,
// and the null device at once.
bool is_endless(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return false;
  if (S_ISBLK(status.st_mode)) return true;
  const dev_t null_device = makedev(1, 3);
  return S_ISCHR(status.st_mode) && status.st_rdev != null_device && ::isatty(fd) == 0;
}

enum class Ending { end, too_long, error };

// Reads to the end, but no more than one byte above `max_bytes`.
Ending read_all(int fd, std::size_t max_bytes, std::string& bytes) {
  struct stat status {};
  const bool sized = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
  const std::size_t expected = sized ? static_cast<std::size_t>(status.st_size) : chunk;
  if (sized && expected > max_bytes) return Ending::too_long;
  std::size_t used = 0;
  for (;;) {
    // One byte more than expected, so that the end is seen without growing.
    if (used == bytes.size()) {
      const std::size_t more = used == 0 ? expected + 1 : used + std::max(used, chunk);
      bytes.resize(std::min(more, max_bytes + 1));
    }
    const ssize_t count = read_some(fd, bytes.data() + used, bytes.size() - used);
    if (count < 0) return Ending::error;
    used += static_cast<std::size_t>(count);
    if (used > max_bytes) return Ending::too_long;
    if (count == 0) break;
  }
  bytes.resize(used);
  return Ending::end;
}

void write_all(const Fd& fd, const std::string& path, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count =
        uninterrupted([&] { return ::write(fd.number(), content.data(), content.size()); });
    if (count <= 0) throw_cannot_write(path, count < 0 ? errno : ENOSPC);
    content.remove_prefix(static_cast<std::size_t>(count));
  }
}

// A file of the user; none for the standard input.
Fd open_to_read(const std::string& path) {
  if (path == "-") return {};
  Fd fd = open_file(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (!fd.is_open()) throw_cannot_read(path, errno);
  return fd;
}

void refuse_endless(int fd, const std::string& path) {
  if (!is_endless(fd)) return;
  throw Error(Errc::input_missing,
              fmt::format(fmt::runtime(_("{} is a device, not a file")), path));
}

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

constexpr PassingName temporary{.word = ".", .ending = ".tmp"};

// A file of a name that must not be there yet.
Fd open_new(const std::string& name, const std::string& path) {
  Fd fd = open_file(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC);
  if (!fd.is_open()) throw_cannot_create(path, errno);
  return fd;
}

}  // namespace

void throw_cannot_create(const std::string& path, int error) {
  throw Error(Errc::cannot_create,
              fmt::format(fmt::runtime(_("cannot create {}: {}")), path, reason(error)));
}

Fd::~Fd() {
  if (number_ >= 0) ::close(number_);
}

std::string read_file(const std::string& path, std::size_t max_bytes) {
  const Fd file = open_to_read(path);
  const int fd = file.is_open() ? file.number() : STDIN_FILENO;
  refuse_endless(fd, path);
  std::string bytes;
  switch (read_all(fd, max_bytes, bytes)) {
    case Ending::end:
      break;
    case Ending::error:
      throw_cannot_read(path, errno);
    case Ending::too_long:
      throw Error(Errc::bad_data,
                  fmt::format(fmt::runtime(_("{} is larger than {} bytes")), path, max_bytes),
                  _("give a smaller one, or split it"));
  }
  return bytes;
}

InputFile::InputFile(std::string path) : path_{std::move(path)}, fd_{open_to_read(path_)} {
  refuse_endless(number(), path_);
  struct stat status {};
  if (::fstat(number(), &status) != 0) throw_cannot_read(path_, errno);
  if (S_ISDIR(status.st_mode)) throw_cannot_read(path_, EISDIR);
}

InputFile::InputFile(std::string path, Fd fd) : path_{std::move(path)}, fd_{std::move(fd)} {}

int InputFile::number() const { return fd_.is_open() ? fd_.number() : STDIN_FILENO; }

InputFile InputFile::copy_of(InputFile& from) {
  std::error_code error;
  const auto directory = std::filesystem::temp_directory_path(error);
  std::string name = (error ? "/tmp" : directory) / "pharmacy-XXXXXX";
  Fd fd{uninterrupted([&] { return ::mkostemp(name.data(), O_CLOEXEC); })};
  if (!fd.is_open()) throw_cannot_create(name, errno);
  ::unlink(name.c_str());
  std::string piece(chunk, '\0');
  while (const std::size_t size = from.read(piece)) {
    write_all(fd, name, std::string_view{piece}.substr(0, size));
  }
  InputFile copy{from.path_, std::move(fd)};
  copy.go_to(0);
  return copy;
}

std::size_t InputFile::read(std::span<char> bytes) {
  std::size_t used = 0;
  while (used < bytes.size()) {
    const ssize_t count = read_some(number(), bytes.data() + used, bytes.size() - used);
    if (count < 0) {
      throw Error(Errc::io,
                  fmt::format(fmt::runtime(_("cannot read {}: {}")), path_, reason(errno)));
    }
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
  }
  return used;
}

std::optional<std::size_t> InputFile::size() const {
  struct stat status {};
  if (::fstat(number(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::size_t>(status.st_size);
}

void InputFile::go_to(std::size_t offset) {
  const off_t at = ::lseek(number(), static_cast<off_t>(offset), SEEK_SET);
  PHARMACY_CHECK(at == static_cast<off_t>(offset));
}

std::optional<std::string> read_system_file(const std::string& path, std::size_t max_bytes) {
  const Fd file = open_file(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  std::string bytes;
  if (!file.is_open() || read_all(file.number(), max_bytes, bytes) != Ending::end) {
    return std::nullopt;
  }
  return bytes;
}

void check_new_file(const std::string& path, Existing existing) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) throw_cannot_create(path, errno);
    const auto directory = std::filesystem::path{path}.parent_path();
    const char* const place = directory.empty() ? "." : directory.c_str();
    if (::faccessat(AT_FDCWD, place, W_OK | X_OK, AT_EACCESS) != 0)
      throw_cannot_create(path, errno);
    return;
  }
  if (existing == Existing::refused) throw_exists(path);
  if (!S_ISREG(status.st_mode)) {
    throw Error(Errc::cannot_create,
                fmt::format(fmt::runtime(_("{} is not a regular file")), path));
  }
}

void write_file(const std::string& path, std::string_view content, Existing existing) {
  NewFile file{path, existing};
  file.write(content);
  file.finish();
}

void append_line(const std::string& path, std::string_view line) {
  const Fd fd = open_file(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat status {};
  if (!fd.is_open() || ::fstat(fd.number(), &status) != 0) throw_cannot_create(path, errno);
  if (!S_ISREG(status.st_mode) || status.st_nlink != 1) {
    throw Error(Errc::cannot_create,
                fmt::format(fmt::runtime(_("{} is not a regular file")), path));
  }
  // What a power cut left of a line, or what somebody wrote without an end, stays one of its own.
  char last = '\n';
  if (status.st_size > 0 &&
      uninterrupted([&] { return ::pread(fd.number(), &last, 1, status.st_size - 1); }) != 1)
    throw_cannot_read(path, errno);
  const std::string bytes = (last == '\n' ? "" : "\n") + std::string{line} + '\n';
  const ssize_t count =
      uninterrupted([&] { return ::write(fd.number(), bytes.data(), bytes.size()); });
  if (count != static_cast<ssize_t>(bytes.size()))
    throw_cannot_write(path, count < 0 ? errno : ENOSPC);
  if (!sync_file(fd)) throw_cannot_write(path, errno);
  sync_directory_of(path);
}

NewFile::NewFile(std::string path, Existing existing)
    : path_{std::move(path)}, existing_{existing} {
  check_new_file(path_, existing_);
  remove_left_behind(path_, temporary);
  do {
    std::string name = temporary.beside(path_);
    fd_ = open_new(name, path_);
    name_ = std::move(name);
  } while (!lock_made(fd_));
}

NewFile::~NewFile() {
  if (!name_.empty()) ::unlink(name_.c_str());
}

void NewFile::write(std::string_view content) { write_all(fd_, path_, content); }

void NewFile::sync() {
  if (!sync_file(fd_)) throw_cannot_write(path_, errno);
}

void NewFile::finish() {
  sync();
  if (existing_ == Existing::replaced) {
    if (::rename(name_.c_str(), path_.c_str()) != 0) throw_cannot_create(path_, errno);
    name_.clear();
  } else if (::renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) {
    name_.clear();
  } else if (errno != EINVAL || ::link(name_.c_str(), path_.c_str()) != 0) {
    // Not every file system can the former; a link, too, never replaces anything.
    if (errno == EEXIST) throw_exists(path_);
    throw_cannot_create(path_, errno);
  }
  sync_directory_of(path_);
}

void make_directories(const std::string& path) {
  std::error_code error;
  if (path.empty() || std::filesystem::is_directory(path, error)) return;
  make_directories(std::filesystem::path{path}.parent_path());
  if (std::filesystem::create_directory(path, error)) sync_directory_of(path);
  if (error) throw_cannot_create(path, error.value());
}

void sync_directory_of(const std::string& path) {
  const std::string directory = directory_of(path);
  const Fd fd = open_file(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (!fd.is_open() || !sync_file(fd)) throw_cannot_write(directory, errno);
}

std::optional<std::vector<std::string>> names_in(const std::filesystem::path& directory) {
  struct Open {
    DIR* directory;
    ~Open() {
      const int error = errno;
      if (directory != nullptr) ::closedir(directory);
      errno = error;
    }
  };
  const Open open{::opendir(directory.c_str())};
  if (open.directory == nullptr) return std::nullopt;
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(open.directory);
    if (entry == nullptr && errno != 0) return std::nullopt;
    if (entry == nullptr) return names;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
}

void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code error;
  std::filesystem::rename(from, to, error);
  if (error) throw_cannot_write(to.string(), error.value());
  sync_directory_of(to.string());
}

}  // namespace pharmacy
