// Every example in the manual, in README.md and in the programs' help is run as it stands, at a
// terminal.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <regex>
#include <string>
#include <vector>

#include "manual/desk.h"
#include "tidy/rules.h"

using namespace pharmacy::test;

namespace {

using Lines = std::vector<std::string>;

constexpr std::array programs{"store", "member", "visit", "complain", "report"};

// A line that runs a program of the suite, without its prompt; of the others, nothing.
std::string command_of(const std::string& line) {
  static const std::regex command{"^\\s*(?:\\$ )?((?:store|member|visit|complain|report) .*)$"};
  std::smatch found;
  if (!std::regex_match(line, found, command)) return "";
  return std::regex_replace(found[1].str(), std::regex{"\\s+# .*$"}, "");
}

// The commands of `text`, those that go on after a backslash in one piece.
Lines commands_in(const std::string& text) {
  const auto joined = std::regex_replace(text, std::regex{"\\\\\n\\s*"}, "");
  Lines all;
  for (const auto& line : tidy::lines_of(joined)) {
    if (auto command = command_of(line); !command.empty()) all.push_back(std::move(command));
  }
  return all;
}

// The part of `text` from the line `from` to the next line that begins as `to` does, or, without
// that, to the next empty line.
std::string part(const std::string& text, const std::string& from, const std::string& to) {
  const auto begin = text.find('\n' + from + '\n');
  if (begin == std::string::npos) return "";
  const auto inside = begin + from.size() + 2;
  return text.substr(inside, text.find(to.empty() ? "\n\n" : '\n' + to, inside) - inside);
}

std::string file(const std::string& path) {
  const auto slash = path.rfind('/');
  const auto found = tidy::sources({path}, {path.substr(slash + 1)});
  REQUIRE(found.size() == 1);
  return found.front().text;
}

void check(const Desk& desk, const std::string& command) {
  const auto ended = desk.type(command);
  // A person with a key file is something to find at every desk.
  // Nor is anybody sold what she is allergic to, nor an effect counted on the day of its cause.
  const int expected = command.starts_with("store doctor")           ? 1
                       : command == "visit check 6001 6905555555555" ? 3
                       : command == "complain action check 1"        ? 3
                                                                     : 0;
  CHECK_MESSAGE(ended.status == expected, command << "\n" << ended.out << ended.err);
}

// One after the other, as a reader would type them.
void check_in_order(const Lines& commands, Before before) {
  CHECK(!commands.empty());
  const Desk desk{before};
  for (const auto& command : commands) check(desk, command);
}

std::string help(const Desk& desk, const std::string& of) {
  const auto ended = desk.type(of);
  REQUIRE(ended.status == 0);
  return std::regex_replace(ended.out, std::regex{"\r"}, "");
}

// The verbs of a program, as its help lists them.
Lines verbs(const Desk& desk, const std::string& name) {
  static const std::regex verb{"^  (\\S+(?: \\S+)*)(?:  .*)?$"};
  Lines all;
  for (const auto& line : tidy::lines_of(part(help(desk, name + " --help"), "Verbs:", ""))) {
    std::smatch found;
    if (std::regex_match(line, found, verb)) all.push_back(found[1]);
  }
  return all;
}

Before before_example(const std::string& program, const std::string& verb) {
  if (program == "complain") return Before::trade;
  if (verb == "init") return Before::nothing;
  if (verb == "staff passphrase") return Before::phrase;
  if (verb.starts_with("staff ") && verb != "staff add") return Before::staff;
  for (const char* of :
       {"verify", "restore", "checkup ", "finding ", "train annul", "calendar open"}) {
    if (verb.starts_with(of)) return Before::kept;
  }
  for (const char* of : {"action ", "counsel ", "health ", "licence ", "pref ", "request "}) {
    if (verb.starts_with(of)) return Before::trade;
  }
  return verb.ends_with("add") ? Before::store : Before::trade;
}

// Nobody shows these alone, or with a key file: they take another person's request, or a session.
bool is_shown_elsewhere(const std::string& verb) {
  return verb == "approve" || verb == "unlock" || verb == "lock";
}

void check_page(const std::string& page, Before before) {
  check_in_order(commands_in(part(file("man/" + page), ".Sh EXAMPLES", ".Sh")), before);
}

}  // namespace

