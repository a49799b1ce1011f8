// The memory of a program that holds keys is closed to other programs of the same user, no core of
// it is left behind, and the keys are in it only as long as the store is open.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <set>
#include <system_error>

#include "pharmacy/members.h"
#include "standing.h"
#include "support/child.h"
#include "support/sanitizers.h"
#include "support/vault.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

const std::string canary = "CANARY=in-the-environment";

// It waits for the rest of the rows, the store open.
Run importing(const NobodysStore& store) {
  return store.counter().command("member", {"import", "-", "--yes"}, {canary});
}

// The control: a program that does not close its memory.
Run open_program() {
  Run run;
  run.argv = {"sh", "-c", "read first; read second"};
  run.env = {"PATH=/usr/bin:/bin", canary};
  return run;
}

// What whoever is of the same user finds out of a process: "environ", "mem", "gdb".
std::string found_by_its_user(pid_t pid) {
  std::string found;
  const auto finds = [](const auto& look) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      end_child(NobodysStore::become_user() && look() ? 0 : 1);
    }
    int status = 1;
    ::waitpid(child, &status, 0);
    return status == 0;
  };
  if (finds([pid] {
        std::ifstream file{fmt::format("/proc/{}/environ", pid)};
        const std::string all{std::istreambuf_iterator<char>{file}, {}};
        return all.find(canary) != std::string::npos;
      }))
    found += "environ ";
  const std::vector<Needle> needles{{"canary", canary}};
  if (finds([&] {
        try {
          return !copies_in(pid, needles).empty();
        } catch (const std::system_error&) {
          return false;
        }
      }))
    found += "mem ";
  if (!fs::exists("/usr/bin/gdb")) return found;
  Run gdb;
  gdb.argv = {
      "gdb", "-nx", "-batch", "-p", std::to_string(pid), "-ex", "x/20s **(char***)&environ"};
  gdb.env = {"PATH=/usr/bin:/bin", "DEBUGINFOD_URLS="};
  if (run_process(NobodysStore::as_user(gdb)).out.find(canary) != std::string::npos)
    found += "gdb ";
  return found;
}

// What is left of a process that the signal ends: "core", "file".
std::string left_behind(const NobodysStore& store, Run run, int signal) {
  Standing standing{store, std::move(run), At::input};
  if (!standing) return "nothing stood";
  const int status = standing.end(signal);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != signal) return "another end";
  std::string left = WCOREDUMP(status) ? "core " : "";
  for (const auto& entry : fs::directory_iterator(store.counter().dir().path())) {
    if (!entry.path().filename().string().starts_with("core")) continue;
    left += "file ";
    fs::remove(entry.path());
  }
  return left;
}

// "data key in [heap]" a line, of copies that are not where keys belong.
std::string strays(const std::vector<Copy>& copies) {
  std::string all;
  for (const auto& [needle, at] : copies) {
    if (!at.is_undumped) all += fmt::format("{} in {} {:x}\n", needle, at.name, at.begin);
  }
  return all;
}

bool can_look_into(pid_t pid) {
  try {
    static_cast<void>(copies_in(pid, {}));
    return true;
  } catch (const std::system_error& refused) {
    MESSAGE("skipped: ", refused.what());
    return false;
  }
}

}  // namespace

TEST_CASE("a program that holds keys lets nobody of its user attach to it or read its memory") {
  const NobodysStore store;
  std::string seen;
  {
    const Standing open{store, open_program(), At::input};
    REQUIRE(open);
    seen = found_by_its_user(open.pid());
  }
  // The control. Some machines let nobody look into what is not her own child.
  CHECK(seen.starts_with("environ "));
  std::ifstream scope{"/proc/sys/kernel/yama/ptrace_scope"};
  if (std::string level; scope >> level && level != "0") {
    MESSAGE("skipped in part: ptrace_scope is ", level);
  } else if (!fs::exists("/usr/bin/gdb")) {
    MESSAGE("skipped in part: no gdb");
  } else {
    CHECK(seen == "environ mem gdb ");
  }
  const Standing program{store, importing(store), At::input};
  REQUIRE(program);
  CHECK(found_by_its_user(program.pid()) == "");
}

TEST_CASE("no core is left of a program that holds keys, where cores have no limit") {
  const NobodysStore store;
  const auto control = left_behind(store, open_program(), SIGQUIT);
  CAPTURE(control);
  if (control.empty()) MESSAGE("skipped in part: this machine keeps no core of anything");
  for (const int signal : {SIGQUIT, SIGABRT})
    CHECK(left_behind(store, importing(store), signal) == "");
  const Standing program{store, importing(store), At::input};
  REQUIRE(program);
  std::ifstream limits{fmt::format("/proc/{}/limits", program.pid())};
  std::string line;
  while (std::getline(limits, line) && !line.starts_with("Max core file size")) {
  }
  CHECK(line.substr(18).find_first_not_of(" 0bytes") == std::string::npos);
}

TEST_CASE("the keys of an open store are in pages that no dump has, and nowhere else") {
  const NobodysStore store;
  const Standing program{store, importing(store), At::input};
  REQUIRE(program);
  if (!can_look_into(program.pid())) return;
  const auto copies = copies_in(program.pid(), store.keys());
  CHECK(strays(copies) == "");
  // The control: they are found where they are to be.
  std::set<std::string> found;
  for (const Copy& copy : copies) found.insert(copy.needle);
  CHECK(found == std::set<std::string>{"box key", "log key", "page key", "signing key"});
}

