// What the kernel tells of the machine, in /proc and /sys.
#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include "base/file.h"
#include "vault/doctor/look.h"

namespace pharmacy::vault {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_file = std::size_t{16} << 20;  // bytes; mounts can be very many
constexpr int deepest = 8;                                   // devices on devices
constexpr std::int64_t least_locked = 1 << 20;               // bytes; keys take 100 KiB and less

std::optional<std::string> text_of(const fs::path& path) {
  auto text = read_system_file(path.string(), longest_file);
  if (text && text->ends_with('\n')) text->pop_back();
  return text;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The kernel writes a space in a name as \040.
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digits = text.substr(i + 1, 3);
    unsigned code = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, 8);
    const bool is_escape = text[i] == '\\' && digits.size() == 3 && error == std::errc{} &&
                           end == digits.data() + digits.size();
    plain += is_escape ? static_cast<char>(code) : text[i];
    if (is_escape) i += digits.size();
  }
  return plain;
}

struct Mount {
  std::string device;  // "254:0"
  std::string at;
  std::string type;
  std::string options;  // of the file system
};

// nullopt where the kernel does not tell.
std::optional<std::vector<Mount>> mounts_of(const fs::path& root) {
  const auto text = text_of(root / "proc/self/mountinfo");
  if (!text) return std::nullopt;
  std::vector<Mount> mounts;
  std::istringstream lines{*text};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words{line};
    std::string word;
    std::string source;
    Mount mount;
    words >> word >> word >> mount.device >> word >> mount.at;
    while (words >> word && word != "-") continue;
    words >> mount.type >> source >> mount.options;
    mount.at = unescaped(mount.at);
    if (words) mounts.push_back(std::move(mount));
  }
  return mounts;
}

bool is_below(const std::string& path, const std::string& at) {
  return at == "/" || path == at || (path.starts_with(at) && path[at.size()] == '/');
}

// Of two on one place, the later hides the other.
const Mount* mount_of(const std::vector<Mount>& mounts, const std::string& path) {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts) {
    const bool is_nearer = found == nullptr || mount.at.size() >= found->at.size();
    if (is_nearer && is_below(path, mount.at)) found = &mount;
  }
  return found;
}

bool is_of_network(const std::string& type) {
  static constexpr const char* types[] = {"nfs",  "nfs4",   "cifs",   "smb3",  "smbfs", "9p",
                                          "afs",  "coda",   "ncpfs",  "ceph",  "ocfs2", "gfs2",
                                          "fuse", "lustre", "vboxsf", "vmhgfs"};
  return type.starts_with("fuse.") ||
         std::ranges::any_of(types, [&](const char* one) { return type == one; });
}

CheckSeen look_at_network(const std::optional<std::vector<Mount>>& mounts, const fs::path& store) {
  CheckSeen seen{.check = "network", .is_known = mounts.has_value()};
  if (!mounts) return seen;
  std::error_code none;
  const Mount* mount = mount_of(*mounts, fs::weakly_canonical(store, none).string());
  if (mount != nullptr && is_of_network(mount->type)) seen.bad.push_back({"", mount->type});
  return seen;
}

// Whether a block device is encrypted, or all that it stands on is.
bool is_encrypted(const fs::path& root, const fs::path& block, int depth = 0) {
  if (text_of(block / "dm/uuid").value_or("").starts_with("CRYPT-")) return true;
  std::error_code none;
  bool stands_on_any = false;
  for (const auto& slave : fs::directory_iterator{block / "slaves", none}) {
    const auto below = root / "sys/class/block" / slave.path().filename();
    if (depth == deepest || !is_encrypted(root, below, depth + 1)) return false;
    stands_on_any = true;
  }
  return stands_on_any;
}

// "/dev/dm-1" and "/dev/mapper/swap" by what the kernel calls them.
fs::path block_of(const fs::path& root, const fs::path& device) {
  const fs::path blocks = root / "sys/class/block";
  if (device.parent_path().filename() != "mapper") return blocks / device.filename();
  std::error_code none;
  for (const auto& block : fs::directory_iterator{blocks, none}) {
    if (text_of(block.path() / "dm/name") == device.filename().string()) return block.path();
  }
  return blocks / device.filename();
}

struct Swap {
  std::string name;
  std::string type;  // "partition", "file"
};

bool is_encrypted(const fs::path& root, const std::optional<std::vector<Mount>>& mounts,
                  const Swap& swap) {
  if (swap.type == "file") {
    const Mount* mount = mounts ? mount_of(*mounts, swap.name) : nullptr;
    return mount != nullptr && is_encrypted(root, root / "sys/dev/block" / mount->device);
  }
  const fs::path block = block_of(root, swap.name);
  if (!block.filename().string().starts_with("zram")) return is_encrypted(root, block);
  // It is memory, unless what is too much goes to a disk.
  const auto disk = text_of(block / "backing_dev").value_or("none");
  return disk == "none" || is_encrypted(root, block_of(root, disk));
}

