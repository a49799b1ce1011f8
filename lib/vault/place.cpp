#include "vault/place.h"

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

#include "base/i18n.h"
#include "pharmacy/error.h"

namespace pharmacy::vault {
namespace {

// Not in <linux/magic.h>.
constexpr std::uint32_t cifs_magic = 0xFF534D42;
constexpr std::uint32_t smb2_magic = 0xFE534D42;
constexpr std::uint32_t gfs2_magic = 0x01161970;

constexpr std::array<std::uint32_t, 10> network_magic{
    NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC, cifs_magic,       smb2_magic,       V9FS_MAGIC,
    FUSE_SUPER_MAGIC, AFS_SUPER_MAGIC, CODA_SUPER_MAGIC, CEPH_SUPER_MAGIC, gfs2_magic};

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

void check_file(const std::filesystem::path& path, bool directory) {
  const std::string fault = fault_of_file(path, directory);
  if (fault.empty()) return;
  throw Error(Errc::not_permitted, fault,
              fmt::format(fmt::runtime(_("to close it to others: chmod {} {}")),
                          directory ? "700" : "600", path.string()));
}

std::vector<std::filesystem::path> workshops(const Place& place) {
  std::vector<std::filesystem::path> found;
  std::error_code ignored;  // a directory that cannot be read has none
  for (const auto& entry : std::filesystem::directory_iterator(place.directory, ignored)) {
    if (entry.path().filename().string().starts_with(workshop_prefix)) {
      found.push_back(entry.path());
    }
  }
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

bool has_store(const Place& place) {
  return is_there(place.keyring()) || (is_there(place.database()) && !is_cut_off(place));
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

void check_place(const Place& place) {
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
                  _("put the file back from a backup of the store"));
    }
    check_file(path, false);
  }
  for (const auto& path : {place.lock(), place.log(), place.tries()}) {
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
              _("keep the store on a disk of this machine, or accept the risk with "
                "--allow-network-fs"));
}

void make_place(const Place& place) {
  std::error_code error;
  const auto parent = std::filesystem::absolute(place.directory).lexically_normal().parent_path();
  std::filesystem::create_directories(parent, error);
  if (error) throw_cannot_make(place, error.value());
  if (::mkdir(place.directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    throw_cannot_make(place, errno);
  }
  if (const std::string fault = fault_of_file(place.directory, true); !fault.empty()) {
    throw Error(Errc::cannot_create, fault, _("name a directory of your own, or a new one"));
  }
  if (has_store(place)) {
    throw Error(
        Errc::conflict,
        fmt::format(fmt::runtime(_("there is a store in {} already")), place.directory.string()),
        _("name another directory with --store"));
  }
  for (const auto& entry : std::filesystem::directory_iterator(place.directory, error)) {
    const std::string name = entry.path().filename().string();
    if (name == place.lock().filename() || name == place.database().filename() ||
        name.starts_with(workshop_prefix)) {
      continue;  // of a creation that goes on or was cut off
    }
    throw Error(Errc::cannot_create,
                fmt::format(fmt::runtime(_("{} is not empty")), place.directory.string()),
                _("name an empty directory, or a new one"));
  }
  if (error) throw_cannot_make(place, error.value());
}

}  // namespace pharmacy::vault
