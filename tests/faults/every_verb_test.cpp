// SIGKILL at a write-like call of every verb that writes, in a pharmacy where each has something to
// do: as kill_sweep_test.cpp, for the verbs that have no sweep of their own.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>

#include "deeds.h"
#include "killing.h"
#include "roles/pharmacy.h"
#include "roles/writing.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// More than any of these verbs makes.
constexpr std::int64_t calls_at_most = 160;

// By verb, the commands of the table.
std::vector<std::pair<std::string, std::string>> commands_of_verbs() {
  std::vector<std::pair<std::string, std::string>> commands;
  for (const auto& [verb, sweep] : verb_sweeps())
    if (sweep.how == VerbSweep::How::command) commands.emplace_back(verb, sweep.text);
  return commands;
}

// A verb and the pharmacy that it is done in.
class VerbInPharmacy {
 public:
  VerbInPharmacy(const std::string& verb, const std::string& text)
      : verb_{verb}, counter_{Pharmacy{}.dir().path()} {
    const auto command = verb_command(verb, text);
    for (const auto& words : command.before) {
      const auto ended = counter_.run(words.front(), args_of(words));
      REQUIRE_MESSAGE((ended.status == 0 || ended.status == 3), verb << ": " << ended.err);
    }
    Deed deed{.program = command.words.front(), .args = args_of(command.words)};
    if (verb == "store doctor") deed.status = 1;  // it has found something
    swept_ = std::make_unique<SweptCommand>(counter_, deed, killing_calls, is_like_a_write);
  }
  [[nodiscard]] const std::string& verb() const { return verb_; }
  [[nodiscard]] const SweptCommand& swept() const { return *swept_; }

 private:
  // Files of the pharmacy by their paths.
  [[nodiscard]] std::vector<std::string> args_of(const std::vector<std::string>& words) const {
    std::vector<std::string> args{words.begin() + 1, words.end()};
    for (auto& word : args)
      if (const auto file = counter_.dir().file(word); std::filesystem::is_regular_file(file))
        word = file;
    return args;
  }

  std::string verb_;
  Counter counter_;
  std::unique_ptr<SweptCommand> swept_;
};

}  // namespace

TEST_CASE("every verb that writes, killed at any write-like call, is done or not done") {
  const auto commands = commands_of_verbs();
  CHECK(commands.size() > 75);
  const auto all = std::ssize(commands) * calls_at_most;
  Trials trials("kill sweep of every verb", 4, all);
  trials.tally("bad", 0);
  std::unique_ptr<VerbInPharmacy> verb;
  trials.each([&](std::int64_t number, Random&) {
    const auto& command = commands.at(static_cast<std::size_t>(number / calls_at_most));
    const std::string& name = command.first;
    if (verb == nullptr || verb->verb() != name)
      verb = std::make_unique<VerbInPharmacy>(name, command.second);
    const auto& swept = verb->swept();
    const auto calls = std::ssize(swept.points());
    CHECK_MESSAGE((calls >= 40 && calls <= calls_at_most), name << ": " << calls << " calls");
    const auto k = number % calls_at_most;
    const CallPoint& point = swept.points().at(static_cast<std::size_t>(k % calls));
    const Ended ended = kill_at(swept, point);
    trials.tally(ended.status == 128 + 9 ? "killed" : "went on");
    const auto verdict = swept.judge(swept.acknowledged(ended) ? SweptCommand::Done::yes
                                                               : SweptCommand::Done::unknown);
    if (!verdict.empty()) trials.tally("bad");
    CHECK_MESSAGE(verdict.empty(), name << ": " << point.call << " " << point.k << ": " << verdict);
  });
  // A call more or less from run to run may be missed, and a usual run has few.
  CHECK(trials.tallied("killed") * 2 >= trials.done());
}

TEST_CASE("a verb that is called done where it was killed before its first write is found out") {
  const VerbInPharmacy verb{"member risk set", verb_sweeps().at("member risk set").text};
  REQUIRE(kill_at(verb.swept(), {"pwrite64", 1}).status != 0);
  CHECK(verb.swept().judge(SweptCommand::Done::yes) == "what was acknowledged is lost");
}

TEST_CASE("what a verb's table calls a sweep of its own is one") {
  std::set<std::string> sweeps{"a sale", "a change of a member", "a new store",
                               "a change of a passphrase"};
  for (const auto& deed : daily_deeds) sweeps.insert(deed.name);
  for (const auto& deed : store_deeds) sweeps.insert(deed.name);
  for (const auto& one : verb_sweeps())
    if (one.second.how == VerbSweep::How::deed)
      CHECK_MESSAGE(sweeps.contains(one.second.text), one.first << ": " << one.second.text);
}

}  // namespace pharmacy::test
