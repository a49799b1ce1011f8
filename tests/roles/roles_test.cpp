// Every verb as every role, against roles.txt.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <iterator>
#include <set>
#include <sstream>

#include "roles/pharmacy.h"
#include "support/trials.h"
#include "vault/permissions.h"

namespace pharmacy::test {
namespace {

using vault::Permission;

// But for the first, which has the names of the columns.
std::multiset<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::multiset<std::string> lines;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) lines.insert(line);
  return lines;
}

// Whether the table says of this role what was done. A command that is wrong in itself would be
// refused to nobody.
bool agrees(const Ended& ended, const Line& line, std::size_t role) {
  if (line.status[role] != 0 || !line.permission.empty()) return ended.status == line.status[role];
  const bool found_something = ended.status == 1 && line.verb == "store doctor";
  return ended.status == 0 || ended.status == refused_by_rule || found_something;
}

// What is wrong with a line of a permission that says otherwise than the rules of the library.
// Empty where it is right.
std::string fault_of(const Line& line, const Line& verb_alone) {
  const auto permission = from_word<Permission>(line.permission);
  if (!permission) return "there is no such permission";
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const Role role = from_word<Role>(roles[i]).value();
    const bool has = verb_alone.status[i] == 0 && vault::may(std::array{role}, *permission);
    if ((line.status[i] == 0) != has)
      return fmt::format("{} {} the permission", roles[i], has ? "has" : "has not");
  }
  return "";
}

// Whether it is refused to somebody who may do what the verb does alone.
bool takes_more(const Line& line, const Line& verb_alone) {
  for (std::size_t i = 0; i < roles.size(); ++i)
    if (verb_alone.status[i] == 0 && line.status[i] != 0) return true;
  return false;
}

// The permissions that no refusal in the log names and no line of the table.
std::set<std::string> unexercised(const std::multiset<std::string>& log,
                                  const std::map<std::string, Line>& lines) {
  std::set<std::string> left;
  for (const auto& [permission, word] : EnumNames<Permission>::table) left.insert(word);
  for (const auto& entry : log) left.erase(entry.substr(entry.rfind(',') + 1));
  for (const auto& [what, line] : lines)
    if (takes_more(line, lines.at(line.verb))) left.erase(line.permission);
  return left;
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
  const auto all = read_lines();
  for (const auto& [what, line] : all) {
    lines.insert(line.verb);
    CHECK_MESSAGE(all.contains(line.verb), "only with a further permission: " << line.verb);
  }
  CHECK(verbs.size() > 30);
  for (const auto& verb : verbs) CHECK_MESSAGE(lines.contains(verb), "without a line: " << verb);
  for (const auto& line : lines) CHECK_MESSAGE(verbs.contains(line), "no verb: " << line);
}

TEST_CASE("what takes a further permission is refused to who lacks that and nothing else") {
  const auto lines = read_lines();
  for (const auto& [what, line] : lines) {
    if (line.permission.empty()) continue;
    const std::string fault = fault_of(line, lines.at(line.verb));
    CHECK_MESSAGE(fault.empty(), what << ": " << fault);
  }
  Line line = lines.at("visit buy + override_check");
  const Line& verb = lines.at("visit buy");
  line.permission = "override";
  CHECK(fault_of(line, verb) != "");
  line.permission = "sell_at_risk";  // a manager's
  CHECK(fault_of(line, verb) != "");
  line.permission = "override_check";
  CHECK((fault_of(line, verb) == "" && takes_more(line, verb)));
  line.status = verb.status;
  CHECK((fault_of(line, verb) != "" && !takes_more(line, verb)));
}

TEST_CASE("every role may do what the table says and nothing else, and each refusal is logged") {
  const Pharmacy pharmacy{Pharmacy::Crowd::yes};
  const auto lines = read_lines();
  std::multiset<std::string> refusals;
  for (const auto& [what, line] : lines) {
    for (std::size_t i = 0; i < roles.size(); ++i) {
      const auto ended = pharmacy.run(line.command, fmt::format("r-{}.key", roles[i]));
      const bool refused = ended.status == not_permitted;
      CHECK_MESSAGE(agrees(ended, line, i), what << " as " << std::string(roles[i]) << ": "
                                                 << ended.status << ' ' << ended.err);
      if (!refused) continue;
      CHECK(ended.out == "");
      // What is restored has a log of its own, which goes with it.
      if (line.verb == "store restore") continue;
      refusals.insert(fmt::format("r-{},{}", roles[i], line.verb));
    }
  }
  const auto logged = [&](const char* columns) {
    return lines_of(pharmacy
                        .run(fmt::format("store audit list --kind refusal --limit 10000 "
                                         "--format csv --columns {}",
                                         columns),
                             "wangli.key")
                        .out);
  };
  CHECK(logged("staff,command") == refusals);
  const auto details = logged("staff,detail");
  for (const auto& left : unexercised(details, lines))
    CHECK_MESSAGE(left == "restore", "no line of the table takes the permission " << left);
  auto without = lines;
  std::erase_if(without, [](const auto& line) { return line.second.permission == "sell_at_risk"; });
  CHECK(unexercised(details, without).contains("sell_at_risk"));
}

TEST_CASE("a line that says otherwise of any role is noticed") {
  const Pharmacy pharmacy;
  const auto lines = read_lines();
  Trials trials{"lines of the table with one word changed", 12,
                static_cast<std::int64_t>(lines.size() * roles.size())};
  trials.each([&](std::int64_t number, Random&) {
    const auto role = static_cast<std::size_t>(number) % roles.size();
    const auto& [what, line] =
        *std::next(lines.begin(), number / static_cast<std::int64_t>(roles.size()));
    const auto ended = pharmacy.run(line.command, fmt::format("r-{}.key", roles[role]));
    Line falsified = line;
    falsified.status[role] = line.status[role] == 0 ? not_permitted : 0;
    CHECK_MESSAGE(agrees(ended, line, role), what << " as " << std::string(roles[role]));
    CHECK_MESSAGE(!agrees(ended, falsified, role), what << " as " << std::string(roles[role]));
  });
}

}  // namespace pharmacy::test
