// No byte of what people entrust to the store is found in any file that the programs open for
// writing, other than the outputs that the user named.
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include "programs/counter.h"

namespace pharmacy::test {

namespace fs = std::filesystem;

// Every form in which a secret could slip out.
static std::vector<std::string> canaries() {
  return {"欧阳金丝雀", "13911112222",    "1391111",          "金丝雀牌缓释片", "BATCHCANARY7",
          "6001CANARY", "ouyangjinsique", "canary-note-text", "金丝雀路7号"};
}

// The paths that a trace says were opened for writing, created or renamed to.
static std::set<std::string> written_paths(const std::string& trace) {
  std::set<std::string> paths;
  std::ifstream in{trace};
  for (std::string line; std::getline(in, line);) {
    const bool opened =
        line.find("openat(") != std::string::npos &&
        (line.find("O_WRONLY") != std::string::npos || line.find("O_RDWR") != std::string::npos);
    const bool moved =
        line.find("rename") != std::string::npos || line.find("link") != std::string::npos;
    if (!opened && !moved) continue;
    for (auto begin = line.find('"'); begin != std::string::npos; begin = line.find('"', begin)) {
      const auto end = line.find('"', begin + 1);
      if (end == std::string::npos) break;
      paths.insert(line.substr(begin + 1, end - begin - 1));
      begin = end + 1;
    }
  }
  return paths;
}

static std::string content_of(const fs::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// Where a canary is found: "path: canary". Looks into every path written, and into all files of
// the directories they lie in.
static std::vector<std::string> found_in(const std::set<std::string>& paths,
                                         const std::vector<std::string>& secrets) {
  std::set<fs::path> files;
  for (const auto& path : paths) {
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) files.insert(path);
  }
  std::vector<std::string> found;
  for (const auto& file : files) {
    const auto content = content_of(file);
    for (const auto& secret : secrets) {
      if (content.find(secret) != std::string::npos) found.push_back(file.string() + ": " + secret);
    }
  }
  return found;
}

static Run traced(Run run, const std::string& trace) {
  run.argv.insert(run.argv.begin(),
                  {"strace", "-f", "-qq", "-A", "-s", "4096", "-o", trace, "-e",
                   "trace=openat,open,creat,rename,renameat,renameat2,link,linkat"});
  return run;
}

TEST_CASE("nothing entrusted to the store is found in a file that the programs write") {
  if (!fs::exists("/usr/bin/strace")) {
    MESSAGE("skipped: no strace");
    return;
  }
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

  auto paths = written_paths(trace);
  for (const auto& entry : fs::recursive_directory_iterator(counter.store())) {
    paths.insert(entry.path().string());
  }
  MESSAGE("files looked into: " << paths.size());
  CHECK(paths.size() >= 3);
  const auto found = found_in(paths, canaries());
  for (const auto& hit : found) FAIL_CHECK(hit);

  // The control: an output that the user named does hold them, and the same search finds them.
  const auto named = counter.dir().file("named.csv");
  const auto ended = run_process(traced(counter.command("member", {"export", named}), trace));
  REQUIRE_MESSAGE(ended.status == 0, ended.err);
  CHECK(found_in(written_paths(trace), canaries()).size() >= 3);
}

}  // namespace pharmacy::test
