// Every file and directory that the programs make, as a trace tells of them: its owner's alone from
// the moment it is there, whatever the umask.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <regex>
#include <set>

#include "programs/trace.h"
#include "support/session_turn.h"
#include "support/temp_dir.h"
#include "support/test_store.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

// Between them they make every kind of file that the programs make.
const char* const commands[] = {
    "store init --login wangli --name 王丽 --new-key wangli.key",
    "store staff add nightly --name 夜 --role job --new-key nightly.key",
    "store staff reset nightly --new-key again.key", "member add 张伟 --card 6001",
    "visit product add 6901234567890 阿司匹林 --price 28.00", "visit buy 6001 6901234567890",
    "visit buy 6001 6901234567890 --pay wechat", "member export members.csv",
    "member import typed.csv --yes --keep-good --rejects bad-members.csv",
    "visit product import products.csv --yes --keep-good --rejects bad-products.csv",
    "store address -o our.address", "store send members.csv --to our.address -o sent.sealed",
    "store receive sent.sealed --from our.address --again -o received.csv",
    "store audit anchor anchors.txt", "store audit anchor anchors.txt", "store backup made.backup",
    "store backup backups", "store verify made.backup --record",
    "store restore made.backup --store deep/er/restored",
    "store restore made.backup --replace --accept-older --confirm store",
    "complain import cases.csv",
    "complain reaction set C2020-1 --grade general --known --onset 2020-01-01",
    "complain reaction form C2020-1 -o form.txt", "complain evidence add C2020-1 typed.csv",
    "complain evidence export C2020-1 1 evidence.csv", "store key rotate --health --confirm store",
    "store unlock", "store lock", "env EDITOR=true script -qec \"store policy edit\" /dev/null",
    // A store whose keyring opens by a passphrase, which is typed: guesses are counted.
    "expect " PHARMACY_SOURCE_DIR
    "/tests/manual/answers.exp \"store init --store typed --login wangli --name 王丽\"",
    "expect " PHARMACY_SOURCE_DIR
    "/tests/manual/answers.exp \"env -u PHARMACY_KEY_FILE store info --store typed\""};

// Their names below the directory of the test, with "*" for what is chosen at random, or by the
// day.
constexpr const char* expected = R"(a
a/b
a/b/store
a/b/store.*
a/b/store.*/store.db-shm
a/b/store.*/store.db-wal
a/b/store.*/store.db.*.tmp
a/b/store.*/store.keys.*.tmp
a/b/store.*/store.lock
a/b/store/store.*
a/b/store/store.*/store.db-shm
a/b/store/store.*/store.db-wal
a/b/store/store.*/store.db.*.tmp
a/b/store/store.*/store.keys.*.tmp
a/b/store/store.db-shm
a/b/store/store.db-wal
a/b/store/store.db.next
a/b/store/store.keys.*.tmp
a/b/store/store.keys.next.*.tmp
a/b/store/store.lock
again.key.*.tmp
anchors.txt
backups/pharmacy-*.backup.*.tmp
bad-members.csv.*.tmp
bad-products.csv.*.tmp
deep
deep/er
deep/er/restored.*
deep/er/restored.*/store.db-shm
deep/er/restored.*/store.db-wal
deep/er/restored.*/store.db.*.tmp
deep/er/restored.*/store.keys.*.tmp
deep/er/restored.*/store.lock
evidence.csv.*.tmp
form.txt.*.tmp
made.backup.*.tmp
members.csv.*.tmp
nightly.key.*.tmp
our.address.*.tmp
received.csv.*.tmp
runtime/*
runtime/*/policy.toml.*.tmp
runtime/pharmacy.session.*.tmp
sent.sealed.*.tmp
tmp/pharmacy-verify.*
tmp/pharmacy-verify.*/store.keys.*.tmp
typed
typed/store.*
typed/store.*/store.db-shm
typed/store.*/store.db-wal
typed/store.*/store.db.*.tmp
typed/store.*/store.keys.*.tmp
typed/store.db-shm
typed/store.db-wal
typed/store.lock
typed/store.tries
wangli.key.*.tmp
)";

