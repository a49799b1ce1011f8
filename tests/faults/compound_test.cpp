// Trouble on top of a power cut: while a store recovers from one, the disk fails, memory is short,
// or the process is killed. Nothing that was promised before or meanwhile is lost.
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <new>
#include <set>

#include "db/database.h"
#include "db/transaction.h"
#include "random_work.h"
#include "shortage.h"
#include "support/child.h"
#include "support/fault_vfs.h"

namespace pharmacy::db::test {
namespace {

using pharmacy::test::end_shortage;
using pharmacy::test::Memory;
using pharmacy::test::set_shortage;

enum class Harm { none, disk, memory, kill };

// At the k-th of these calls of the disk's, or request for memory.
struct Trouble {
  Harm harm = Harm::none;
  int k = never;
  bool for_good = false;
  Memory memory = Memory::sqlite;
  FailingCall failing{Call::any, SQLITE_IOERR};

  static constexpr int never = 1'000'000'000;
};

// What a recovery tells of itself before it may be killed.
struct Told {
  std::int64_t commits_found = -1;  // -1: it did not come so far
  bool acknowledged = false;        // a commit of its own
  bool unknown = false;             // that may be there or not
  bool damaged = false;             // it called the store so
  bool killed = false;
  bool met = false;
  std::array<int, std::size(failing_calls)> calls{};  // that may fail so
  int requests = 0;
};

// Opens the store, reads, commits once and copies the log into the file.
void recover(const fs::path& directory, Told& told) {
  try {
    Gate gate(directory / "store.lock", "test");
    gate.acquire(1s);
    Database database{open_sealed({.path = directory / "store.db", .lower_vfs = fault_vfs_name()},
                                  keys_of(1), gate)};
    told.commits_found = database.value<std::int64_t>("SELECT n FROM u").value();
    {
      WriteScope change{database};
      database.run("UPDATE u SET n = n + 1");
      try {
        change.commit();
        told.acknowledged = true;
      } catch (...) {
        told.unknown = may_have_committed(database.handle());
        throw;
      }
    }
    checkpoint_all(database.handle(), gate, 0ms);
    told.damaged = damage_of(database.handle()).has_value();
  } catch (const std::bad_alloc&) {
  } catch (const Error& error) {
    told.damaged = error.code() == Errc::damaged;
  }
}

void recover_in(const Trouble& trouble, const fs::path& directory, Told& told) {
  const bool of_memory = trouble.harm == Harm::memory;
  set_fault({.call = trouble.failing.call,
             .k = of_memory ? Trouble::never : trouble.k,
             .code = trouble.failing.code,
             .for_good = trouble.for_good,
             .short_by = 9,
             .kills = trouble.harm == Harm::kill,
             .tears = true});
  set_shortage({.memory = trouble.memory,
                .k = of_memory ? trouble.k : Trouble::never,
                .for_good = trouble.for_good});
  recover(directory, told);
  told.requests = end_shortage();
  told.met = fault_met();
  std::ranges::transform(failing_calls, told.calls.begin(),
                         [](const FailingCall& one) { return fault_calls(one.call); });
  set_fault({});
}

// A store on the machine's disk as a power cut left it, and its recovery: in a process of its own
// where that is to be killed.
class Recovery {
 public:
  Recovery()
      : told_(::mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
                     0)) {
    REQUIRE(told_ != MAP_FAILED);
  }
  ~Recovery() { ::munmap(told_, sizeof(Told)); }
  Recovery(const Recovery&) = delete;
  Recovery& operator=(const Recovery&) = delete;

  Told run(const DiskImage& image, const Trouble& trouble) {
    write_file(file(), image.of(DiskFile::database));
    write_file(log(), image.of(DiskFile::log));
    fs::remove(file().string() + "-shm");
    Told& told = *new (told_) Told;
    if (trouble.harm != Harm::kill) {
      recover_in(trouble, dir_.path(), told);
      return told;
    }
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      recover_in(trouble, dir_.path(), told);
      pharmacy::test::end_child(0);
    }
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    told.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    return told;
  }
  void throw_log_away() const { fs::remove(log()); }

  // What is in the store, once nothing is wrong any more.
  [[nodiscard]] std::string found() const {
    try {
      Session store(dir_.path(), keys_of(1));
      return contents(store.db());
    } catch (const Error& error) {
      return error.code() == Errc::damaged ? "damaged" : "error";
    }
  }

