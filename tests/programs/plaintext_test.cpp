// No byte of what people entrust to the store is found in any file that the programs open for
// writing, other than the outputs that the user named.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "support/counter.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

constexpr const char* passphrase = "five plain words 2026";  // as answers.exp types it

// Every form in which a secret could slip out.
static std::vector<std::string> canaries() {
  return {"欧阳金丝雀",  "13911112222",    "1391111",          "金丝雀牌缓释片", "BATCHCANARY7",
          "6001CANARY",  "ouyangjinsique", "canary-note-text", "金丝雀路7号",    "郑雪雀",
          "13711113333", "BATCHCANARY8",   passphrase};
}

// A line of a trace with its strings, which are all in hexadecimal, as bytes.
static std::string decoded(const std::string& line) {
  std::string bytes;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line.compare(i, 2, "\\x") == 0 && i + 4 <= line.size()) {
      bytes += static_cast<char>(std::stoi(line.substr(i + 2, 2), nullptr, 16));
      i += 3;
    } else {
      bytes += line[i];
    }
  }
  return bytes;
}

// What a trace tells: the paths opened for writing, created or renamed to, and what was written
// to files, also to those that are gone.
namespace {
struct Traced {
  std::set<std::string> paths;
  std::string written;
};
}  // namespace

static void take_paths(const std::string& line, std::set<std::string>& paths) {
  for (auto begin = line.find('"'); begin != std::string::npos; begin = line.find('"', begin)) {
    const auto end = line.find('"', begin + 1);
    if (end == std::string::npos) break;
    paths.insert(line.substr(begin + 1, end - begin - 1));
    begin = end + 1;
  }
}

static Traced read_trace(const std::string& trace) {
  Traced all;
  std::ifstream in{trace};
  for (std::string line; std::getline(in, line);) {
    const auto has = [&line](const char* text) { return line.find(text) != std::string::npos; };
    if (has("write")) {
      // "pwrite64(4</store/store.db-wal>, …": to files, not to pipes and terminals.
      const auto text = decoded(line);
      const auto path = text.find('<');
      const bool to_file = path != std::string::npos && text.compare(path, 2, "</") == 0 &&
                           text.compare(path, 6, "</dev/") != 0;
      if (to_file) all.written += text + '\n';
    } else if ((has("open") && (has("O_WRONLY") || has("O_RDWR"))) || has("creat") ||
               has("rename") || has("link")) {
      take_paths(decoded(line), all.paths);
    }
  }
  return all;
}

static std::string content_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// Where a canary is found: "path: canary".
static std::vector<std::string> found_in(const Traced& traced) {
  std::vector<std::string> found;
  const auto look = [&found](const std::string& where, const std::string& content) {
    for (const auto& secret : canaries()) {
      if (content.find(secret) != std::string::npos) found.push_back(where + ": " + secret);
    }
  };
  look("what was written", traced.written);
  for (const auto& path : traced.paths) {
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) look(path, content_of(path));
  }
  return found;
}

static Run traced(Run run, const std::string& trace) {
  run.argv.insert(run.argv.begin(),
                  {"strace", "-f", "-qq", "-A", "-xx", "-y", "-s", "2000000", "-o", trace, "-e",
                   "trace=openat,open,creat,rename,renameat,renameat2,link,linkat,write,writev,"
                   "pwrite64,pwritev"});
  return run;
}

TEST_CASE("nothing entrusted to the store is found in a file that the programs write") {
  REQUIRE(fs::exists("/usr/bin/strace"));
  const Counter counter;
  const auto trace = counter.dir().file("trace");
  const auto done = [&](const std::string& name, std::vector<std::string> args) {
    const auto ended = run_process(traced(counter.command(name, std::move(args)), trace));
    REQUIRE_MESSAGE(ended.status == 0, ended.err);
  };
  done("member", {"add", "欧阳金丝雀", "--phone", "13911112222", "--card", "6001CANARY",
                  "--address", "金丝雀路7号", "--note", "canary-note-text"});
  done("visit", {"product", "add", "6909999999999", "金丝雀牌缓释片", "--price", "99.00"});
  done("visit", {"buy", "6001CANARY", "6909999999999=2#BATCHCANARY7"});
  done("member", {"find", "金丝雀"});
  done("member", {"edit", "6001CANARY", "--note", "canary-note-text two"});
  done("report", {"daily"});
  for (int i = 0; i < 70; ++i) {  // past a checkpoint
    counter.must("visit", {"buy", "6001CANARY", "6909999999999#BATCHCANARY7"});
  }
  done("visit", {"list", "6001CANARY"});

  const auto members = counter.dir().file("members.csv");
  std::ofstream{members} << "name,phone,card\n郑雪雀,13711113333,6002\n";
  done("member", {"import", members});
  const auto sales = counter.dir().file("sales.csv");
  std::ofstream{sales} << "at,card,product,quantity,amount,batch\n"
                          "2026-01-05,6002,6909999999999,1,99.00,BATCHCANARY8\n";
  done("visit", {"import", sales, "--earn"});
  // All members, sealed and opened again through pipes.
  const auto ours = counter.dir().file("ours.address"), sealed = counter.dir().file("sealed");
  counter.must("store", {"address", "-o", ours});
  for (const auto& line :
       {"member export | store send - --as members.csv --to " + ours + " -o " + sealed,
        "store receive - --from " + ours + " <" + sealed + " | member import - --yes"}) {
    Run run = counter.command("store", {});
    run.argv = {"/bin/sh", "-c", line};
    run.env[0] = "PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin";
    const auto ended = run_process(traced(run, trace));
    REQUIRE_MESSAGE(ended.status == 0, ended.err);
    CHECK(ended.err.find("sealed") != std::string::npos);
  }
  // A store that is opened by a passphrase, typed at a terminal.
  auto init = counter.command("store", {});
  init.argv = {"expect", PHARMACY_SOURCE_DIR "/tests/manual/answers.exp",
               program("store") + " init --login wangli --name 王丽 --store '" +
                   counter.dir().file("typed") + "'"};
  const auto typed = run_process(traced(init, trace));
  REQUIRE_MESSAGE(typed.status == 0, typed.out << typed.err);

  auto all = read_trace(trace);
  all.paths.erase(members);
  all.paths.erase(sales);
  for (const auto* store : {"store", "typed"}) {
    for (const auto& entry : fs::recursive_directory_iterator(counter.dir().file(store))) {
      all.paths.insert(entry.path().string());
    }
  }
  MESSAGE("files looked into: " << all.paths.size() << ", bytes written: " << all.written.size());
  CHECK(all.paths.size() >= 8);
  CHECK(all.written.size() >= 500'000);
  for (const auto& hit : found_in(all)) FAIL_CHECK(hit);

  // The control: an output that the user named does hold them, and the same search finds them.
  const auto named = counter.dir().file("named.csv");
  const auto control = counter.dir().file("control");
  const auto ended = run_process(traced(counter.command("member", {"export", named}), control));
  REQUIRE_MESSAGE(ended.status == 0, ended.err);
  CHECK(found_in(read_trace(control)).size() >= 6);
}

}  // namespace pharmacy::test