class Desk {
 public:
  explicit Desk(std::string mask) : mask_{std::move(mask)} {
    for (const char* name : {"tmp", "runtime", "backups"}) {
      fs::create_directory(path() / name);
      fs::permissions(path() / name, fs::perms::owner_all);
    }
    put_bytes(path() / "typed.csv", "name,phone\n李娜,13800138001\n,12\n");
    put_bytes(path() / "products.csv", "code,name,price\n9001,板蓝根,12.00\n9002,,x\n");
    put_bytes(path() / "cases.csv",
              "reference,received_at,text,kind\nK0,2020-01-02,服药后皮疹,不良反应\n");
    for (const auto& entry : fs::recursive_directory_iterator{path()}) ours_.insert(entry.path());
  }

  // With the line's trace added to those before.
  Ended run(const std::string& line) const {
    Run run = traced(Run{}, trace());
    std::string tracer;
    for (const auto& word : run.argv) tracer += word + ' ';
    run.argv = {"sh", "-c",
                fmt::format("umask {}; cd {}; exec {} {}", mask_, path().string(), tracer, line)};
    run.env = {"PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin", "PHARMACY_STORE=a/b/store",
               "PHARMACY_KEY_FILE=wangli.key", "XDG_RUNTIME_DIR=" + (path() / "runtime").string(),
               "TMPDIR=" + (path() / "tmp").string()};
    return run_process(run);
  }
  // What was made and what of it is, or was for a moment, not its owner's alone.
  struct Found {
    std::set<std::string> names;
    std::string wrong;  // one a line
  };
  [[nodiscard]] Found found() const {
    Found all;
    for (const auto& made :
         made_in(trace(), static_cast<unsigned>(std::stoul(mask_, nullptr, 8)))) {
      const auto name = named(made.path);
      if (!name) continue;
      all.names.insert(*name);
      if ((made.mode & 077) != 0)
        all.wrong += fmt::format("{} made as {:o}\n", made.path, made.mode);
    }
    for (const auto& entry : fs::recursive_directory_iterator{path()}) {
      if (ours_.contains(entry.path()) || entry.path() == trace()) continue;
      struct stat status {};
      REQUIRE(::lstat(entry.path().c_str(), &status) == 0);
      const mode_t right = S_ISDIR(status.st_mode) ? 0700 : 0600;
      if ((status.st_mode & 07777) != right)
        all.wrong += fmt::format("{} is {:o}\n", entry.path().string(), status.st_mode & 07777);
    }
    return all;
  }
  [[nodiscard]] fs::path path() const { return dir_.path(); }
  [[nodiscard]] std::string trace() const { return dir_.file("trace"); }

 private:
  // None for what is no file: a terminal, or what the kernel shows of a process.
  [[nodiscard]] std::optional<std::string> named(const std::string& made) const {
    static const std::regex random{
        R"([0-9a-f]{12,}|(aside|made|new)-[0-9a-f]{8,16}|pharmacy-[A-Za-z0-9]{6}(?=/|$))"
        R"(|[0-9]{4}-[-0-9T]+)"};
    if (made.starts_with("/dev/") || made.starts_with("/proc/")) return std::nullopt;
    const auto below = (path() / made).lexically_relative(path());
    return std::regex_replace(below.string(), random, "*");
  }

  std::string mask_;
  TempDir dir_;
  std::set<fs::path> ours_;
};

}  // namespace

TEST_CASE("whatever a program makes is its owner's alone from its first moment, under any umask") {
  take_turn_with_sessions();
  static const char* const masks[] = {"000", "022", "077", "777"};
  Trials trials{"umasks under which every file is made", 1, std::size(masks)};
  trials.each([&](std::int64_t number, Random&) {
    const std::string mask = masks[number];
    CAPTURE(mask);
    const Desk desk{mask};
    for (const std::string line : commands) {
      const auto ended = desk.run(line);
      CHECK_MESSAGE((ended.status == 0 || line.find("--rejects") != std::string::npos),
                    line << ": " << ended.status << ended.err << ended.out);
    }
    const auto found = desk.found();
    CHECK(found.wrong == "");
    std::string names;
    for (const auto& name : found.names) names += name + '\n';
    CHECK(names == expected);
  });
}

