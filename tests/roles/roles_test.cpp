// Every verb as every role, against roles.txt; and every verb in hostile surroundings.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "support/prepared.h"
#include "support/process.h"
#include "support/temp_dir.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

constexpr std::array roles{"clerk", "service", "pharmacist", "manager", "auditor", "job"};
constexpr int not_permitted = 77;

struct Line {
  std::array<bool, roles.size()> may;
  std::string command;
};

std::string trimmed(std::string text) {
  text.erase(0, text.find_first_not_of(' '));
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

// By verb: "store staff list".
std::map<std::string, Line> read_lines() {
  std::map<std::string, Line> lines;
  std::ifstream file(PHARMACY_SOURCE_DIR "/tests/roles/roles.txt");
  for (std::string text; std::getline(file, text);) {
    if (text.empty() || text.starts_with('#')) continue;
    const auto first = text.find('|'), second = text.find('|', first + 1);
    REQUIRE(second != std::string::npos);
    Line line{{}, trimmed(text.substr(second + 1))};
    std::istringstream words(text.substr(0, first));
    for (bool& may : line.may) {
      std::string word;
      words >> word;
      REQUIRE((word == "yes" || word == "no"));
      may = word == "yes";
    }
    const auto [at, is_new] =
        lines.emplace(trimmed(text.substr(first + 1, second - first - 1)), line);
    CHECK_MESSAGE(is_new, at->first << " has two lines");
  }
  return lines;
}

// But for the first, which has the names of the columns.
std::multiset<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::multiset<std::string> lines;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) lines.insert(line);
  return lines;
}

// A pharmacy with somebody of each role, a member, a product, a sale, and files to import.
class Pharmacy {
 public:
  // Whether there are more members than one person may export, and a request for that.
  enum class Crowd { no, yes };

  explicit Pharmacy(Crowd crowd = Crowd::no) {
    prepare_today(dir_.path(), crowd == Crowd::no ? "pharmacy" : "crowd", [&] { set_up(crowd); });
  }

  [[nodiscard]] Ended run(const std::string& command, const std::string& key) const {
    Run run;
    run.argv = {"/bin/sh", "-c", "cd " + dir_.path().string() + " && " + command};
    run.env = {"PATH=" PHARMACY_BIN_DIR ":/usr/bin:/bin", "PHARMACY_STORE=store",
               "XDG_RUNTIME_DIR=" + (dir_.path() / "runtime").string()};
    if (!key.empty()) run.env.push_back("PHARMACY_KEY_FILE=" + key);
    return run_process(run);
  }
  [[nodiscard]] const TempDir& dir() const { return dir_; }

