// Every verb in hostile surroundings.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "roles/pharmacy.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// What is there of what a command says where nothing is in its way: words in another language count
// as there.
enum class Shows { all, other_words, no_answer, no_notes, nothing };

// How a command ends in surroundings: as it does elsewhere, but for those that are refused there.
struct Surrounding {
  // The program's place is in $0. "trap" is a directory in which nothing may be left, and that has
  // programs of names that are often called.
  const char* before;
  Shows shows = Shows::all;
  int refusal = 0;                // the status
  std::set<std::string> verbs{};  // that are refused so
  bool is_all_but = false;        // all others are, and not these

  [[nodiscard]] bool refuses(const std::string& verb) const {
    return refusal != 0 && verbs.contains(verb) != is_all_but;
  }
  [[nodiscard]] bool lacks_answer() const {
    return shows == Shows::no_answer || shows == Shows::nothing;
  }
  [[nodiscard]] bool lacks_notes() const {
    return shows == Shows::no_notes || shows == Shows::nothing;
  }
};

const Surrounding surroundings[] = {
    {.before = "env LD_PRELOAD=/nonexistent.so \"$0\""},
    {.before = "env LD_PRELOAD=libm.so.6 \"$0\""},
    {.before = "env LD_AUDIT=/nonexistent.so \"$0\""},
    {.before = "env LD_AUDIT=libm.so.6 \"$0\""},
    {.before = "env LD_LIBRARY_PATH=trap:/nonexistent \"$0\""},
    {.before =
         "env LD_BIND_NOW=1 GLIBC_TUNABLES=glibc.malloc.perturb=170 MALLOC_ARENA_MAX=1 \"$0\""},
    {.before = "env TZ=:/etc/passwd \"$0\""},
    {.before = "env TZ=../../../../etc/passwd \"$0\""},
    {.before = "env TZ=\"$(printf '\\033[2J')\" \"$0\""},
    {.before = "env TZ=Asia/Kathmandu TZDIR=trap \"$0\""},
    {.before = "env LC_ALL=zh_CN.UTF-8 \"$0\"", .shows = Shows::other_words},
    {.before = "env LC_ALL=xx_XX.KOI8-R LANGUAGE=xx \"$0\""},
    {.before =
         "env LC_ALL=../../../../etc LANGUAGE=../../trap LOCPATH=trap NLSPATH=trap/%N \"$0\""},
    {.before = "env GCONV_PATH=trap CHARSET=x OUTPUT_CHARSET=UTF-16 \"$0\""},
    {.before = "env TMPDIR=trap TMP=trap TEMP=trap SQLITE_TMPDIR=trap \"$0\""},
    {.before = "env TMPDIR=/nonexistent SQLITE_TMPDIR=/nonexistent \"$0\"",
     .refusal = 73,
     .verbs = {"store verify"}},
    {.before = "env HOME=trap XDG_CONFIG_HOME=trap XDG_DATA_HOME=trap XDG_RUNTIME_DIR=trap \"$0\"",
     .refusal = 73,
     .verbs = {"store unlock", "store lock"}},
    {.before = "env HOME= XDG_CONFIG_HOME=/dev/null XDG_DATA_HOME=relative \"$0\""},
    {.before = "env PATH=trap PAGER=trap/less EDITOR=trap/vi SHELL=trap/sh LESS=-K COLUMNS=-1 "
               "LINES=x \"$0\""},
    {.before = "env PATH= \"$0\""},
    {.before = "env IFS=/ PS4='$(touch trap/left)' BASH_ENV=trap/sh ENV=trap/sh POSIXLY_CORRECT=1 "
               "\"$0\""},
    {.before = "env TERM=../../etc/passwd TERMINFO=trap NO_COLOR= CLICOLOR_FORCE=1 \"$0\""},
    {.before = "prlimit --nofile=6 \"$0\"",
     .refusal = 74,
     .verbs = {"store init", "store config show", "store lock", "store verify"},
     .is_all_but = true},
    {.before = "prlimit --nofile=12 \"$0\""},
    {.before = "prlimit --memlock=0 \"$0\""},
    {.before = "prlimit --core=unlimited \"$0\""},
    {.before = "prlimit --fsize=0 \"$0\"",
     .refusal = 74,
     .verbs = {"store init", "store config show", "store lock"},
     .is_all_but = true},
    {.before = "prlimit --fsize=5000 \"$0\"",
     .refusal = 74,
     .verbs = {"store init", "store config show", "store lock"},
     .is_all_but = true},
    {.before = "prlimit --nproc=1 --sigpending=0 --msgqueue=0 \"$0\""},
    {.before = "prlimit --stack=1000000 \"$0\""},
    {.before = "sh -c 'exec \"$0\" \"$@\" <&-' \"$0\""},
    {.before = "sh -c 'exec \"$0\" \"$@\" >&-' \"$0\"", .shows = Shows::no_answer},
    {.before = "sh -c 'exec \"$0\" \"$@\" 2>&-' \"$0\"", .shows = Shows::no_notes},
    {.before = "sh -c 'exec \"$0\" \"$@\" <&- >&- 2>&-' \"$0\"", .shows = Shows::nothing},
    {.before = "sh -c 'exec \"$0\" \"$@\" >/dev/full' \"$0\"", .shows = Shows::no_answer},
    {.before = "sh -c 'exec \"$0\" \"$@\" </dev/full 2>/dev/full' \"$0\"",
     .shows = Shows::no_notes},
    {.before = "sh -c 'exec \"$0\" \"$@\" 3</ 4>/dev/null 9</dev/zero' \"$0\""},
    {.before = "env --ignore-signal \"$0\""},
    {.before = "env --block-signal \"$0\""},
    {.before = "env --ignore-signal=PIPE,CHLD,HUP,INT,TERM,TSTP,ALRM,XFSZ \"$0\""},
    {.before = "nice -n 19 setsid -w \"$0\""}};

