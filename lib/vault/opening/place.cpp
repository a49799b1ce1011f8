#include "vault/opening/place.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "base/file.h"
#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/store.h"
#include "pharmacy/text.h"

namespace pharmacy::vault {
namespace {

// Not in <linux/magic.h>.
constexpr std::uint32_t cifs_magic = 0xFF534D42;
constexpr std::uint32_t smb2_magic = 0xFE534D42;
constexpr std::uint32_t gfs2_magic = 0x01161970;
constexpr std::uint32_t lustre_magic = 0x0BD00BD0;
// The folders that a virtual machine shares with its host.
constexpr std::uint32_t virtualbox_magic = 0x786F4256;
constexpr std::uint32_t vmware_magic = 0xBACBACBC;

constexpr std::array<std::uint32_t, 16> network_magic{
    NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,  cifs_magic,       smb2_magic,
    V9FS_MAGIC,       FUSE_SUPER_MAGIC, AFS_SUPER_MAGIC,  AFS_FS_MAGIC,
    CODA_SUPER_MAGIC, NCP_SUPER_MAGIC,  CEPH_SUPER_MAGIC, OCFS2_SUPER_MAGIC,
    gfs2_magic,       lustre_magic,     virtualbox_magic, vmware_magic};

bool is_there(const std::filesystem::path& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}

[[noreturn]] void throw_cannot_make(const Place& place, int error) {
  throw Error(Errc::cannot_create, fmt::format(fmt::runtime(_("cannot make the directory {}: {}")),
                                               place.directory.string(), std::strerror(error)));
}

[[noreturn]] void throw_no_store(const Place& place) {
  throw Error(Errc::no_store,
              fmt::format(fmt::runtime(_("there is no store in {}")), place.directory.string()),
              _("\"store init\" makes one; --store or PHARMACY_STORE names another place"));
}

// The name as a shell takes it.
std::string shell_word(const std::filesystem::path& path) {
  const std::string name = path.string();
  if (name.find_first_of(" \t\n\\\"'`$&|;<>()[]{}*?!~#") == std::string::npos) return name;
  std::string quoted{'\''};
  for (const char c : name) quoted += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return quoted + '\'';
}

void check_file(const std::filesystem::path& path, bool directory) {
  const std::string fault = fault_of_file(path, directory);
  if (fault.empty()) return;
  throw Error(Errc::not_permitted, fault,
              fmt::format(fmt::runtime(_("to close it to others: chmod {} {}")),
                          directory ? "700" : "600", shell_word(path)));
}

std::vector<std::filesystem::path> workshops(const Place& place) {
  std::vector<std::filesystem::path> found;
  // A directory that cannot be read has none.
  for (const auto& name : names_in(place.directory).value_or(std::vector<std::string>{}))
    if (name.starts_with(workshop_prefix)) found.push_back(place.directory / name);
  return found;
}

// The database moves in before the keyring.
bool is_cut_off(const Place& place) {
  return !is_there(place.keyring()) &&
         std::ranges::any_of(workshops(place), [](const std::filesystem::path& path) {
           return is_there(Place{path}.keyring());
         });
}

}  // namespace

void require_in_sight(const Place& place) {
  struct stat status {};
  if (::lstat(place.keyring().c_str(), &status) == 0 || errno == ENOENT || errno == ENOTDIR) return;
  const int error = errno;
  throw Error(error == EACCES ? Errc::not_permitted : Errc::io,
              fmt::format(fmt::runtime(_("{} cannot be reached: {}")), place.directory.string(),
                          std::strerror(error)));
}

bool has_store(const Place& place) {
  return is_there(place.keyring()) || (is_there(place.database()) && !is_cut_off(place));
}

bool lies_in_store(const std::filesystem::path& file) {
  namespace fs = std::filesystem;
  std::error_code none;  // what cannot be reached cannot be written either
  const fs::path whole = fs::absolute(file, none);
  const auto is_in = [](const fs::path& at) { return has_store(Place{at.parent_path()}); };
  return is_in(whole) || is_in(fs::weakly_canonical(whole, none));
}

void remove_leftovers(const Place& place) {
  if (!has_store(place)) std::filesystem::remove(place.database());
  for (const auto& path : workshops(place)) std::filesystem::remove_all(path);
}

std::string fault_of_file(const std::filesystem::path& path, bool directory) {
  struct stat status {};
  const auto say = [&](const char* text) { return fmt::format(fmt::runtime(text), path.string()); };
  if (::lstat(path.c_str(), &status) != 0) {
    return fmt::format(fmt::runtime(_("{} cannot be reached: {}")), path.string(),
                       std::strerror(errno));
  }
  if (S_ISLNK(status.st_mode)) return say(_("{} is a symbolic link"));
  if (directory && !S_ISDIR(status.st_mode)) return say(_("{} is not a directory"));
  if (!directory && !S_ISREG(status.st_mode)) return say(_("{} is not a regular file"));
  if (status.st_uid != ::geteuid()) return say(_("{} belongs to another user"));
  if (!directory && status.st_nlink != 1) return say(_("{} has a second name (a hard link)"));
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) return say(_("{} is open to other users"));
  return {};
}