TEST_CASE("the examples of member(1) run") { check_page("member.1", Before::store); }
TEST_CASE("the examples of visit(1) run") {
  const Desk desk{Before::files};
  check(desk, "member add 张伟 --card 6001");
  for (const auto& each : commands_in(part(file("man/visit.1"), ".Sh EXAMPLES", ".Sh")))
    check(desk, each);
}
TEST_CASE("the examples of complain(1) run") { check_page("complain.1", Before::trade); }
TEST_CASE("the examples of report(1) run") { check_page("report.1", Before::trade); }
TEST_CASE("the examples of pharmacy(7) run") { check_page("pharmacy.7", Before::trade); }
TEST_CASE("the examples of store(1) run") {
  for (const auto& each : commands_in(part(file("man/store.1"), ".Sh EXAMPLES", ".Sh")))
    check(Desk{each.starts_with("store init")              ? Before::nothing
               : each.starts_with("store staff disable")   ? Before::staff
               : each.starts_with("store calendar import") ? Before::files
               : each.find("kangmin") != std::string::npos ? Before::trade
               : each.starts_with("store finding") || each.starts_with("store checkup") ||
                       each.starts_with("store calendar open")
                   ? Before::kept
                   : Before::store},
          each);
}

TEST_CASE("the five minutes of the README run") {
  check_in_order(commands_in(part(file("README.md"), "## Five minutes", "## ")), Before::nothing);
}
TEST_CASE("backups are made and restored as the README says") {
  check_in_order(commands_in(part(file("README.md"), "## Backups", "## ")), Before::trade);
}
TEST_CASE("files go from one pharmacy to another as the README says") {
  check_in_order(commands_in(part(file("README.md"), "## Files for another pharmacy", "## ")),
                 Before::trade);
}
TEST_CASE("the README's doctor finds something, and what it found is seen to") {
  check_in_order(commands_in(part(file("README.md"), "## The doctor", "## ")), Before::kept);
}
TEST_CASE("the README's counter checks, and members get what they ask for") {
  check_in_order(commands_in(part(file("README.md"), "## At the counter", "## ")), Before::trade);
}
TEST_CASE("moving from another system runs as the README says") {
  check_in_order(commands_in(part(file("README.md"), "## Moving from another system", "## ")),
                 Before::trade);
}
TEST_CASE("the README's rules are compared and set") {
  check_in_order(commands_in(part(file("README.md"), "## The rules of the pharmacy", "## ")),
                 Before::files);
}
TEST_CASE("the README's people come and go") {
  check_in_order(commands_in(part(file("README.md"), "## People", "## ")), Before::store);
}
TEST_CASE("the README's members are not alike") {
  check_in_order(commands_in(part(file("README.md"), "## Members who are not alike", "## ")),
                 Before::trade);
}
TEST_CASE("the README's store for scripts is made") {
  check_in_order(commands_in(part(file("README.md"), "## Scripts and timers", "## ")),
                 Before::nothing);
}

TEST_CASE("the examples of every verb's help run, each by itself") {
  const Desk trade{Before::trade};
  int seen = 0;
  for (const std::string name : programs) {
    for (const auto& verb : verbs(trade, name)) {
      const auto text = help(trade, name + " help " + verb);
      const auto commands = commands_in(part(text, "Examples:", ""));
      CHECK_MESSAGE(!commands.empty(), name << ' ' << verb);
      ++seen;
      const auto before = before_example(name, verb);
      if (is_shown_elsewhere(verb)) continue;
      for (const auto& command : commands) check(Desk{before}, command);
    }
  }
  CHECK(seen > 60);
}

TEST_CASE("an example that fails is noticed") {
  const Desk desk{Before::store};
  CHECK(desk.type("member show 6001").status == 1);
  CHECK(desk.type("member ad 张伟").status == 2);
  CHECK(commands_in("$ member add 张伟   # one\n30 6 1 * * /usr/bin/report x\nvisit import a \\\n"
                    "  --set b=c\n") == Lines{"member add 张伟", "visit import a --set b=c"});
}
