// Disks that are full or read-only, files that cannot be changed, limits and a bare environment:
// each is said clearly, changes nothing, and once it is gone the sale is made.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

#include "hindered_sale.h"
#include "mounted.h"
#include "support/sanitizers.h"
#include "support/test_store.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

// The files of the store are in that of a medium, which is mounted there empty.
void move_in(const HinderedSale& sale) {
  const fs::path store = sale.counter().store();
  fs::remove(store / "lost+found");
  fs::permissions(store, fs::perms::owner_all);
  for (const auto& entry : fs::directory_iterator(store)) fs::remove_all(entry.path());
  fs::copy(sale.counter().dir().file("kept"), store, fs::copy_options::recursive);
}

// Takes all the room there is but for this many blocks.
class Filler {
 public:
  Filler(const fs::path& directory, std::uint64_t blocks_left) : path_{directory / "filler"} {
    struct statvfs room {};
    REQUIRE(::statvfs(directory.c_str(), &room) == 0);
    const auto blocks = room.f_bavail - std::min<std::uint64_t>(room.f_bavail, blocks_left);
    std::ofstream out(path_, std::ios::binary);
    const std::string block(room.f_bsize, 'x');
    for (std::uint64_t i = 0; i < blocks && out.good(); ++i) out << block << std::flush;
    out.close();
    ::chmod(path_.c_str(), 0600);
  }
  ~Filler() { fs::remove(path_); }
  Filler(const Filler&) = delete;
  Filler& operator=(const Filler&) = delete;

 private:
  fs::path path_;
};

// A sale with only so many blocks left, and what is wrong afterwards.
std::string sell_on_full(const HinderedSale& sale, std::uint64_t blocks_left, Trials& trials) {
  move_in(sale);
  std::optional<Filler> filler;
  filler.emplace(sale.counter().store(), blocks_left);
  const auto ended = run_process(sale.command());
  filler.reset();
  trials.tally(ended.status == 0 ? "made" : "refused");
  return sale.judge(ended, failed_or_done);
}

// On a disk in memory, which every machine has.
void sell_in_memory(const HinderedSale& sale, int mebibytes, std::uint64_t blocks, Trials& trials) {
  CAPTURE(mebibytes);
  CAPTURE(blocks);
  const Mounted disk{sale.counter().store(), "tmpfs", fmt::format("size={}m,mode=0700", mebibytes)};
  REQUIRE(disk);
  CHECK(sell_on_full(sale, blocks, trials) == "");
}

void sell_on_ext4(const HinderedSale& sale, int mebibytes, std::uint64_t blocks, Trials& trials) {
  CAPTURE(mebibytes);
  CAPTURE(blocks);
  const LoopDisk disk{sale.counter().dir().file("disk"), mebibytes};
  if (disk.device().empty()) return trials.tally("skipped");
  const Mounted mounted{sale.counter().store(), "ext4", "", disk.device()};
  if (!mounted) return trials.tally("skipped");
  CHECK(sell_on_full(sale, blocks, trials) == "");
}

// An empty store with its log takes nearly the least of them.
int some_mebibytes(std::int64_t number) { return 2 << number % 3; }

}  // namespace

TEST_CASE("a sale on a disk in memory that is full is made or refused") {
  const HinderedSale sale;
  Trials trials("sales on a full tmpfs", 8, 3 * 40);
  trials.each([&](std::int64_t number, Random&) {
    const auto blocks = static_cast<std::uint64_t>(number / 3);
    sell_in_memory(sale, some_mebibytes(number), blocks, trials);
  });
  // There is not a single block.
  sell_in_memory(sale, some_mebibytes(0), 0, trials);
  CHECK(trials.tallied("made") + trials.tallied("refused") == trials.done() + 1);
  CHECK(trials.tallied("refused") > 0);
}

TEST_CASE("a sale on an ext4 that is full is made or refused") {
  const HinderedSale sale;
  Trials trials("sales on a full ext4", 6, 3 * 120);
  trials.each([&](std::int64_t number, Random&) {
    const auto blocks = static_cast<std::uint64_t>(number / 3);
    sell_on_ext4(sale, some_mebibytes(number), blocks, trials);
  });
  sell_on_ext4(sale, some_mebibytes(0), 0, trials);
  CHECK(trials.tallied("refused") + trials.tallied("skipped") > 0);
}

