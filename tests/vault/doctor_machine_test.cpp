// What the doctor sees of a machine, on machines that are made up.
#include "vault/examined.h"

using namespace pharmacy;
using test::MadeUpMachine;

namespace {

std::string told(const MadeUpMachine& made, const std::string& check) {
  return test::told(vault::look_at_machine(made.machine()), check);
}

}  // namespace

TEST_CASE("of a machine where nothing is to be mended, every check is good") {
  const MadeUpMachine made;
  const auto checks = vault::look_at_machine(made.machine());
  CHECK(checks.size() == 6);
  for (const CheckSeen& seen : checks)
    CHECK_MESSAGE(test::told(checks, seen.check) == "", seen.check);
}

TEST_CASE("of a machine that tells nothing, every check is unknown") {
  const MadeUpMachine made;
  made.remove("proc");
  for (const CheckSeen& seen : vault::look_at_machine(made.machine()))
    CHECK_MESSAGE(seen.result() == CheckResult::unknown, seen.check);
}

TEST_CASE("this machine is looked at as well, and tells of itself") {
  const auto checks = vault::look_at_machine({.store = "/"});
  CHECK(test::told(checks, "core") != "unknown");
  CHECK(test::told(checks, "network") == "");
  CHECK(test::told(checks, "hidepid") != "unknown");
}

TEST_CASE("swap on a plain disk, in a plain file, or from memory to a plain disk is found") {
  const MadeUpMachine made;
  const auto with = [&](const std::vector<std::string>& lines) {
    made.put("proc/swaps", MadeUpMachine::swaps(lines));
    return told(made, "swap");
  };
  CHECK(with({}) == "");
  CHECK(with({"/dev/sda2 partition 1 0 -2"}) == "/dev/sda2");
  CHECK(with({"/dev/sda2 partition 1 0 -2", "/dev/dm-1 partition 1 0 -3"}) == "/dev/sda2");
  CHECK(with({"/dev/mapper/swap partition 1 0 -2"}) == "");
  CHECK(with({"/dev/mapper/other partition 1 0 -2"}) == "/dev/mapper/other");
  // A file on the encrypted root, and one on a disk that is not.
  CHECK(with({"/swap\\040file file 1 0 -2"}) == "");
  made.put("proc/self/mountinfo",
           "22 1 253:0 / / rw - ext4 /dev/mapper/root rw\n"
           "24 22 8:1 / /var\\040x rw - ext4 /dev/sda1 rw\n");
  CHECK(with({"/var\\040x/swap file 1 0 -2"}) == "/var x/swap");
  CHECK(with({"/var\\040xy/swap file 1 0 -2"}) == "");
  for (const std::string odd : {"/var\\040x/\\040", "/var\\040x/\\04", "/var\\040x/\\"})
    CHECK(with({odd + " file 1 0 -2"}).starts_with("/var x/"));
  // Memory, which may go on to a disk.
  CHECK(with({"/dev/zram0 partition 1 0 100"}) == "");
  made.put("sys/class/block/zram0/backing_dev", "none\n");
  CHECK(with({"/dev/zram0 partition 1 0 100"}) == "");
  made.put("sys/class/block/zram0/backing_dev", "/dev/sda3\n");
  CHECK(with({"/dev/zram0 partition 1 0 100"}) == "/dev/zram0");
  made.put("sys/class/block/zram0/backing_dev", "/dev/dm-1\n");
  CHECK(with({"/dev/zram0 partition 1 0 100"}) == "");
}

TEST_CASE("swap on a volume is encrypted where all disks under it are") {
  const MadeUpMachine made;
  made.put("proc/swaps", MadeUpMachine::swaps({"/dev/dm-2 partition 1 0 -2"}));
  made.put("sys/class/block/dm-2/dm/uuid", "LVM-swap\n");
  CHECK(told(made, "swap") == "/dev/dm-2");
  made.put("sys/class/block/dm-2/slaves/dm-0", "");
  CHECK(told(made, "swap") == "");
  made.put("sys/class/block/dm-2/slaves/sdb1", "");
  CHECK(told(made, "swap") == "/dev/dm-2");
  // A ring of devices ends too.
  made.remove("sys/class/block/dm-2/slaves");
  made.put("sys/class/block/dm-2/slaves/dm-2", "");
  CHECK(told(made, "swap") == "/dev/dm-2");
}

