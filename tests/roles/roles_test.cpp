// Every verb as every role, against roles.txt.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <iterator>
#include <set>
#include <sstream>

#include "roles/pharmacy.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// But for the first, which has the names of the columns.
std::multiset<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::multiset<std::string> lines;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) lines.insert(line);
  return lines;
}

// Whether the table says of this role what was done.
bool agrees(const Ended& ended, const Line& line, std::size_t role) {
  return (ended.status != not_permitted) == line.may[role];
}

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
      CHECK_MESSAGE(agrees(ended, line, i), verb << " as " << std::string(roles[i]) << ": "
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

TEST_CASE("a line that says otherwise of any role is noticed") {
  const Pharmacy pharmacy;
  const auto lines = read_lines();
  Trials trials{"lines of the table with one word changed", 12,
                static_cast<std::int64_t>(lines.size() * roles.size())};
  trials.each([&](std::int64_t number, Random&) {
    const auto role = static_cast<std::size_t>(number) % roles.size();
    const auto& [verb, line] =
        *std::next(lines.begin(), number / static_cast<std::int64_t>(roles.size()));
    const auto ended = pharmacy.run(line.command, fmt::format("r-{}.key", roles[role]));
    Line falsified = line;
    falsified.may[role] = !line.may[role];
    CHECK_MESSAGE(agrees(ended, line, role), verb << " as " << std::string(roles[role]));
    CHECK_MESSAGE(!agrees(ended, falsified, role), verb << " as " << std::string(roles[role]));
  });
}

}  // namespace pharmacy::test