// What these answer changes with each command that is logged, or names what the machine lacks.
const std::set<std::string> changing{"store audit list", "store audit who-read", "member copy",
                                     "store doctor"};

constexpr int writing_failed = 74;

// Numbers and times as "#", and without what the loader says of the environment, or where no memory
// can be locked.
std::string comparable(const std::string& text) {
  static const std::regex numbers{"[0-9]+"};
  std::istringstream lines{text};
  std::string kept;
  for (std::string line; std::getline(lines, line);)
    if (!line.starts_with("ERROR: ld.so: ") && !line.starts_with("note: keys in memory"))
      kept += line + '\n';
  return std::regex_replace(kept, numbers, "#");
}

// What is wrong with a command that ended so, and elsewhere ends as `clean`. Empty where it is as
// the surroundings make it.
std::string fault_of(const Ended& ended, const Ended& clean, const Surrounding& where,
                     const std::string& verb) {
  const bool fails = where.refuses(verb);
  const int status = fails                                        ? where.refusal
                     : where.lacks_answer() && !clean.out.empty() ? writing_failed
                                                                  : clean.status;
  if (ended.status != status)
    return fmt::format("status {}, not {}: {}{}", ended.status, status, ended.out, ended.err);
  if (fails) {
    if (!ended.out.empty()) return "it answers and fails";
    return ended.err.starts_with(verb + ": ") ? "" : "it does not say why: " + ended.err;
  }
  const bool compares = where.shows != Shows::other_words && !changing.contains(verb);
  const auto differs = [&](const std::string& is, const std::string& was) {
    return compares ? comparable(is) != comparable(was)
                    : comparable(is).empty() != comparable(was).empty();
  };
  if (where.lacks_answer() ? !ended.out.empty() : differs(ended.out, clean.out))
    return "another answer: " + ended.out;
  const bool has_failed = status != clean.status;
  if (where.lacks_notes() ? !ended.err.empty() : !has_failed && differs(ended.err, clean.err))
    return "other notes: " + ended.err;
  return has_failed && !where.lacks_notes() && ended.err.empty() ? "it fails and says nothing" : "";
}

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
  // What is wrong with how the command of the verb ends; empty where all is well.
  [[nodiscard]] std::string verdict(const Surrounding& where, const std::string& verb,
                                    const std::string& command) {
    if (!clean.contains(command)) clean.emplace(command, ended_in("\"$0\"", command));
    const auto fault = fault_of(ended_in(where.before, command), clean.at(command), where, verb);
    if (!fault.empty()) return fault;
    return names() == before ? "" : "it left a file, or ran another program";
  }

  std::set<std::string> before;
  std::map<std::string, Ended> clean;  // by command

 private:
  [[nodiscard]] Ended ended_in(const std::string& surrounding, const std::string& command) const {
    const auto space = command.find(' ');
    return run(
        fmt::format("set -- {}; exec sh -c {} {}/{} \"$@\"", command.substr(space + 1),
                    quoted(surrounding + " \"$@\""), PHARMACY_BIN_DIR, command.substr(0, space)),
        "wangli.key");
  }
  // Inside single quotes of the shell.
  static std::string quoted(const std::string& text) {
    std::string out;
    for (const char c : text) out += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
    return '\'' + out + '\'';
  }
};

}  // namespace

