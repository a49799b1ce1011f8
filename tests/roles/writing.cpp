#include "roles/writing.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "roles/pharmacy.h"

namespace pharmacy::test {
namespace {

const std::string dry = " --dry-run";

VerbSweep sweep_in(const std::string& text) {
  using How = VerbSweep::How;
  if (text.starts_with("= ")) return {How::deed, text.substr(2)};
  if (text.starts_with("- ")) return {How::none, text.substr(2)};
  return {How::command, text};
}

std::vector<std::string> words_in(const std::string& text) {
  std::istringstream rest(text);
  std::vector<std::string> words;
  for (std::string word; rest >> word;) words.push_back(word);
  return words;
}

}  // namespace

std::map<std::string, VerbSweep> verb_sweeps() {
  std::map<std::string, VerbSweep> sweeps;
  for (const auto& [what, line] : read_lines())
    if (const auto at = line.command.find(dry);
        line.permission.empty() && at != std::string::npos) {
      std::string command = line.command;
      sweeps[line.verb] = {VerbSweep::How::command, command.erase(at, dry.size())};
    }
  std::ifstream file(PHARMACY_SOURCE_DIR "/tests/roles/writing.txt");
  for (std::string text; std::getline(file, text);) {
    if (text.empty() || text.starts_with('#')) continue;
    const auto bar = text.find('|');
    REQUIRE_MESSAGE(bar != std::string::npos, text);
    sweeps[trimmed(text.substr(0, bar))] = sweep_in(trimmed(text.substr(bar + 1)));
  }
  return sweeps;
}

VerbCommand verb_command(const std::string& verb, const std::string& text) {
  const std::string and_then = "&&";
  VerbCommand command;
  std::size_t from = 0;
  for (auto at = text.find(and_then); at != std::string::npos; at = text.find(and_then, from)) {
    command.before.push_back(words_in(text.substr(from, at - from)));
    from = at + and_then.size();
  }
  command.words = words_in(text.substr(from));
  const auto status = read_lines().at(verb).status;
  const auto manager = std::ranges::find(roles, std::string_view{"manager"}) - roles.begin();
  if (status.at(static_cast<std::size_t>(manager)) != 0) {
    const auto who = std::ranges::find(status, 0) - status.begin();
    command.words.insert(
        command.words.end(),
        {"--key-file", std::string{"r-"} + roles.at(static_cast<std::size_t>(who)) + ".key"});
  }
  return command;
}

}  // namespace pharmacy::test
