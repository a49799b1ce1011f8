// The verbs that write by the programs' own word, against the table of how each is killed.
#include "roles/writing.h"

#include <doctest/doctest.h>

#include <set>

#include "apps/complain/complain.h"
#include "apps/member/member.h"
#include "apps/report/report.h"
#include "apps/store/store.h"
#include "apps/visit/visit.h"
#include "cli/frame_impl.h"
#include "roles/pharmacy.h"
#include "support/run.h"

namespace pharmacy::test {
namespace {

std::set<std::string> writing;

// Notes which of a program's verbs may change a store.
template <cli::Define define>
void note(cli::Frame& frame) {
  define(frame);
  for (const auto& [verb, action] : frame.impl().actions)
    if (action.writes) writing.insert(frame.impl().program + " " + verb->path);
}

std::set<std::string> writing_verbs() {
  writing.clear();
  for (const cli::Define define : {note<cli::define_store>, note<cli::member>,
                                   note<cli::define_visit>, note<cli::complain>, note<cli::report>})
    REQUIRE(run(define, {"--help"}).status == 0);
  return writing;
}

std::set<std::string> never_killed(const std::set<std::string>& verbs,
                                   const std::map<std::string, VerbSweep>& sweeps) {
  std::set<std::string> missing;
  for (const auto& verb : verbs)
    if (!sweeps.contains(verb)) missing.insert(verb);
  return missing;
}

}  // namespace

TEST_CASE("every verb that writes is killed by a sweep, or it is said why by none") {
  const auto verbs = writing_verbs();
  const auto sweeps = verb_sweeps();
  CHECK(verbs.size() > 100);
  for (const auto& verb : never_killed(verbs, sweeps)) FAIL_CHECK("killed by nothing: " << verb);
  const auto lines = read_lines();
  std::size_t killed = 0;
  for (const auto& [verb, sweep] : sweeps) {
    CAPTURE(verb);
    CHECK(lines.contains(verb));
    CHECK(sweep.text.size() > 3);
    if (sweep.how != VerbSweep::How::none) ++killed;
    if (sweep.how != VerbSweep::How::command) continue;
    // The last command is the verb's.
    std::string words;
    for (const auto& word : verb_command(verb, sweep.text).words) words += word + ' ';
    CHECK(words.starts_with(verb + ' '));
  }
  CHECK(killed > 95);
}

TEST_CASE("a verb that writes and that no sweep kills is noticed") {
  auto sweeps = verb_sweeps();
  REQUIRE(sweeps.erase("member edit") == 1);
  CHECK(never_killed(writing_verbs(), sweeps) == std::set<std::string>{"member edit"});
}

}  // namespace pharmacy::test