CheckSeen look_at_swap(const fs::path& root, const std::optional<std::vector<Mount>>& mounts) {
  const auto text = text_of(root / "proc/swaps");
  CheckSeen seen{.check = "swap", .is_known = text.has_value()};
  std::istringstream lines{text.value_or("")};
  std::string line;
  std::getline(lines, line);  // the headings
  while (std::getline(lines, line)) {
    std::istringstream words{line};
    Swap swap;
    words >> swap.name >> swap.type;
    swap.name = unescaped(swap.name);
    if (!swap.name.empty() && !is_encrypted(root, mounts, swap))
      seen.bad.push_back({swap.name, ""});
  }
  return seen;
}

// The soft limit as the kernel writes it, "unlimited" or a number; nullopt where it is not told.
std::optional<std::string> limit_of(const fs::path& root, std::string_view name) {
  std::istringstream lines{text_of(root / "proc/self/limits").value_or("")};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream words{line.substr(name.size())};
    std::string soft;
    if (words >> soft) return soft;
  }
  return std::nullopt;
}

CheckSeen look_at_core(const fs::path& root) {
  const auto limit = limit_of(root, "Max core file size");
  CheckSeen seen{.check = "core", .is_known = limit.has_value()};
  if (limit && *limit != "0") seen.bad.push_back({"", *limit});
  return seen;
}

CheckSeen look_at_locked_memory(const Machine& machine) {
  const auto limit = limit_of(machine.root, "Max locked memory");
  const bool is_low =
      limit && *limit != "unlimited" && number_in(*limit).value_or(0) < least_locked;
  CheckSeen seen{.check = "memlock", .is_known = limit || !machine.secrets_are_locked};
  if (is_low || !machine.secrets_are_locked) seen.bad.push_back({"", limit.value_or("")});
  return seen;
}

struct KernelSetting {
  const char* name;
  std::int64_t least;
  std::int64_t most;
};

constexpr KernelSetting kernel_settings[] = {
    {"fs.protected_fifos", 1, 2},   {"fs.protected_hardlinks", 1, 1},
    {"fs.protected_regular", 1, 2}, {"fs.protected_symlinks", 1, 1},
    {"fs.suid_dumpable", 0, 0},     {"kernel.yama.ptrace_scope", 1, 3}};

std::optional<std::string> kernel_setting(const fs::path& root, std::string name) {
  std::ranges::replace(name, '.', '/');
  return text_of(root / "proc/sys" / name);
}

// A setting that this kernel does not have is none that is weak.
CheckSeen look_at_kernel(const fs::path& root) {
  CheckSeen seen{.check = "kernel", .is_known = false};
  for (const KernelSetting& wanted : kernel_settings) {
    const auto value = kernel_setting(root, wanted.name);
    if (!value) continue;
    seen.is_known = true;
    const auto number = number_in(*value).value_or(-1);
    if (number < wanted.least || number > wanted.most) seen.bad.push_back({wanted.name, *value});
  }
  // A program to which the memory of others is handed.
  const auto pattern = kernel_setting(root, "kernel.core_pattern");
  if (pattern && pattern->starts_with('|')) {
    seen.bad.push_back({"kernel.core_pattern", *pattern});
    seen.is_known = true;
  }
  return seen;
}

CheckSeen look_at_processes(const std::optional<std::vector<Mount>>& mounts) {
  CheckSeen seen{.check = "hidepid", .is_known = mounts.has_value()};
  if (!mounts) return seen;
  std::istringstream options;
  for (const Mount& mount : *mounts) {
    if (mount.at == "/proc" && mount.type == "proc") options = std::istringstream{mount.options};
  }
  bool is_hidden = false;
  for (std::string option; std::getline(options, option, ',');) {
    if (option.starts_with("hidepid="))
      is_hidden = option != "hidepid=0" && option != "hidepid=off";
  }
  if (!is_hidden) seen.bad.push_back({});
  return seen;
}

}  // namespace

std::vector<CheckSeen> look_at_machine(const Machine& machine) {
  const auto mounts = mounts_of(machine.root);
  return {look_at_network(mounts, machine.store),
          look_at_swap(machine.root, mounts),
          look_at_core(machine.root),
          look_at_locked_memory(machine),
          look_at_kernel(machine.root),
          look_at_processes(mounts)};
}

}  // namespace pharmacy::vault
