// Every verb where its entry in the access log cannot be written: the answer does not come first.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <map>
#include <set>

#include "roles/pharmacy.h"

namespace pharmacy::test {
namespace {

// What only records of persons have: a member's name, a complainant's, a prospect's, what was noted
// of somebody's health, what a complaint says.
constexpr std::array canaries{"张伟", "李晓", "李娜", "王芳", "青霉素", "缺货", "皮疹", "138001"};

// Those that a command shows and did not get.
std::set<std::string> shown_by(const Ended& ended, const std::string& command) {
  std::set<std::string> shown;
  for (const std::string canary : canaries)
    if ((ended.out + ended.err).find(canary) != std::string::npos &&
        command.find(canary) == std::string::npos)
      shown.insert(canary);
  return shown;
}

// Where nothing can be logged, and with which statuses a command says so. What is put before a
// command has it run there.
struct Unlogged {
  const char* name;
  const char* before;
  std::set<int> statuses;
};
const std::array unlogged{
    // Somebody else writes all the while.
    Unlogged{"gate held", "flock store/store.lock ", {75}},
    // The disk takes nothing: whatever would make a file larger fails.
    Unlogged{"disk full", "env --ignore-signal=XFSZ prlimit --fsize=0 ", {74}},
};

// What a command does that shows or changes nothing of a person, and so needs no entry.
bool ends_without_entry(int status) { return status == 0 || status == 3; }

// What is wrong with how a command ends that cannot be logged; empty where nothing is.
std::string fault_unlogged(const Ended& ended, const std::string& command, const Unlogged& where) {
  if (const auto shown = shown_by(ended, command); !shown.empty())
    return "it shows " + *shown.begin();
  if (where.statuses.contains(ended.status))
    return ended.out.empty() ? "" : "it says that it failed, after it answered";
  return ends_without_entry(ended.status) ? "" : fmt::format("status {}", ended.status);
}

}  // namespace

TEST_CASE("while nothing can be logged, nobody is shown by any verb") {
  const Pharmacy pharmacy;
  std::map<std::string, int> shown, refused;
  for (const auto& [what, line] : read_lines()) {
    if (!line.permission.empty() && line.permission != "reveal") continue;  // as the verb alone
    for (const auto& canary : shown_by(pharmacy.run(line.command, "wangli.key"), line.command))
      ++shown[canary];
    for (const auto& where : unlogged) {
      const std::string command = where.before + line.command +
                                  (std::string_view{where.name} == "gate held" ? " --wait 0" : "");
      const auto ended = pharmacy.run(command, "wangli.key");
      const std::string fault = fault_unlogged(ended, line.command, where);
      const bool asks_nobody =
          line.verb == "store approve" && ended.status == 1;  // there is no request
      CHECK_MESSAGE((fault.empty() || asks_nobody),
                    what << ", " << where.name << ": " << fault << ": " << ended.out << ended.err);
      refused[where.name] += where.statuses.contains(ended.status);
    }
  }
  // Each is shown by some verb where there is a log.
  for (const std::string canary : canaries) CHECK_MESSAGE(shown[canary] > 0, canary);
  for (const auto& where : unlogged) CHECK_MESSAGE(refused[where.name] > 40, where.name);
}

TEST_CASE("an answer before its entry in the log is found out") {
  const Unlogged where = unlogged.front();
  const auto fault = [&](int status, const std::string& out) {
    return fault_unlogged({status, out, ""}, "member show 6001", where);
  };
  CHECK(fault(75, "") == "");
  CHECK(fault(0, "8 products") == "");
  CHECK(fault(75, "header") != "");
  CHECK(fault(75, "张伟") != "");
  CHECK(fault(0, "李娜") != "");
  CHECK(fault(77, "") != "");
}

}  // namespace pharmacy::test