std::vector<UnsafeFile> unsafe_files(const Place& place) {
  std::vector<UnsafeFile> found;
  const auto look = [&found](const std::filesystem::path& path, bool directory) {
    std::string fault = fault_of_file(path, directory);
    if (!fault.empty()) found.push_back({path.filename().string(), std::move(fault)});
  };
  look(place.directory, true);
  const auto names = names_in(place.directory);
  if (!names) {
    throw Error(Errc::io, fmt::format(fmt::runtime(_("cannot read {}: {}")),
                                      place.directory.string(), std::strerror(errno)));
  }
  for (const auto& name : *names) look(place.directory / name, false);
  return found;
}

void check_place(const Place& place) {
  require_in_sight(place);
  struct stat status {};
  if (::lstat(place.directory.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
    throw_no_store(place);
  }
  check_file(place.directory, true);
  if (!has_store(place)) throw_no_store(place);
  for (const auto& path : {place.keyring(), place.database()}) {
    if (!is_there(path)) {
      throw Error(Errc::damaged,
                  fmt::format(fmt::runtime(_("{} is missing from the store")), path.string()),
                  _("put back a whole copy of the store's directory, not this one file"));
    }
    check_file(path, false);
  }
  for (const auto& path : {place.lock(), place.log(), place.index(), place.tries()}) {
    if (is_there(path)) check_file(path, false);
  }
}

void refuse_network(const std::filesystem::path& directory) {
  struct statfs status {};
  if (::statfs(directory.c_str(), &status) != 0) return;  // whoever opens it reports that
  const auto magic = static_cast<std::uint32_t>(status.f_type);
  if (std::ranges::find(network_magic, magic) == network_magic.end()) return;
  throw Error(Errc::refused,
              fmt::format(fmt::runtime(_("{} is on a network file system, whose locks cannot be "
                                         "relied on")),
                          directory.string()),
              _("keep the store on a disk of this machine; --allow-network-fs opens it there all "
                "the same, for who knows that locks and syncs hold"));
}

namespace {

std::filesystem::path parent_of(const Place& place) {
  return std::filesystem::absolute(place.directory).lexically_normal().parent_path();
}

// The directory is there: it must be ours alone, and empty.
void check_vacant(const Place& place) {
  if (const std::string fault = fault_of_file(place.directory, true); !fault.empty()) {
    throw Error(Errc::cannot_create, fault, _("name a directory of your own, or a new one"));
  }
  if (has_store(place)) {
    throw Error(
        Errc::conflict,
        fmt::format(fmt::runtime(_("there is a store in {} already")), place.directory.string()),
        _("name another directory with --store"));
  }
  const auto names = names_in(place.directory);
  if (!names) throw_cannot_make(place, errno);
  for (const auto& name : *names) {
    if (name == place.lock().filename() || name == place.database().filename() ||
        name.starts_with(workshop_prefix)) {
      continue;  // of a creation that goes on or was cut off
    }
    throw Error(Errc::cannot_create,
                fmt::format(fmt::runtime(_("{} is not empty")), place.directory.string()),
                _("name an empty directory, or a new one"));
  }
}

}  // namespace

std::filesystem::path check_new_place(const Place& place) {
  if (is_there(place.directory)) {
    check_vacant(place);
    return place.directory;
  }
  auto above = parent_of(place);
  while (!is_there(above) && above.has_relative_path()) above = above.parent_path();
  if (::faccessat(AT_FDCWD, above.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
    throw_cannot_make(place, errno);
  }
  if (!std::filesystem::is_directory(above)) throw_cannot_make(place, ENOTDIR);
  return above;
}

void make_place(const Place& place) {
  make_directories(parent_of(place));
  if (::mkdir(place.directory.c_str(), S_IRWXU) == 0) {
    sync_directory_of(place.directory);
  } else if (errno != EEXIST) {
    throw_cannot_make(place, errno);
  }
  check_vacant(place);
}

namespace {

void rename_new(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return;
  // Not every file system can; the gate keeps others out.
  if (errno == EINVAL && !is_there(to) && ::rename(from.c_str(), to.c_str()) == 0) return;
  throw Error(Errc::cannot_create, fmt::format(fmt::runtime(_("cannot create {}: {}")), to.string(),
                                               std::strerror(errno)));
}

}  // namespace

void move_in(const Place& from, const Place& to) {
  rename_new(from.database(), to.database());
  bool has_keyring = false;
  try {
    // A power cut must not keep the second name and lose the first.
    sync_directory_of(to.database().string());
    rename_new(from.keyring(), to.keyring());
    has_keyring = true;
    sync_directory_of(to.keyring().string());
  } catch (...) {
    // One alone could be neither opened nor made anew, and nobody would ever have the keys of both.
    if (has_keyring) ::unlink(to.keyring().c_str());
    ::unlink(to.database().c_str());
    throw;
  }
}

}  // namespace pharmacy::vault

namespace pharmacy {

void keep_out_of_store(const std::string& path) {
  if (!vault::lies_in_store(path)) return;
  throw Error(Errc::invalid_input,
              fmt::format(fmt::runtime(_("{} lies in the store's directory")), for_terminal(path)),
              _("name another place; the whole store is copied by: store backup"));
}

}  // namespace pharmacy
