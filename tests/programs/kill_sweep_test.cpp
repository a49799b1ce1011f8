// SIGKILL at every write-like system call of a sale: nothing acknowledged is lost, nothing is
// half done, and the store opens without repair.
#include <doctest/doctest.h>

#include <array>
#include <filesystem>

#include "programs/counter.h"

namespace pharmacy::test {

static constexpr std::array calls{"pwrite64",  "pwritev",   "write",  "fsync",
                                  "fdatasync", "ftruncate", "unlink", "rename",
                                  "renameat2", "openat",    "fcntl",  "flock"};
static constexpr int most_points = 400;

static const std::vector<std::string> sale{"buy", "6001", "6901234567890=2@28.00#B2291", "--op",
                                           "sweep-1"};

namespace {
struct Killed {
  bool killed = false;        // false: the program came to its end before the call
  bool acknowledged = false;  // it had said that the sale was made
};
// What is wrong with the store after a kill; empty where all is well.
using Verdict = std::string;
}  // namespace

static Killed sell_and_kill(const Counter& counter, const std::string& call, int number) {
  auto run = counter.command("visit", sale);
  const std::string inject = "inject=" + call + ":signal=SIGKILL:when=" + std::to_string(number);
  run.argv.insert(run.argv.begin(),
                  {"strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call, "-e", inject});
  const auto ended = run_process(run);
  REQUIRE_MESSAGE((ended.status == 0 || ended.status == 128 + 9), ended.err);
  return {ended.status != 0, !ended.out.empty()};
}

// `before`: how many receipts there were before the sale.
static Verdict judge(const Counter& counter, int before, bool acknowledged) {
  const auto check = counter.run("store", {"check"});
  if (check.status != 0) return "store check: " + check.out + check.err;
  const int after = counter.receipts();
  if (after < before || after > before + 1) return "receipts: " + std::to_string(after);
  if (acknowledged && after != before + 1) return "an acknowledged sale is lost";

  // Done again under the same operation id, it is there exactly once.
  const auto again = counter.run("visit", sale);
  if (again.status != 0) return "retry: " + again.err;
  if (counter.receipts() != before + 1) return "the retry had another effect";
  const auto points = counter.must("member", {"points", "6001", "--format", "json"});
  if (points.find("\"balance\":" + std::to_string(56 * (before + 1))) == std::string::npos) {
    return "points: " + points;
  }
  return {};
}

TEST_CASE("a sale killed at any write-like call is made or not made, and is never lost") {
  REQUIRE(std::filesystem::exists("/usr/bin/strace"));
  const Counter counter;
  counter.must("visit", {"buy", "6001", "6901234567890=2@28.00#B2291"});
  counter.keep();

  int points = 0;
  for (const std::string call : calls) {
    for (int number = 1; number <= most_points; ++number) {
      counter.put_back();
      const auto [killed, acknowledged] = sell_and_kill(counter, call, number);
      if (!killed) break;
      ++points;
      const auto verdict = judge(counter, 1, acknowledged);
      CHECK_MESSAGE(verdict.empty(), call << " " << number << ": " << verdict);
    }
  }
  MESSAGE("kill points: " << points);
  CHECK(points >= 20);

  // The control: a sale that claims to be made before its first write is on disk is found out.
  counter.put_back();
  const auto early = sell_and_kill(counter, "pwrite64", 1);
  REQUIRE(early.killed);
  CHECK(judge(counter, 1, true) == "an acknowledged sale is lost");
}

}  // namespace pharmacy::test
