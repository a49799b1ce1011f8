// The files that the programs make and take, and what they take no secret from.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <regex>
#include <set>

#include "hindered_sale.h"
#include "support/test_store.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

constexpr uid_t nobody = 65534;

Ended run_below(Run run, const std::vector<std::string>& starter) {
  run.argv.insert(run.argv.begin(), starter.begin(), starter.end());
  return run_process(run);
}

std::vector<std::string> with_umask(const char* mask) {
  return {"sh", "-c", fmt::format("umask {}; exec \"$@\"", mask), "sh"};
}

// What below `top` is open to others, or not fully to its owner; one a line.
std::string wrong_modes(const fs::path& top) {
  std::string wrong;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    struct stat status {};
    REQUIRE(::lstat(entry.path().c_str(), &status) == 0);
    const mode_t right = S_ISDIR(status.st_mode) ? 0700 : 0600;
    if ((status.st_mode & 07777) != right)
      wrong += fmt::format("{} {:o}\n", entry.path().string(), status.st_mode & 07777);
  }
  return wrong;
}

// A product whose price cannot be read, and one that can be taken.
constexpr const char* products = "code,name,price\n6901234567891,aspirin,x\n6901234567892,zinc,2\n";

}  // namespace

TEST_CASE("every file that a program makes is its owner's alone, whatever the umask") {
  const Counter counter;
  const TempDir inputs;
  put_bytes(inputs.file("products.csv"), products);
  for (const char* mask : {"000", "022", "077", "777"}) {
    CAPTURE(std::string(mask));
    const TempDir dir;
    const std::string store = dir.file("a/b/store"), key = dir.file("key");
    const auto must = [&](const std::string& name, std::vector<std::string> args,
                          std::set<int> statuses = {0}) {
      args.insert(args.end(), {"--store", store});
      if (name != "store" || args[0] != "init") args.insert(args.end(), {"--key-file", key});
      const auto ended = run_below(counter.command(name, std::move(args)), with_umask(mask));
      CHECK_MESSAGE(statuses.contains(ended.status), name << ": " << ended.err);
      CHECK(wrong_modes(dir.path()) == "");
    };
    must("store", {"init", "--login", "wangli", "--name", "Wang Li", "--new-key", key});
    must("member", {"add", "Zhang Wei", "--card", "6001"});
    must("visit", {"product", "add", "6901234567890", "aspirin", "--price", "28.00"});
    must("visit", {"buy", "6001", "6901234567890=2@28.00"});
    must("member", {"export", dir.file("members.csv")});
    must("visit",
         {"product", "import", inputs.file("products.csv"), "--yes", "--keep-good", "--rejects",
          dir.file("bad.csv")},
         {0, 1, 65});
    must("report", {"daily", "today"});
    must("store", {"check"});
    CHECK(fs::exists(dir.file("members.csv")));
    CHECK(fs::exists(dir.file("bad.csv")));
    CHECK(fs::exists(store + "/store.db-wal"));
    // What would be found: a file that somebody opened.
    fs::permissions(store + "/store.keys", fs::perms::group_read, fs::perm_options::add);
    CHECK(wrong_modes(dir.path()) == store + "/store.keys 640\n");
  }
}

namespace {

// Something in the place of a file; where its kind needs another file, that lies beside.
enum class Kind { link, hard_link, pipe, directory, foreign, readable };

constexpr std::pair<Kind, const char*> kinds[] = {{Kind::link, "a link"},
                                                  {Kind::hard_link, "a second name"},
                                                  {Kind::pipe, "a pipe"},
                                                  {Kind::directory, "a directory"},
                                                  {Kind::foreign, "another's file"},
                                                  {Kind::readable, "a file that a group can read"}};

void put_in_place(const fs::path& path, Kind kind, const fs::path& beside) {
  fs::remove_all(beside);
  const bool other_kind = kind == Kind::link || kind == Kind::pipe || kind == Kind::directory;
  if (other_kind) fs::rename(path, beside);
  if (kind == Kind::link) fs::create_symlink(beside, path);
  if (kind == Kind::hard_link) fs::create_hard_link(path, beside);
  if (kind == Kind::pipe) REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  if (kind == Kind::directory) fs::create_directory(path);
  if (kind == Kind::foreign) REQUIRE(::chown(path.c_str(), nobody, nobody) == 0);
  if (kind == Kind::readable) REQUIRE(::chmod(path.c_str(), 0640) == 0);
}

}  // namespace