TEST_CASE(
    "on a disk that is read-only nothing is sold and nobody shown, and figures need the log's "
    "index") {
  const HinderedSale sale;
  const Mounted disk{sale.counter().store(), "tmpfs", "size=8m,mode=0700"};
  REQUIRE(disk);
  const fs::path store = sale.counter().store();
  move_in(sale);
  bool has_index = false;
  SUBCASE("the index is there") { has_index = true; }
  SUBCASE("a whole log without its index") { fs::remove(store / "store.db-shm"); }
  SUBCASE("an unfinished log without its index") {
    const auto killed = run_process(
        sale.traced({"-e", "trace=fdatasync", "-e", "inject=fdatasync:signal=SIGKILL:when=1"}));
    REQUIRE(killed.status == 128 + SIGKILL);
    // The last frame is cut, and with it the sale.
    fs::resize_file(store / "store.db-wal", fs::file_size(store / "store.db-wal") - 100);
    fs::remove(store / "store.db-shm");
  }
  disk.remount(false);
  const auto sold = run_process(sale.command());
  const auto looked = run_process(sale.counter().command("member", {"show", "6001"}));
  const auto figures = run_process(sale.counter().command("report", {"daily", "today"}));
  disk.remount(true, "size=8m,mode=0700");
  CHECK(sale.judge_reading(looked, {74}) == "");
  CHECK(looked.out == "");
  CHECK_MESSAGE(figures.status == (has_index ? 0 : 74), figures.err);
  const std::string name = "visit buy: cannot ";
  if (has_index) {
    CHECK(sold.err ==
          name + "lock " + (store / "store.lock").string() + ": Read-only file system\n");
  } else {
    CHECK(sold.err ==
          name + "open " + (store / "store.db").string() +
              "\nlook at the rights of its directory and whether its disk is read-only\n");
  }
  CHECK(sale.judge(sold, {74}) == "");
}

namespace {

// A file's attribute, as chattr(1) sets it; it is taken off again.
class Attribute {
 public:
  Attribute(std::string flag, fs::path path)
      : flag_{std::move(flag)}, path_{std::move(path)}, set_{change("+")} {
    if (!set_) MESSAGE("skipped: chattr +" << flag_ << " is not to be had here");
  }
  ~Attribute() {
    if (set_) change("-");
  }
  Attribute(const Attribute&) = delete;
  Attribute& operator=(const Attribute&) = delete;
  explicit operator bool() const { return set_; }

 private:
  bool change(const std::string& sign) const {
    Run run;
    run.argv = {"chattr", sign + flag_, path_.string()};
    run.env = {"PATH=/usr/bin:/bin"};
    return run_process(run).status == 0;
  }
  std::string flag_;
  fs::path path_;
  bool set_;
};

}  // namespace

TEST_CASE("a file that cannot be changed, or only grow, is told of") {
  const HinderedSale sale;
  int tried = 0, refused = 0;
  for (const char* flag : {"i", "a"}) {
    for (const char* name :
         {"", "store.db", "store.db-wal", "store.db-shm", "store.keys", "store.lock"}) {
      CAPTURE(std::string(flag));
      CAPTURE(std::string(name));
      sale.put_back();
      std::optional<Attribute> attribute;
      attribute.emplace(flag, fs::path{sale.counter().store()} / name);
      if (!*attribute) continue;
      const auto ended = run_process(sale.command());
      attribute.reset();
      // Nothing is written into the keyring, nor are files added to the directory.
      CHECK(sale.judge(ended, failed_or_done) == "");
      ++tried;
      if (ended.status != 0) ++refused;
    }
  }
  if (tried > 0) CHECK(refused > 0);
}