TEST_CASE("each setting of the kernel that is too weak is found by its name") {
  struct Weak {
    const char* name;
    const char* file;
    std::vector<const char*> bad;
    std::vector<const char*> good;
  };
  const std::vector<Weak> all{
      {"fs.protected_fifos", "fs/protected_fifos", {"0"}, {"1", "2"}},
      {"fs.protected_hardlinks", "fs/protected_hardlinks", {"0"}, {"1"}},
      {"fs.protected_regular", "fs/protected_regular", {"0"}, {"1", "2"}},
      {"fs.protected_symlinks", "fs/protected_symlinks", {"0"}, {"1"}},
      {"fs.suid_dumpable", "fs/suid_dumpable", {"1", "2"}, {"0"}},
      {"kernel.yama.ptrace_scope", "kernel/yama/ptrace_scope", {"0"}, {"1", "2", "3"}},
      {"kernel.core_pattern",
       "kernel/core_pattern",
       {"|/usr/bin/catch %p"},
       {"core", "/x/core.%p"}}};
  for (const Weak& weak : all) {
    const MadeUpMachine made;
    const std::string file = std::string{"proc/sys/"} + weak.file;
    for (const std::string value : weak.bad) {
      made.put(file, value + '\n');
      CHECK(told(made, "kernel") == std::string{weak.name} + ' ' + value);
    }
    for (const std::string value : weak.good) {
      made.put(file, value + '\n');
      CHECK_MESSAGE(told(made, "kernel") == "", weak.name << " = " << value);
    }
    made.remove(file);  // a kernel without it
    CHECK(told(made, "kernel") == "");
  }
}

TEST_CASE("memory that may be written to a core file, or swapped, is found") {
  MadeUpMachine made;
  const auto limits = [&](const std::string& core, const std::string& locked) {
    made.put("proc/self/limits", "Max core file size        " + core +
                                     "   unlimited   bytes\n"
                                     "Max locked memory         " +
                                     locked + "   unlimited   bytes\n");
  };
  limits("unlimited", "65536");
  CHECK(told(made, "core") == "unlimited");
  CHECK(told(made, "memlock") == "65536");
  limits("0", "unlimited");
  CHECK(told(made, "core") == "");
  CHECK(told(made, "memlock") == "");
  made.secrets_are_locked = false;  // and it has failed already
  CHECK(told(made, "memlock") == "unlimited");
  made.remove("proc/self/limits");
  CHECK(told(made, "memlock") == "bad");
  CHECK(told(made, "core") == "unknown");
}

TEST_CASE("a /proc that shows everybody everything is found") {
  const MadeUpMachine made;
  const auto with = [&](const std::string& options) {
    made.put("proc/self/mountinfo", "23 22 0:21 / /proc rw,relatime - proc proc " + options + '\n');
    return told(made, "hidepid");
  };
  CHECK(with("rw") == "bad");
  CHECK(with("rw,hidepid=0") == "bad");
  CHECK(with("rw,hidepid=off") == "bad");
  for (const char* good : {"rw,hidepid=1", "rw,hidepid=2,gid=27", "hidepid=invisible,rw"})
    CHECK(with(good) == "");
}

TEST_CASE("a store on a file system of the network is found, by the mount that it is on") {
  const MadeUpMachine made;
  const auto on = [&](const std::string& type) {
    made.put("proc/self/mountinfo",
             "22 1 253:0 / / rw - ext4 /dev/mapper/root rw\n"
             "30 22 0:50 / /srv rw shared:2 - " +
                 type +
                 " server:/srv rw\n"
                 "31 22 0:51 / /srv/pharm rw - nfs4 server:/x rw\n");  // only begins like it
    return told(made, "network");
  };
  for (const std::string type : {"nfs", "nfs4", "cifs", "9p", "fuse", "fuse.sshfs", "ceph"})
    CHECK(on(type) == type);
  for (const char* type : {"ext4", "xfs", "btrfs", "tmpfs", "overlay", "fuseblk"})
    CHECK(on(type) == "");
}