TEST_CASE("a file of the store that is not an ordinary one of its owner's is refused") {
  const HinderedSale sale;
  const fs::path beside = sale.counter().dir().path() / "beside";
  const char* const names[] = {"store.db", "store.db-wal", "store.db-shm", "store.keys",
                               "store.lock"};
  const auto all = static_cast<std::int64_t>(std::size(names) * std::size(kinds));
  Trials trials("wrong files in a store", 10, all);
  trials.each([&](std::int64_t number, Random&) {
    const auto at = static_cast<std::size_t>(number);
    const auto& [kind, what] = kinds[at / std::size(names)];
    const std::string name = names[at % std::size(names)], shown = what;
    CAPTURE(name);
    CAPTURE(shown);
    sale.put_back();
    const fs::path path = fs::path{sale.counter().store()} / name;
    put_in_place(path, kind, beside);
    const auto ended = run_process(sale.command());
    CHECK(ended.err.starts_with("visit buy: " + path.string() + " "));
    sale.put_back();
    CHECK(sale.judge(ended, {77}) == "");
  });
}

TEST_CASE("a store's directory is not a link, a file, a pipe, another's or open to others") {
  const HinderedSale sale;
  const auto& dir = sale.counter().dir();
  const auto refusal = [&](const std::string& path) {
    Run run = sale.command();
    run.argv.insert(run.argv.end(), {"--store", path});
    const auto ended = run_process(run);
    REQUIRE(::chown(sale.counter().store().c_str(), ::geteuid(), ::getegid()) == 0);
    fs::permissions(sale.counter().store(), fs::perms::owner_all);
    CHECK(sale.judge(ended, {69, 77}) == "");
    sale.put_back();
    return ended.status;
  };
  fs::create_directory_symlink(sale.counter().store(), dir.file("link"));
  CHECK(refusal(dir.file("link")) == 77);
  put_bytes(dir.file("file"), "x");
  CHECK(refusal(dir.file("file")) == 69);
  REQUIRE(::mkfifo(dir.file("pipe").c_str(), 0600) == 0);
  CHECK(refusal(dir.file("pipe")) == 69);
  CHECK(refusal("/dev/stdin") == 69);
  fs::permissions(sale.counter().store(), fs::perms::group_read, fs::perm_options::add);
  CHECK(refusal(sale.counter().store()) == 77);
  REQUIRE(::chown(sale.counter().store().c_str(), nobody, nobody) == 0);
  CHECK(refusal(sale.counter().store()) == 77);
  // Another way to the same directory is one.
  Run run = sale.command();
  run.argv.insert(run.argv.end(), {"--store", sale.counter().store() + "/../store/."});
  CHECK(sale.judge(run_process(run), {0}) == "");
}

TEST_CASE("a key file is an ordinary one that its owner alone can read") {
  const HinderedSale sale;
  const fs::path key = sale.counter().key();
  const fs::path beside = sale.counter().dir().path() / "beside.key";
  const std::string bytes = bytes_of(key);
  for (const auto& [kind, what] : kinds) {
    const std::string shown = what;
    CAPTURE(shown);
    put_in_place(key, kind, beside);
    const auto ended = run_process(sale.command());
    fs::remove_all(key);
    put_bytes(key, bytes);
    const bool readable = kind == Kind::foreign || kind == Kind::readable;
    // A second name lets in nobody else.
    const int expected = kind == Kind::hard_link ? 0 : readable ? 77 : 66;
    CHECK(sale.judge(ended, {expected}) == "");
    CHECK(ended.err.find(bytes.substr(bytes.size() - 20, 10)) == std::string::npos);
    sale.put_back();
  }
  for (const char* path : {"/dev/stdin", "/dev/null", "/proc/self/fd/0"}) {
    CAPTURE(std::string(path));
    Run run = sale.command();
    run.input = bytes;
    run.argv.insert(run.argv.end(), {"--key-file", path});
    CHECK(sale.judge(run_process(run), {66}) == "");
    sale.put_back();
  }
}

