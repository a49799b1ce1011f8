// Every verb in hostile surroundings.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "roles/pharmacy.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// What is put before a command, the program's place in $0. "trap" is a directory in which nothing
// may be left, and that has programs of names that are often called.
const char* const surroundings[] = {
    "env LD_PRELOAD=/nonexistent.so \"$0\"",
    "env LD_PRELOAD=libm.so.6 \"$0\"",
    "env LD_AUDIT=/nonexistent.so \"$0\"",
    "env LD_AUDIT=libm.so.6 \"$0\"",
    "env LD_LIBRARY_PATH=trap:/nonexistent \"$0\"",
    "env LD_BIND_NOW=1 GLIBC_TUNABLES=glibc.malloc.perturb=170 MALLOC_ARENA_MAX=1 \"$0\"",
    "env TZ=:/etc/passwd \"$0\"",
    "env TZ=../../../../etc/passwd \"$0\"",
    "env TZ=\"$(printf '\\033[2J')\" \"$0\"",
    "env TZ=Asia/Kathmandu TZDIR=trap \"$0\"",
    "env LC_ALL=zh_CN.UTF-8 \"$0\"",
    "env LC_ALL=xx_XX.KOI8-R LANGUAGE=xx \"$0\"",
    "env LC_ALL=../../../../etc LANGUAGE=../../trap LOCPATH=trap NLSPATH=trap/%N \"$0\"",
    "env GCONV_PATH=trap CHARSET=x OUTPUT_CHARSET=UTF-16 \"$0\"",
    "env TMPDIR=trap TMP=trap TEMP=trap SQLITE_TMPDIR=trap \"$0\"",
    "env TMPDIR=/nonexistent SQLITE_TMPDIR=/nonexistent \"$0\"",
    "env HOME=trap XDG_CONFIG_HOME=trap XDG_DATA_HOME=trap XDG_RUNTIME_DIR=trap \"$0\"",
    "env HOME= XDG_CONFIG_HOME=/dev/null XDG_DATA_HOME=relative \"$0\"",
    "env PATH=trap PAGER=trap/less EDITOR=trap/vi SHELL=trap/sh LESS=-K COLUMNS=-1 LINES=x \"$0\"",
    "env PATH= \"$0\"",
    "env IFS=/ PS4='$(touch trap/left)' BASH_ENV=trap/sh ENV=trap/sh POSIXLY_CORRECT=1 \"$0\"",
    "env TERM=../../etc/passwd TERMINFO=trap NO_COLOR= CLICOLOR_FORCE=1 \"$0\"",
    "prlimit --nofile=6 \"$0\"",
    "prlimit --nofile=12 \"$0\"",
    "prlimit --memlock=0 \"$0\"",
    "prlimit --core=unlimited \"$0\"",
    "prlimit --fsize=0 \"$0\"",
    "prlimit --fsize=5000 \"$0\"",
    "prlimit --nproc=1 --sigpending=0 --msgqueue=0 \"$0\"",
    "prlimit --stack=1000000 \"$0\"",
    "sh -c 'exec \"$0\" \"$@\" <&-' \"$0\"",
    "sh -c 'exec \"$0\" \"$@\" >&-' \"$0\"",
    "sh -c 'exec \"$0\" \"$@\" 2>&-' \"$0\"",
    "sh -c 'exec \"$0\" \"$@\" <&- >&- 2>&-' \"$0\"",
    "sh -c 'exec \"$0\" \"$@\" >/dev/full' \"$0\"",
    "sh -c 'exec \"$0\" \"$@\" </dev/full 2>/dev/full' \"$0\"",
    "sh -c 'exec \"$0\" \"$@\" 3</ 4>/dev/null 9</dev/zero' \"$0\"",
    "env --ignore-signal \"$0\"",
    "env --block-signal \"$0\"",
    "env --ignore-signal=PIPE,CHLD,HUP,INT,TERM,TSTP,ALRM,XFSZ \"$0\"",
    "nice -n 19 setsid -w \"$0\""};

// The statuses that pharmacy(7) tells of, but for that of a bug.
const std::set<int> documented{0, 1, 2, 3, 4, 65, 66, 69, 73, 74, 75, 76, 77, 78};

// A pharmacy with such a directory.
struct Besieged : Pharmacy {
  Besieged() {
    const auto ended =
        run("mkdir trap && for name in less vi sh store env locale; do "
            "printf '#!/bin/sh\\ntouch trap/left\\n' > trap/$name; chmod +x trap/$name; done",
            "");
    REQUIRE(ended.status == 0);
    before = names();
  }
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> all;
    for (const auto& file : std::filesystem::recursive_directory_iterator{dir().file("trap")})
      all.insert(file.path().filename());
    return all;
  }
  // What is wrong with how the command ends; empty where all is well.
  [[nodiscard]] std::string verdict(const std::string& surrounding,
                                    const std::string& command) const {
    const auto space = command.find(' ');
    const std::string program = command.substr(0, space);
    const auto ended =
        run(fmt::format("set -- {}; exec sh -c '{} \"$@\"' {}/{} \"$@\"", command.substr(space + 1),
                        quoted(surrounding), PHARMACY_BIN_DIR, program),
            "wangli.key");
    if (!documented.contains(ended.status))
      return fmt::format("status {}: {}{}", ended.status, ended.out, ended.err);
    if (names() != before) return "it left a file, or ran another program";
    return "";
  }

  std::set<std::string> before;

 private:
  // Inside single quotes of the shell.
  static std::string quoted(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    return out;
  }
};

}  // namespace

TEST_CASE("in hostile surroundings every verb works or refuses, and leaves nothing behind") {
  const Besieged pharmacy;
  std::vector<std::string> commands;
  for (const auto& [what, line] : read_lines()) {
    // What needs a terminal made for it is run by another program.
    if (line.command.starts_with(line.verb)) commands.push_back(line.command);
  }
  CHECK(commands.size() > 60);
  const auto kinds = std::size(surroundings);
  const auto all = static_cast<std::int64_t>(commands.size() * kinds);
  Trials trials{"verbs in hostile surroundings", 250, all};
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random&) {
    const auto at = static_cast<std::size_t>(number);
    const std::string& command = commands.at(at / kinds);
    const std::string surrounding = surroundings[at % kinds];
    const std::string verdict = pharmacy.verdict(surrounding, command);
    if (!verdict.empty()) trials.tally("bad");
    CHECK_MESSAGE(verdict.empty(), surrounding << " " << command << ": " << verdict);
  });
  const auto checked = pharmacy.run("store check", "wangli.key");
  CHECK_MESSAGE(checked.status == 0, checked.out << checked.err);
}

TEST_CASE("a backup is verified where there is room for temporary files, else it says so") {
  const Pharmacy pharmacy;
  const auto ended = pharmacy.run("TMPDIR=/nonexistent store verify made.backup", "wangli.key");
  CHECK(ended.status == 73);
  CHECK(ended.err ==
        "store verify: there is no directory for temporary files: No such file or directory\n"
        "name one in TMPDIR\n");
}

TEST_CASE("a command that dies, or leaves a file behind, is found out") {
  const Besieged pharmacy;
  CHECK(pharmacy.verdict("\"$0\"", "store info") == "");
  CHECK(pharmacy.verdict("sh -c 'kill -9 $$' \"$0\"", "store info") != "");
  CHECK(pharmacy.verdict("sh -c 'exit 70' \"$0\"", "store info") != "");
  CHECK(pharmacy.verdict("touch trap/left; \"$0\"", "store info") ==
        "it left a file, or ran another program");
}

}  // namespace pharmacy::test