 private:
  void set_up(Crowd crowd) const {
    must("store init --login wangli --name 王丽 --new-key wangli.key", "");
    for (const std::string role : roles)
      must(
          fmt::format("store staff add r-{0} --name {0} --role {0} --new-key r-{0}.key "
                      "--allow-key-file",
                      role));
    must("member add 张伟 --phone 13800138000 --card 6001");
    must("member add 李晓 --card 6002");
    must("member add 李小 --card 6003");
    must("member merge 6003 6002");
    must("member add 康宁诊所 --kind clinic --card 8001");
    must("member licence add 8001 --kind 许可证 --number A1 --expires 2099-12-31");
    must("visit product add 6901234567890 氨氯地平片 --price 28.00");
    must("visit buy 6001 6901234567890=1#B1");
    must("visit buy 6001 6901234567890 --deliver-by tomorrow");
    must("visit buy 6001 6901234567890 --pay account");
    must("visit account pay 6001 2.00");
    must("visit request add 6001 6901234567890");
    must("visit counsel add 6001 --product 6901234567890 --dose 每次1片");
    must("complain action add 排班 --cause stock --to wangli --due 2099-12-31");
    must("visit lead add 王芳 --source event --phone 13700137001");
    live_through_complaints();
    must("visit recall open --product 6901234567890 --batch B1 --class 1");
    must("member consent give 6001 --purpose health");
    must("member consent give 6001 --purpose profiling");
    must("member health add 6001 --kind allergy --ingredient 青霉素");
    must("store backup made.backup");
    must("store address -o our.address");
    must("member export | store send - --as all.csv --to our.address -o made.sealed");
    if (crowd == Crowd::yes) {
      must("(echo name; seq -f '会员%g' 201) > crowd.csv && member import crowd.csv");
      must("! member export all.csv");
    }
    must("mkdir -m 700 runtime");
    must("store policy show > policy.toml");
    must("store train add r-clerk --topic privacy --score 90");
    must("store doctor; test $? = 1");
    must(
        "printf '{\"holidays\":{\"2026-10-01\":\"National Day,国庆节,3\"},"
        "\"workdays\":{},\"inLieuDays\":{}}' > 2026.json");
    must("store calendar close 2099-01-02 --reason 盘点");
    must("printf 'name,card\\n李娜,7001\\n' > members.csv");
    must("printf 'code,name\\nX2,样品\\n' > products.csv");
    must("printf 'reference,received_at,text\\nK1,2026-01-02 10:00,药盒少一板\\n' > cases.csv");
    must(
        "printf 'reference,received_at,text,kind\\nK0,2020-01-02,服药后皮疹,不良反应\\n' | "
        "complain import -");
    must("complain reaction set C2020-1 --grade general --known --onset 2020-01-01");
    must("printf 'code,generic_name\\n1,样品\\n' > national.csv");
    must("visit reference import national national.csv --edition 1");
    must(
        "printf 'receipt,at,product,quantity,amount\\nR1,2026-01-02 "
        "10:00,6901234567890,1,28.00\\n' "
        "> purchases.csv");
  }

  // Complaints of a year that does not change, one in each state that a verb needs: received,
  // acknowledged, paused, replied, closed; and suggestions, studied and adopted.
  void live_through_complaints() const {
    const std::string dated = " --on 2026-01-05 --reason 补录 --by 李娜 --contact 13900139000 缺货";
    for (int i = 0; i < 5; ++i) must("complain add" + dated);
    for (int i = 0; i < 2; ++i) must("complain add --kind suggestion" + dated);
    must("complain evidence add C2026-1 wangli.key --name photo.jpg");
    for (int i = 2; i <= 7; ++i) must(fmt::format("complain ack C2026-{}", i));
    must("complain pause C2026-3 --reason 等报告");
    must("complain reply C2026-4 已补货");
    must("complain close C2026-5 --as withdrawn --reason 撤回");
    must("complain suggest adopt C2026-7 下月起");
  }
  void must(const std::string& command, const std::string& key = "wangli.key") const {
    const auto ended = run(command, key);
    REQUIRE_MESSAGE(ended.status == 0, command << ": " << ended.err);
  }

  TempDir dir_;
};

// The verbs that a program's own completion knows, but for help and completion.
std::set<std::string> verbs_of(const Pharmacy& pharmacy, const std::string& program) {
  std::set<std::string> verbs;
  std::istringstream help(pharmacy.run(program + " help", "").out);
  bool within = false;
  for (std::string line; std::getline(help, line);) {
    if (line == "Verbs:") within = true;
    if (line.starts_with("Verbs of every")) within = false;
    if (!within || !line.starts_with("  ") || line.starts_with("    ")) continue;
    verbs.insert(program + " " + trimmed(line.substr(0, line.find("  ", 2))));
  }
  return verbs;
}

}  // namespace

TEST_CASE("every verb has a line in the table of roles, and every line is of a verb") {
  const Pharmacy pharmacy;
  std::set<std::string> verbs;
  for (const char* program : {"store", "member", "visit", "complain", "report"})
    verbs.merge(verbs_of(pharmacy, program));
  std::set<std::string> lines;
  for (const auto& [verb, line] : read_lines()) lines.insert(verb);
  CHECK(verbs.size() > 30);
  for (const auto& verb : verbs) CHECK_MESSAGE(lines.contains(verb), "without a line: " << verb);
  for (const auto& line : lines) CHECK_MESSAGE(verbs.contains(line), "no verb: " << line);
}