TEST_CASE("a program that prints its answer holds no key any more") {
  const NobodysStore store;
  const Standing program{store, store.counter().command("member", {"show", "6001"}), At::output};
  REQUIRE(program);
  if (!can_look_into(program.pid())) return;
  std::string all;
  for (const auto& [needle, at] : copies_in(program.pid(), store.keys()))
    all += fmt::format("{} in {} {:x}\n", needle, at.name, at.begin);
  CHECK(all == "");
  const std::vector<Needle> answer{{"answer", std::string_view{"13800138000"}}};
  CHECK(copies_in(program.pid(), answer).size() > 0);
}

// The sanitizer takes mlock() over and locks nothing.
#if !PHARMACY_SANITIZES_ADDRESS()
namespace {

// The command where no more than so many bytes may be locked.
Run with_locks(std::int64_t bytes, Run run) {
  const std::vector<std::string> limit{"prlimit", fmt::format("--memlock={}", bytes)};
  run.argv.insert(run.argv.begin(), limit.begin(), limit.end());
  return run;
}

// The least that a distribution allows.
constexpr std::int64_t usual_locks = 65'536;

// How many KiB of pages that no dump has are locked, how many are not, and what the system says.
struct Locks {
  std::uint64_t locked = 0;
  std::uint64_t unlocked = 0;
  std::uint64_t told = 0;

  explicit Locks(pid_t pid) {
    for (const auto& mapping : mappings_of(pid)) {
      if (mapping.is_undumped)
        (mapping.is_locked ? locked : unlocked) += (mapping.end - mapping.begin) / 1024;
    }
    std::ifstream status{fmt::format("/proc/{}/status", pid)};
    for (std::string word; status >> word && word != "VmLck:";) {
    }
    status >> told;
  }
};

}  // namespace

TEST_CASE("every page of keys is locked where the system allows it") {
  const NobodysStore store;
  const Standing program{store, with_locks(usual_locks, importing(store)), At::input};
  REQUIRE(program);
  if (!can_look_into(program.pid())) return;
  const Locks locks{program.pid()};
  CHECK(locks.locked > 0);
  CHECK(locks.unlocked == 0);
  CHECK(locks.told == locks.locked);
  CHECK(program.said() == "");
  // The control.
  const Standing other{store, with_locks(0, importing(store)), At::input};
  REQUIRE(other);
  const Locks none{other.pid()};
  CHECK(none.locked == 0);
  CHECK(none.unlocked == locks.locked);
  CHECK(none.told == 0);
  CHECK(other.said().starts_with("note: keys in memory"));
}

TEST_CASE("a program whose keys cannot be locked says so, in either language, and works") {
  const NobodysStore store;
  const auto said = [&](std::int64_t bytes, const std::string& program,
                        const std::vector<std::string>& args, const char* language) {
    const auto ended = run_process(NobodysStore::as_user(with_locks(
        bytes, store.counter().command(program, args, {std::string{"LANGUAGE="} + language}))));
    CHECK_MESSAGE(ended.status == 0, ended.err);
    return ended.err;
  };
  const std::vector<std::pair<std::string, std::vector<std::string>>> commands{
      {"member", {"show", "6001"}},
      {"visit", {"buy", "6001", "6901234567890", "--quiet"}},
      {"complain", {"list"}},
      {"report", {"daily"}},
      {"store", {"address"}}};
  for (const auto& command : commands) {
    CAPTURE(command.first);
    CHECK(said(0, command.first, command.second, "en") ==
          "note: keys in memory could not be kept out of the swap space: `store doctor` says what "
          "helps\n");
    CHECK(said(0, command.first, command.second, "zh_CN") ==
          "提示：无法防止内存中的密钥被换出到交换空间；解决办法请看 `store doctor`\n");
    CHECK(said(usual_locks, command.first, command.second, "en") == "");
  }
}
#endif

TEST_CASE("nothing of a passphrase or of keys is left in memory once the store is closed") {
  std::vector<Needle> needles;
  const PassphraseStore store;
  const auto passphrase = [] { return Passphrase{"wangli", Secret{good_passphrase}}; };
  {
    const vault::Place place{store.path};
    const auto who = vault::unlock(place, passphrase(), store.machine_time);
    needles = needles_of(who, vault::open_keyring(place, who));
  }
  needles.emplace_back("passphrase", std::string_view{good_passphrase});
  const auto copies = [&] { return copies_in(::getpid(), needles); };
  {
    Store opened = Store::open(store.path, passphrase());
    auto tx = opened.begin({.id = new_operation_id(), .request = "test"});
    static_cast<void>(add_member(tx, {.name = "张伟", .card = "6001"}));
    tx.commit();
    // The control: an open store has them.
    CHECK(copies().size() >= 4);
    CHECK(strays(copies()) == "");
  }
  for (const auto& [needle, at] : copies()) FAIL_CHECK(needle << " in " << at.name);
  // The other control: a copy that was forgotten.
  const std::string forgotten{good_passphrase};
  CHECK(copies().size() == 1);
}

}  // namespace pharmacy::test
