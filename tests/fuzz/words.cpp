#include "fuzz/words.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <stdexcept>

#include "complain/complain.h"
#include "fuzz/store_targets.h"
#include "member/member.h"
#include "report/report.h"
#include "store/store.h"
#include "support/temp_dir.h"
#include "visit/visit.h"

namespace pharmacy::test {
namespace {

// The statuses of pharmacy(7), but for that of a bug.
constexpr std::array documented{0, 1, 2, 3, 4, 65, 66, 69, 73, 74, 75, 76, 77, 78};

// What tells of the program's inside.
constexpr std::array inner_words{"SELECT ",     "INSERT INTO", "DELETE FROM", "UPDATE ",
                                 "PRAGMA ",     "sqlite",      "SQLITE_",     "constraint failed",
                                 "no such tab", "no such col", ".cpp",        PHARMACY_SOURCE_DIR};

void take_words(std::string_view text) {
  static const TempDir directory;
  const Elsewhere elsewhere{directory.path()};
  std::istringstream lines{std::string{text}};
  std::string name, word;
  std::getline(lines, name);
  std::vector<std::string> args;
  while (args.size() < 100 && std::getline(lines, word)) {
    std::ranges::replace(word, '/', '_');
    std::ranges::replace(word, '\0', '_');
    args.push_back(word);
  }
  const auto program = std::ranges::find(programs(), name, &ProgramOf::name);
  const auto& chosen = program == programs().end() ? programs().front() : *program;
  const std::string fault = fault_of(run(chosen.define, args));
  if (!fault.empty()) throw std::logic_error(fault);
}

}  // namespace

const std::vector<ProgramOf>& programs() {
  static const std::vector<ProgramOf> all{{"store", cli::define_store},
                                          {"member", cli::member},
                                          {"visit", cli::define_visit},
                                          {"complain", cli::complain},
                                          {"report", cli::report}};
  return all;
}

std::string fault_of(const Ran& ran, const std::vector<std::string>& secrets) {
  if (std::ranges::find(documented, ran.status) == documented.end())
    return "status " + std::to_string(ran.status);
  // 1 says it all where what was looked for is not there, and nobody sits at a terminal.
  constexpr int not_there = 1;
  if (ran.status > not_there && ran.err.empty() && ran.out.empty())
    return "a failure that says nothing";
  for (const char* inner : inner_words)
    if (ran.err.find(inner) != std::string::npos) return std::string{"a message has "} + inner;
  for (const auto& secret : secrets)
    if (ran.err.find(secret) != std::string::npos) return "a message has what nobody gave it";
  return "";
}

Elsewhere::Elsewhere(const std::string& directory)
    : before_{::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC)} {
  if (before_ < 0 || ::chdir(directory.c_str()) != 0) throw std::runtime_error("cannot go there");
}

Elsewhere::~Elsewhere() {
  static_cast<void>(::fchdir(before_) == 0);
  ::close(before_);
}

FuzzTarget words_target() {
  return {.name = "words",
          .take = take_words,
          .seeds = {"visit\nbuy\n6001\n6901234567890=2@28.00#B2291\n--op\nx"},
          .usual = 30,
          .all = 100'000};
}

}  // namespace pharmacy::test