TEST_CASE("every role may do what the table says and nothing else, and each refusal is logged") {
  const Pharmacy pharmacy{Pharmacy::Crowd::yes};
  std::multiset<std::string> refusals;
  for (const auto& [verb, line] : read_lines()) {
    for (std::size_t i = 0; i < roles.size(); ++i) {
      const auto ended = pharmacy.run(line.command, fmt::format("r-{}.key", roles[i]));
      const bool refused = ended.status == not_permitted;
      CHECK_MESSAGE(refused != line.may[i], verb << " as " << std::string(roles[i]) << ": "
                                                 << ended.status << ' ' << ended.err);
      // A command that is wrong in itself would be refused to nobody.
      const bool found_something = ended.status == 1 && verb == "store doctor";
      CHECK_MESSAGE((refused || ended.status == 0 || ended.status == 3 || found_something),
                    verb << ": " << ended.status << ' ' << ended.err);
      if (!refused) continue;
      CHECK(ended.out == "");
      // What is restored has a log of its own, which goes with it.
      if (verb == "store restore") continue;
      refusals.insert(fmt::format("r-{},{}", roles[i], verb));
    }
  }
  const auto log = pharmacy.run(
      "store audit list --kind refusal --limit 10000 --format csv --columns staff,command",
      "wangli.key");
  CHECK(lines_of(log.out) == refusals);
}

TEST_CASE("whoever was disabled, and whoever has no key, may do nothing at all") {
  const Pharmacy pharmacy;
  REQUIRE(pharmacy.run("store staff disable r-manager", "wangli.key").status == 0);
  // What needs no store; and a backup opens with what opened the store when it was made.
  const std::set<std::string> open_to_all{"store init", "store config show", "store lock",
                                          "store verify", "store restore"};
  for (const auto& [verb, line] : read_lines()) {
    for (const char* key : {"r-manager.key", ""}) {
      const auto ended = pharmacy.run(line.command + " --no-input", key);
      CHECK_MESSAGE((ended.status == not_permitted || open_to_all.contains(verb)),
                    verb << " with " << key << ": " << ended.status << ' ' << ended.err);
      if (ended.status == not_permitted) CHECK(ended.out == "");
    }
  }
}

TEST_CASE("while nothing can be logged, nobody is shown by any verb") {
  const Pharmacy pharmacy;
  const auto shows_somebody = [](const Ended& ended) {
    return (ended.out + ended.err).find("张伟") != std::string::npos;
  };
  int shown = 0;
  for (const auto& [verb, line] : read_lines()) {
    shown += shows_somebody(pharmacy.run(line.command, "wangli.key"));
    // Somebody else writes all the while.
    const auto ended =
        pharmacy.run("flock store/store.lock " + line.command + " --wait 0", "wangli.key");
    CHECK_MESSAGE(!shows_somebody(ended), verb << ": " << ended.out);
    const bool asks_nobody = verb == "store approve";  // there is no request
    CHECK_MESSAGE((ended.status == 0 || ended.status == 3 || ended.status == 75 ||
                   (ended.status == 1 && asks_nobody)),
                  verb << ": " << ended.err);
  }
  CHECK(shown >= 5);
}

TEST_CASE("a line that says otherwise is noticed") {
  const Pharmacy pharmacy;
  CHECK(pharmacy.run("report daily today", "r-clerk.key").status == not_permitted);
  CHECK(pharmacy.run("report daily today", "r-auditor.key").status == 0);
}

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
  for (const auto& [verb, line] : read_lines()) {
    // What needs a terminal made for it is run by another program.
    if (line.command.starts_with(verb)) commands.push_back(line.command);
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