TEST_CASE("a sale beyond a limit of the system is made or refused") {
  const HinderedSale sale;
  std::vector<std::string> limits;
  for (const int bytes : {0, 100, 4096, 30'000, 100'000, 200'000, 230'000, 300'000})
    limits.push_back(fmt::format("--fsize={}", bytes));
#if !PHARMACY_SANITIZES_ADDRESS()  // it needs files and address space of its own
  for (int files = 3; files <= 12; ++files) limits.push_back(fmt::format("--nofile={}", files));
  for (int mebibytes = 8; mebibytes <= 64; mebibytes += 4)
    limits.push_back(fmt::format("--as={}", mebibytes << 20));
#endif
  Trials trials("limits on a sale", 8, static_cast<std::int64_t>(limits.size()));
  trials.each([&](std::int64_t number, Random&) {
    const auto& limit = limits[static_cast<std::size_t>(number)];
    CAPTURE(limit);
    sale.put_back();
    const auto ended = run_process(sale.below({"prlimit", limit}));
    trials.tally(ended.status == 0 ? "made" : "refused");
    // Without its libraries a program does not even start: the system says so.
    if (ended.status == 127 || ended.status == 1) {
      CAPTURE(ended.err);
      CHECK(ended.err.find("error while loading shared libraries") != std::string::npos);
      CHECK(sale.judge({.status = 128 + SIGKILL, .out = "", .err = ""}, {137}) == "");
      return;
    }
    CHECK(sale.judge(ended, failed_or_done) == "");
  });
  CHECK(trials.tallied("refused") > 0);
}

TEST_CASE("a sale that can open no more files is made or refused") {
  const HinderedSale sale;
  const std::string log = sale.counter().dir().file("calls");
  REQUIRE(run_process(sale.below({"strace", "-qq", "-o", log, "-e", "trace=openat"})).status == 0);
  const std::string calls = bytes_of(log);
  // The last ones: before them the system looks for libraries.
  constexpr std::int64_t looked_at = 24;
  const auto before = std::count(calls.begin(), calls.end(), '\n') - looked_at;
  Trials trials("no more files for a sale", 10, 2 * looked_at);
  trials.each([&](std::int64_t number, Random&) {
    const auto k = before + 1 + number / 2;
    CAPTURE(k);
    sale.put_back();
    const auto injection =
        fmt::format("inject=openat:error=EMFILE:when={}{}", k, number % 2 == 1 ? "+" : "");
    const auto ended = run_process(sale.traced({"-e", "trace=openat", "-e", injection}));
    trials.tally(ended.status == 0 ? "made" : "refused");
    if (ended.status == 127) return;  // a library is missing: the system says so
    CHECK(sale.judge(ended, {0, 66, 74, 78}) == "");
  });
  CHECK(trials.tallied("refused") > 0);
}

TEST_CASE("a sale whose time on the processor runs out is made or not made") {
  const HinderedSale sale;
  Trials trials("time limits on a sale", 1, 50);
  trials.each([&](std::int64_t, Random& random) {
    sale.put_back();
    // The shell uses up most of the one second that is the least limit.
    const std::string script = fmt::format(
        "ulimit -St 1; while read -r u k < /proc/self/schedstat; [ $u -lt {} ]; do :; done; "
        "exec \"$@\"",
        970'000'000 + random.below(30'000'000));
    const auto ended = run_process(sale.below({"bash", "-c", script, "bash"}));
    trials.tally(ended.status == 0 ? "made" : "ended");
    CHECK(sale.judge(ended, {0, 128 + SIGXCPU, 128 + SIGKILL}) == "");
  });
}

TEST_CASE("a directory that cannot be entered is told of") {
  const HinderedSale sale;
  const fs::path top = sale.counter().dir().path();
  constexpr uid_t nobody = 65534;
  for (const auto& entry : fs::recursive_directory_iterator(top))
    REQUIRE(::chown(entry.path().c_str(), nobody, nobody) == 0);
  REQUIRE(::chown(top.c_str(), nobody, nobody) == 0);
  const auto sell = [&] {
    return run_process(sale.below({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}));
  };
  const auto look = [&](const fs::path& shut, fs::perms rights) {
    fs::permissions(shut, rights);
    const auto ended = sell();
    fs::permissions(shut, fs::perms::owner_all);
    return ended;
  };
  constexpr auto no_entry = fs::perms::owner_read | fs::perms::owner_write;
  constexpr auto no_writing = fs::perms::owner_read | fs::perms::owner_exec;
  const auto within = look(sale.counter().store(), no_entry);
  CHECK(within.status == 77);
  CHECK(within.err ==
        "visit buy: " + sale.counter().store() + " cannot be reached: Permission denied\n");
  const auto above = look(top, no_entry);
  CHECK(above.status == 77);
  const auto readable = look(sale.counter().store(), no_writing);
  CHECK(readable.status == 0);
  CHECK(sell().status == 0);
}

TEST_CASE("without HOME and without a word on where the store is, nothing is guessed") {
  const HinderedSale sale;
  Run run = sale.command();
  run.env = {"PATH=/usr/bin:/bin"};
  const auto ended = run_process(run);
  CHECK(ended.err.starts_with(
      "visit buy: it is not known where the store is, since HOME is not set\n"));
  CHECK(sale.judge(ended, {78}) == "");
}

TEST_CASE("a row that is lost behind a hindrance is found out") {
  const HinderedSale sale;
  const Ended refused{.status = 74, .out = "", .err = "visit buy: the disk is full\n"};
  CHECK(sale.judge(refused, failed) == "");
  // One of the two has a product that the other lacks.
  sale.put_back();
  sale.counter().must("visit", {"product", "add", "6901234567891", "维生素C片"});
  CHECK(sale.judge(refused, failed).starts_with("half done, or damaged"));
  // What was sold is gone.
  sale.put_back();
  REQUIRE(run_process(sale.command()).status == 0);
  sale.put_back();
  CHECK(sale.judge({.status = 0, .out = "sold", .err = ""}, {0})
            .starts_with("what was acknowledged is lost"));
}

}  // namespace pharmacy::test
