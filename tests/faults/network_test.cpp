// Places whose locks cannot be relied on, and locks that are not to be had.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/mount.h>

#include <filesystem>

#include "hindered_sale.h"
#include "mounted.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

struct Type {
  const char* name;
  std::uint32_t number;
};

constexpr Type remote[] = {{"NFS", NFS_SUPER_MAGIC},
                           {"SMB", SMB_SUPER_MAGIC},
                           {"CIFS", 0xFF534D42},
                           {"SMB 2", 0xFE534D42},
                           {"9p", V9FS_MAGIC},
                           {"FUSE, as sshfs", FUSE_SUPER_MAGIC},
                           {"OpenAFS", AFS_SUPER_MAGIC},
                           {"AFS", AFS_FS_MAGIC},
                           {"Coda", CODA_SUPER_MAGIC},
                           {"NCP", NCP_SUPER_MAGIC},
                           {"Ceph", CEPH_SUPER_MAGIC},
                           {"GFS2", 0x01161970},
                           {"OCFS2", OCFS2_SUPER_MAGIC},
                           {"Lustre", 0x0BD00BD0},
                           {"a folder of the host, VirtualBox", 0x786F4256},
                           {"a folder of the host, VMware", 0xBACBACBC}};
constexpr Type local[] = {
    {"ext4", EXT4_SUPER_MAGIC}, {"XFS", XFS_SUPER_MAGIC},           {"Btrfs", BTRFS_SUPER_MAGIC},
    {"tmpfs", TMPFS_MAGIC},     {"overlay", OVERLAYFS_SUPER_MAGIC}, {"F2FS", F2FS_SUPER_MAGIC},
    {"ZFS", 0x2FC12FC1}};

// What strace writes over the type that the kernel tells: 8 bytes, the lowest first.
std::vector<std::string> telling(const Type& type) {
  std::string bytes;
  for (int i = 0; i < 8; ++i)
    bytes += fmt::format("{:02x}", std::uint64_t{type.number} >> (8 * i) & 0xff);
  return {"-e", "trace=statfs", "-e", "inject=statfs:poke_exit=@arg2=" + bytes};
}

TEST_CASE("a store on a file system of the network is refused, and left as it is") {
  const HinderedSale sale;
  for (const Type& type : remote) {
    CAPTURE(type.name);
    const auto ended = run_process(sale.traced(telling(type)));
    CHECK(ended.status == 3);
    CHECK(ended.out == "");
    CHECK(ended.err == "visit buy: " + sale.counter().store() +
                           " is on a network file system, whose locks cannot be relied on\n"
                           "keep the store on a disk of this machine; --allow-network-fs opens it "
                           "there all the same, for who knows that locks and syncs hold\n");
  }
  // Here the sale must be made: the judge must see the difference.
  const auto done = run_process(sale.traced(telling(local[0])));
  CHECK(sale.judge(done, {3}).starts_with("not a status to expect (status 0"));
}

TEST_CASE("a store on any file system of this machine is opened") {
  const HinderedSale sale;
  for (const Type& type : local) {
    CAPTURE(type.name);
    sale.put_back();
    CHECK(sale.judge(run_process(sale.traced(telling(type))), {0}) == "");
  }
}

TEST_CASE("a store on a file system of the network is opened where that is asked") {
  const HinderedSale sale;
  for (const Type& type : remote) {
    CAPTURE(type.name);
    sale.put_back();
    Run run = sale.traced(telling(type));
    run.argv.emplace_back("--allow-network-fs");
    CHECK(sale.judge(run_process(run), {0}) == "");
  }
}

TEST_CASE("no store is made on a file system of the network") {
  const TempDir dir;
  for (const Type& type : {remote[0], remote[5]}) {
    CAPTURE(type.name);
    Run run;
    run.argv = {"strace", "-qq", "-o", "/dev/null"};
    run.env = {"PATH=/usr/bin:/bin"};
    const auto options = telling(type);
    run.argv.insert(run.argv.end(), options.begin(), options.end());
    run.argv.insert(run.argv.end(),
                    {program("store"), "init", "--store", dir.file("new"), "--login", "wangli",
                     "--name", "Wang Li", "--new-key", dir.file("key")});
    const auto ended = run_process(run);
    CHECK(ended.status == 3);
    CHECK(ended.err.starts_with("store init: " + dir.path().string() + " is on a network"));
    CHECK(fs::is_empty(dir.path()));
  }
}

TEST_CASE("a store works on a real overlay and in memory") {
  const HinderedSale sale;
  const fs::path dir = sale.counter().dir().path();
  SUBCASE("overlay") {
    for (const char* name : {"lower", "upper", "work"}) fs::create_directory(dir / name);
    fs::copy(sale.counter().store(), dir / "lower");
    const std::string options =
        fmt::format("lowerdir={0}/lower,upperdir={0}/upper,workdir={0}/work", dir.string());
    const Mounted overlay{sale.counter().store(), "overlay", options};
    if (!overlay) return;
    fs::permissions(sale.counter().store(), fs::perms::owner_all);
    CHECK(sale.judge(run_process(sale.command()), {0}) == "");
  }
  SUBCASE("memory") {
    const Mounted memory{sale.counter().store(), "tmpfs", "size=8m,mode=0700"};
    REQUIRE(memory);
    fs::copy(sale.counter().dir().file("kept"), sale.counter().store());
    CHECK(sale.judge(run_process(sale.command()), {0}) == "");
  }
}

// The calls of one name from the k-th on, or it alone, find no lock.
std::vector<std::string> no_lock(const std::string& call, std::int64_t k, bool for_good) {
  return {"-e", "trace=" + call, "-e",
          fmt::format("inject={}:error=ENOLCK:when={}{}", call, k, for_good ? "+" : "")};
}

TEST_CASE("where there are no locks to be had, a sale says so and is not made") {
  const HinderedSale sale;
  const auto ended = run_process(sale.traced(no_lock("flock", 1, true)));
  CHECK(ended.status == 74);
  CHECK(ended.err.starts_with("visit buy: cannot lock " + sale.counter().store() +
                              "/store.lock: No locks available\n"));
  CHECK(sale.judge(ended, {74}) == "");
}

TEST_CASE("a lock of the store's files that is not to be had once stops a sale, or does not") {
  // The first three calls look at the standard streams.
  constexpr std::int64_t first = 4, last = 40;
  const HinderedSale sale;
  Trials trials("no lock to be had in a sale", 12, last - first);
  trials.each([&](std::int64_t number, Random&) {
    sale.put_back();
    const auto k = first + number;
    CAPTURE(k);
    const auto ended = run_process(sale.traced(no_lock("fcntl", k, false)));
    trials.tally(ended.status == 0 ? "made" : "refused");
    CHECK(sale.judge(ended, {0, 74, 75}) == "");
  });
}

TEST_CASE("where the store's files can never be locked, a sale ends as if others held them") {
  const HinderedSale sale;
  const auto ended = run_process(sale.traced(no_lock("fcntl", 4, true)));
  CHECK(sale.judge(ended, {74, 75}) == "");
}

}  // namespace
}  // namespace pharmacy::test
