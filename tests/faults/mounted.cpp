#include "mounted.h"

#include <doctest/doctest.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>

#include "support/process.h"

namespace pharmacy::test {

Mounted::Mounted(std::filesystem::path at, const std::string& type, const std::string& options,
                 const std::string& device)
    : at_{std::move(at)},
      mounted_{::mount(device.c_str(), at_.c_str(), type.c_str(), 0, options.c_str()) == 0} {
  if (!mounted_)
    MESSAGE("skipped: " << type << " cannot be mounted: " << std::string{std::strerror(errno)});
}

Mounted::~Mounted() {
  if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
}

void Mounted::remount(bool writable, const std::string& options) const {
  unsigned long flags = MS_REMOUNT;
  if (!writable) flags |= MS_RDONLY;
  REQUIRE(::mount("none", at_.c_str(), "none", flags, options.c_str()) == 0);
}

static Ended administer(std::vector<std::string> argv) {
  Run run;
  run.argv = std::move(argv);
  run.env = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin"};
  return run_process(run);
}

LoopDisk::LoopDisk(const std::filesystem::path& file, int mebibytes) {
  // Blocks as large as a page, as disks have them: with smaller ones, where the disk is full, the
  // kernel may end whoever writes to the index of the log (pharmacy-store(5), BUGS).
  const auto made =
      administer({"mkfs.ext4", "-q", "-F", "-m", "0", "-b", "4096", "-O",
                  "^has_journal,^resize_inode", file.string(), std::to_string(mebibytes) + "m"});
  const auto found =
      made.status == 0 ? administer({"losetup", "-f", "--show", file.string()}) : made;
  if (found.status != 0) {
    MESSAGE("skipped: no disk in a file: " << found.err);
    return;
  }
  device_ = found.out.substr(0, found.out.find('\n'));
}

LoopDisk::~LoopDisk() {
  if (!device_.empty()) administer({"losetup", "-d", device_});
}

}  // namespace pharmacy::test