// How a verb ends that cannot write there.
static int status_of(const std::string& line, const std::string& name) {
  constexpr int usage = 2, bad_data = 65, cannot_create = 73;
  const bool is_input = name == "link" || name == "second" || name.ends_with("typed.csv");
  if (is_input && line.find("--rejects") != std::string::npos) return usage;  // the file it reads
  if (is_input && line.find("anchor") != std::string::npos) return bad_data;  // anchors are added
  return cannot_create;
}

TEST_CASE("no verb writes through a link, into a pipe, a directory, or what is no new file") {
  const Desk desk{"077"};
  for (const char* line :
       {"store init --login wangli --name 王丽 --new-key wangli.key",
        "store address -o our.address", "store send typed.csv --to our.address -o sent.sealed",
        "complain import cases.csv",
        "complain reaction set C2020-1 --grade general --known --onset 2020-01-01",
        "complain evidence add C2020-1 typed.csv", "mkfifo pipe", "mkdir directory",
        "ln -s nowhere dangling", "ln -s typed.csv link", "ln typed.csv second"})
    REQUIRE(desk.run(line).status == 0);
  const auto kept = bytes_of(desk.path() / "typed.csv");
  const char* const writers[] = {"member export {}",
                                 "member import typed.csv --yes --keep-good --rejects {}",
                                 "store address -o {}",
                                 "store send cases.csv --to our.address -o {}",
                                 "store receive sent.sealed --from our.address --again -o {}",
                                 "store audit anchor {}",
                                 "store backup {}",
                                 "store staff add weekly --name 夜 --role job --new-key {}",
                                 "complain reaction form C2020-1 -o {}",
                                 "complain evidence export C2020-1 1 {}"};
  const char* const names[] = {"pipe",   "directory",  "dangling",   "link",
                               "second", "absent/new", "/dev/stdin", "runtime/../typed.csv"};
  Trials trials{"outputs that are no new file", 24, std::ssize(writers) * std::ssize(names)};
  trials.each([&](std::int64_t number, Random&) {
    const std::string line = writers[number % std::ssize(writers)];
    const std::string name = names[number / std::ssize(writers)];
    if (line == "store backup {}" && name == "directory") return;  // into it
    const auto command = fmt::format(fmt::runtime(line), name);
    const auto ended = desk.run(command);
    CHECK_MESSAGE(ended.status == status_of(line, name), command << ": " << ended.err);
    CHECK_MESSAGE(ended.err.find("imported 1") == std::string::npos, command << ended.err);
  });
  CHECK(bytes_of(desk.path() / "typed.csv") == kept);
  CHECK_FALSE(fs::exists(desk.path() / "nowhere"));
  CHECK(fs::is_empty(desk.path() / "directory"));
  // The control: all of them write where there is room.
  for (const std::string line : writers) {
    const auto ended = desk.run(fmt::format(fmt::runtime(line), "new"));
    CHECK_MESSAGE((ended.status == 0 || line.find("--rejects") != std::string::npos), ended.err);
    CHECK_MESSAGE(fs::file_size(desk.path() / "new") > 0, line);
    fs::remove(desk.path() / "new");
  }
}

TEST_CASE("a file that is others' too for a moment, or left so, is found out") {
  const Desk desk{"022"};
  CHECK(desk.run("sh -c 'mkdir -m 700 ours; umask 077; : >ours/file'").status == 0);
  CHECK(desk.found().wrong == "");
  CHECK(desk.run("sh -c ': >left; : >moment; chmod 600 moment; mkdir place'").status == 0);
  const auto wrong = desk.found().wrong;
  for (const char* told : {"left made as 644", "left is 644", "moment made as 644",
                           "place made as 755", "place is 755"})
    CHECK_MESSAGE(wrong.find(told) != std::string::npos, wrong);
  CHECK(desk.found().names ==
        std::set<std::string>{"ours", "ours/file", "left", "moment", "place"});
}

}  // namespace pharmacy::test