TEST_CASE("an output is a new file, and nothing is written through what is there") {
  const Counter counter;
  const auto& dir = counter.dir();
  const auto export_to = [&](const std::string& path) {
    const auto ended = counter.run("member", {"export", path});
    CHECK(ended.err.starts_with("member export: "));
    return ended.status;
  };
  put_bytes(dir.file("kept.csv"), "kept");
  fs::create_symlink(dir.file("kept.csv"), dir.file("link.csv"));
  fs::create_symlink(dir.file("nowhere"), dir.file("dangling.csv"));
  fs::create_hard_link(dir.file("kept.csv"), dir.file("second.csv"));
  fs::create_directory(dir.file("directory.csv"));
  REQUIRE(::mkfifo(dir.file("pipe.csv").c_str(), 0600) == 0);
  for (const char* name : {"kept.csv", "link.csv", "dangling.csv", "second.csv", "directory.csv",
                           "pipe.csv", "absent/new.csv", "directory.csv/../kept.csv"}) {
    CAPTURE(std::string(name));
    CHECK(export_to(dir.file(name)) == 73);
  }
  CHECK(export_to("/dev/stdin") == 73);
  CHECK(bytes_of(dir.file("kept.csv")) == "kept");
  CHECK_FALSE(fs::exists(dir.file("nowhere")));
  CHECK(counter.run("member", {"export", dir.file("directory.csv/../new.csv")}).status == 0);
}

TEST_CASE("no option takes a secret") {
  const Counter counter;
  const std::pair<const char*, std::vector<std::string>> verbs[] = {
      {"visit", {"buy", "6001", "6901234567890"}},
      {"member", {"show", "6001"}},
      {"report", {"daily"}},
      {"store", {"info"}},
      {"store", {"init", "--login", "a", "--name", "A"}}};
  const char* const options[] = {"--password", "--passphrase", "--passwd", "--pass",
                                 "--secret",   "--key",        "--pin",    "--recovery-code",
                                 "--code",     "-p",           "-P"};
  const auto before = counter.rows();
  const auto all = static_cast<std::int64_t>(2 * std::size(verbs) * std::size(options));
  Trials trials("options for secrets", 16, all);
  trials.each([&](std::int64_t number, Random&) {
    const auto at = static_cast<std::size_t>(number / 2);
    const auto& [name, words] = verbs[at / std::size(options)];
    const std::string option = options[at % std::size(options)];
    CAPTURE(option);
    auto args = words;
    if (number % 2 == 0) {
      args.push_back(option + "=hunter-22");
    } else {
      args.insert(args.end(), {option, "hunter-22"});
    }
    const auto ended = counter.run(name, args);
    CHECK(ended.status == 2);
    CHECK(ended.out == "");
    CHECK(ended.err.find("unknown option: " + option.substr(0, 2)) != std::string::npos);
    // Where the two are one word, it is known that the value is none of the verb's.
    if (number % 2 == 0) CHECK(ended.err.find("hunter-22") == std::string::npos);
  });
  CHECK(counter.rows() == before);
}

TEST_CASE("no help names an option for a secret, but those that name files and descriptors") {
  const Counter counter;
  const std::regex option("--[a-z-]*(pass|secret|key|pin|code|token)[a-z-]*");
  std::set<std::string> found;
  for (const char* name : {"store", "member", "visit", "complain", "report"}) {
    std::string all = counter.must(name, {"--help"});
    const std::string script = counter.must(name, {"completion", "bash"});
    all += script;
    for (std::sregex_iterator at(all.begin(), all.end(), option), end; at != end; ++at)
      found.insert(at->str());
  }
  CHECK(found == std::set<std::string>{"--allow-key-file", "--key-fd", "--key-file", "--new-key"});
}

TEST_CASE("nothing in the environment is a key") {
  const HinderedSale sale;
  const std::string key = bytes_of(sale.counter().key());
  Run run = sale.command();
  run.env = {"PATH=/usr/bin:/bin", "HOME=/nonexistent", "PHARMACY_STORE=" + sale.counter().store()};
  for (const char* name : {"PHARMACY_KEY", "PHARMACY_PASSPHRASE", "PHARMACY_PASSWORD",
                           "PHARMACY_SECRET", "PHARMACY_RECOVERY_CODE", "STORE_KEY"})
    run.env.push_back(name + ("=" + key));
  const auto ended = run_below(run, {"setsid", "-w"});
  CHECK(sale.judge(ended, {77}) == "");
  // A key where the name of its file belongs is refused, and not shown.
  run.env.push_back("PHARMACY_KEY_FILE=" + key);
  const auto misplaced = run_below(run, {"setsid", "-w"});
  CHECK(misplaced.status != 0);
  CHECK(misplaced.err.find(key.substr(20, 20)) == std::string::npos);
}

}  // namespace pharmacy::test