 private:
  [[nodiscard]] fs::path file() const { return dir_.path() / "store.db"; }
  [[nodiscard]] fs::path log() const { return dir_.path() / "store.db-wal"; }

  TempDir dir_;
  void* told_;
};

// The same contents after one more commit, which changes their first number only.
std::string with_one_more(const std::string& contents) {
  return std::to_string(std::stol(contents) + 1) + contents.substr(contents.find(' '));
}

// What is wrong; "" if nothing is.
std::string judge(const RandomWork::Cut& cut, const Told& told, const std::string& found) {
  if (told.damaged || found == "damaged") return "false alarm";
  for (const auto& before : {cut.promised, cut.next}) {
    // What was shown once stays.
    if (told.commits_found >= 0 && told.commits_found != std::stol(before)) continue;
    if (found == before && !told.acknowledged) return "";
    const bool may_be_there = told.acknowledged || told.unknown || told.killed;
    if (found == with_one_more(before) && may_be_there) return "";
  }
  return found.ends_with("ok ") ? "lost" : "corrupt";
}

// The controls.
enum class Broken {
  nothing,
  word,  // each recovery says that it committed
  log    // each recovery ends without the log
};

void recover_often(Trials& trials, Broken broken) {
  constexpr int cuts_each = 5;
  const DiskImage empty = new_store();
  Recovery recovery;
  std::set<std::size_t> kinds;
  for (const char* what : {"images", "disk", "memory", "killed", "lost", "corrupt", "false alarm"})
    trials.tally(what, 0);
  trials.each([&](std::int64_t, Random& random) {
    RandomWork work(empty, random);
    work.run();
    for (int i = 0; i < cuts_each; ++i) {
      const auto cut = work.cut();
      trials.tally("images");
      const auto attempt = [&](const Trouble& trouble) {
        Told told = recovery.run(cut.left, trouble);
        if (broken == Broken::word) told.acknowledged = true;
        if (broken == Broken::log) recovery.throw_log_away();
        const auto verdict = judge(cut, told, recovery.found());
        if (!verdict.empty()) trials.tally(verdict);
        if (told.killed) trials.tally("killed");
        if (told.met) trials.tally("disk");
        if (trouble.harm == Harm::memory) trials.tally("memory", told.requests >= trouble.k);
        return told;
      };
      const Memory memory = random.one_in(2) ? Memory::sqlite : Memory::cpp;
      const Told calm = attempt({.memory = memory});
      const auto trouble = [&](Harm harm, int all) {
        return Trouble{.harm = harm,
                       .k = 1 + static_cast<int>(random.below(static_cast<std::uint32_t>(all))),
                       .for_good = random.one_in(2),
                       .memory = memory};
      };
      std::size_t kind = 0;
      do kind = random.below(std::size(failing_calls));
      while (calm.calls[kind] == 0);
      Trouble of_disk = trouble(Harm::disk, calm.calls[kind]);
      of_disk.failing = failing_calls[kind];
      attempt(of_disk);
      if (kinds.insert(kind).second) trials.tally("kinds of errors");
      attempt(trouble(Harm::kill, calm.calls.back()));
      attempt(trouble(Harm::memory, calm.requests));
    }
  });
}

}  // namespace

TEST_CASE("trouble while a store recovers from a power cut loses nothing") {
  Trials trials("recoveries in trouble, 5 power cuts of each work", 40, 1'000);
  recover_often(trials, Broken::nothing);
  for (const char* what : {"lost", "corrupt", "false alarm"}) {
    CAPTURE(what);
    CHECK(trials.tallied(what) == 0);
  }
  for (const char* what : {"disk", "memory", "killed"}) {
    CAPTURE(what);
    CHECK(trials.tallied(what) * 10 >= trials.tallied("images") * 9);
  }
  CHECK(trials.tallied("kinds of errors") >= std::min<std::int64_t>(10, trials.done()));
}

TEST_CASE("a recovery that boasts, or that forgets the log, is found out") {
  const auto lost = [](const char* name, Broken broken) {
    Trials trials(name, 2, 2);
    recover_often(trials, broken);
    return trials.tallied("lost");
  };
  CHECK(lost("control: recoveries that boast", Broken::word) > 0);
  CHECK(lost("control: recoveries that forget the log", Broken::log) > 0);
}

}  // namespace pharmacy::db::test
