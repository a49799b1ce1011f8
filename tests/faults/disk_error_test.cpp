// An error of the disk at every call by which the commands on keys and whole stores reach their
// files: the store opens afterwards, as it was or changed, and nothing acknowledged is lost.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>

#include "deeds.h"
#include "disk_errors.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// Of a file of the store, or beside it.
auto reaches_a_file(const Counter& counter) { return reaches(counter.dir().path().string()); }

using Done = SweptCommand::Done;

// What is wrong after the command ended so; what it says may be lost with all it writes.
std::string fault_after(const SweptCommand& command, const Ended& ended,
                        const std::set<int>& statuses = of_the_disk, bool is_mute = false) {
  if (!statuses.contains(ended.status)) return "not a status to expect";
  const bool is_told = ended.err.find(command.deed().program + " ") != std::string::npos;
  if (ended.status != 0 && !is_told && !is_mute) return "no message of its own";
  if (ended.err.find("bug") != std::string::npos) return "called a bug";
  // An entry of the access log that could not be synced may be there.
  const bool is_log = ended.err.find("writing the access log failed") != std::string::npos;
  const bool open = is_mute || is_log || ended.err.find("--op") != std::string::npos ||
                    !command.deed().halfway.empty() ||
                    ended.err.find("in its place all the same") != std::string::npos;
  return command.judge(ended.status == 0 ? Done::yes : open ? Done::unknown : Done::no);
}

void fail_everywhere(const char* name, std::int64_t usual) {
  const Counter counter;
  Deed deed = deed_named(counter, name);
  deed.args.insert(deed.args.end(), {"--wait", "1"});
  const SweptCommand command(counter, deed, disk_calls, reaches_a_file(counter));
  CHECK(command.points().size() >= 20);
  const auto errors = disk_errors(command.points());
  Trials trials(std::string{"errors of the disk in "} + name, usual, std::ssize(errors));
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random&) {
    const DiskError& error = errors.at(static_cast<std::size_t>(number));
    const Ended ended = command.inject(error.point, injection(error), injection_end(error));
    trials.tally(fmt::format("status {}", ended.status));
    const auto fault = fault_after(command, ended, statuses_of(error), error.is_mute());
    if (!fault.empty()) trials.tally("bad");
    CHECK_MESSAGE(fault.empty(), std::string{name} << ": " << to_string(error) << ": " << fault
                                                   << " (status " << ended.status << ", said \""
                                                   << ended.err << "\")");
  });
}

// The k-th call of the name that reaches a file, and is said to have been done.
Ended pretend(const SweptCommand& command, const std::string& call, int k, const char* result) {
  for (const CallPoint& point : command.points())
    if (point.call == call && --k == 0)
      return command.inject(point, fmt::format("retval={}", result));
  FAIL("no such call");
  return {};
}

}  // namespace

TEST_CASE("an error of the disk in a command on keys or a whole store leaves it whole") {
  for (const char* name : {"a backup", "a store made of a backup", "a change of keys",
                           "a new key in the place of a lost one", "somebody let in no more",
                           "an anchor", "a file to another store"})
    fail_everywhere(name, 1);
}

TEST_CASE("an error of the disk in a sale or a change of a member leaves it done or not done") {
  for (const char* name : {"a sale", "a change of a member"}) fail_everywhere(name, 3);
}

TEST_CASE("a command that gives up where it was interrupted is found out") {
  const Counter counter;
  const SweptCommand command(counter, one_edit, "fdatasync", reaches_a_file(counter));
  const DiskError interruption{command.points().front(), "EINTR", false};
  const Ended ended = command.inject(interruption.point, "error=EIO");
  CHECK(fault_after(command, ended) == "");
  CHECK(fault_after(command, ended, statuses_of(interruption)) == "not a status to expect");
  // What is interrupted and does go on.
  CHECK(fault_after(command, command.inject(interruption.point, injection(interruption)),
                    statuses_of(interruption)) == "");
}

TEST_CASE("a store that a restore has put aside stays, also where the disk fails then") {
  const Counter counter;
  const SweptCommand command(counter, deed_named(counter, "a store made of a backup"), "fsync",
                             reaches_a_file(counter));
  REQUIRE(!command.points().empty());
  const Ended ended = command.inject(command.points().back(), "error=EIO");
  CHECK(ended.status == 74);
  int aside = 0;
  for (const auto& entry : std::filesystem::directory_iterator(counter.dir().path()))
    if (entry.path().filename().string().starts_with("store.aside-") &&
        std::filesystem::exists(entry.path() / "store.keys"))
      ++aside;
  CHECK(aside == 1);
  CHECK(ended.err.find("the store that was there is at ") != std::string::npos);
  CHECK(fault_after(command, ended) == "");
}

TEST_CASE("a backup of which a write was lost is found out") {
  const Counter counter;
  const SweptCommand command(counter, deed_named(counter, "a backup"), disk_calls,
                             reaches_a_file(counter));
  const Ended ended = pretend(command, "write", 3, "1");
  CHECK(ended.status == 0);
  CHECK(fault_after(command, ended).starts_with("the file is not whole"));
}

TEST_CASE("a change of keys of which a file did not get its name is found out") {
  const Counter counter;
  const SweptCommand command(counter, deed_named(counter, "a change of keys"), disk_calls,
                             reaches_a_file(counter));
  CHECK(fault_after(command, pretend(command, "rename", 1, "0")) != "");
}

}  // namespace pharmacy::test