TEST_CASE(
    "in hostile surroundings every verb ends as elsewhere or is refused, and leaves nothing") {
  Besieged pharmacy;
  std::vector<Line> lines;
  for (const auto& [what, line] : read_lines()) {
    // What needs a terminal made for it is run by another program.
    if (line.command.starts_with(line.verb)) lines.push_back(line);
  }
  CHECK(lines.size() > 60);
  const auto kinds = std::size(surroundings);
  const auto all = static_cast<std::int64_t>(lines.size() * kinds);
  Trials trials{"verbs in hostile surroundings", 100, all};
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random&) {
    const auto at = static_cast<std::size_t>(number);
    const Line& line = lines.at(at / kinds);
    const Surrounding& where = surroundings[at % kinds];
    const std::string verdict = pharmacy.verdict(where, line.verb, line.command);
    if (!verdict.empty()) trials.tally("bad");
    CHECK_MESSAGE(verdict.empty(),
                  std::string{where.before} << " " << line.command << ": " << verdict);
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

TEST_CASE("a command that dies, says something else, or leaves a file behind, is found out") {
  Besieged pharmacy;
  const auto verdict = [&](const Surrounding& where, const char* verb = "store info") {
    return pharmacy.verdict(where, verb, verb);
  };
  CHECK(verdict({.before = "\"$0\""}) == "");
  CHECK(verdict({.before = "sh -c 'kill -9 $$' \"$0\""}) != "");
  CHECK(verdict({.before = "sh -c 'exit 70' \"$0\""}) != "");
  CHECK(verdict({.before = "sh -c 'exit 74' \"$0\""}) != "");
  CHECK(verdict({.before = "touch trap/left; \"$0\""}) == "it left a file, or ran another program");
}

TEST_CASE("a command that ends in hostile surroundings as no line says is found out") {
  const Ended clean{0, "12 files\n", "note\n"};
  const auto fault = [&](const Ended& ended, const Surrounding& where) {
    return fault_of(ended, clean, where, "store info");
  };
  const Surrounding plain{.before = ""};
  CHECK(fault({0, "13 files\n", "note\n"}, plain) == "");
  CHECK(fault({0, "", "note\n"}, plain) != "");
  CHECK(fault({0, "13 files\n", ""}, plain) != "");
  CHECK(fault({0, "13 files\n", "ERROR: ld.so: x\nnote\n"}, plain) == "");
  CHECK(fault({74, "", "store info: x\n"}, plain) != "");
  const Surrounding refused{.before = "", .refusal = 74, .verbs = {"store info"}};
  CHECK(fault({74, "", "store info: x\n"}, refused) == "");
  CHECK(fault({74, "", ""}, refused) != "");
  CHECK(fault({74, "13 files\n", "store info: x\n"}, refused) != "");
  CHECK(fault(clean, refused) != "");
  const Surrounding deaf{.before = "", .shows = Shows::no_answer};
  CHECK(fault({74, "", "store info: x\n"}, deaf) == "");
  CHECK(fault({74, "", ""}, deaf) != "");
  CHECK(fault({0, "", "note\n"}, deaf) != "");
  const Surrounding in_chinese{.before = "", .shows = Shows::other_words};
  CHECK(fault({0, "12 个文件\n", "注意\n"}, in_chinese) == "");
  CHECK(fault({0, "12 个文件\n", ""}, in_chinese) != "");
}

}  // namespace pharmacy::test
