// SIGKILL at every write-like system call of the commands that write: nothing acknowledged is lost,
// nothing is half done, and the store opens without repair.
#include <doctest/doctest.h>

#include <filesystem>

#include "db/migrate.h"
#include "deeds.h"
#include "killing.h"
#include "new_shop.h"
#include "support/old_schema.h"
#include "support/test_store.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

using Done = SweptCommand::Done;

enum class Share { every, sixteenth };

void kill_everywhere(const Counter& counter, const char* name, const Deed& deed, Share share) {
  const SweptCommand command(counter, deed, killing_calls, is_like_a_write);
  const auto all = static_cast<std::int64_t>(command.points().size());
  CHECK(all >= 50);
  Trials trials(std::string{"kill sweep of "} + name, share == Share::every ? all : all / 16, all);
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random&) {
    const CallPoint& point = command.points()[static_cast<std::size_t>(number)];
    const Ended ended = kill_at(command, point);
    if (ended.status != 0) trials.tally("killed");
    const auto verdict = command.judge(command.acknowledged(ended) ? Done::yes : Done::unknown);
    if (!verdict.empty()) trials.tally("bad");
    CHECK_MESSAGE(verdict.empty(), name << ": " << point.call << " " << point.k << ": " << verdict);
  });
  // A call more or less from run to run may be missed, not many.
  CHECK(trials.tallied("killed") * 10 >= trials.done() * 9);
}

void kill_each(const std::vector<NamedDeed>& deeds) {
  for (const auto& [name, prepare] : deeds) {
    const Counter counter;
    kill_everywhere(counter, name, prepare(counter), Share::sixteenth);
  }
}

}  // namespace

TEST_CASE("a sale killed at any write-like call is made or not made, and is never lost") {
  kill_everywhere({}, "a sale", one_sale, Share::every);
}

TEST_CASE("a change of a member killed at any write-like call is made or not made") {
  kill_everywhere({}, "a change of a member", one_edit, Share::every);
}

TEST_CASE("other commands killed at a write-like call are done or not done") {
  kill_each(daily_deeds);
}

TEST_CASE("changes of keys, staff and whole stores killed at a write-like call are done or not") {
  kill_each(store_deeds);
}

TEST_CASE("a new store whose making is killed is there with its key, or is made again") {
  const NewShop shop;
  const TempDir log;
  const auto points = calls_of(shop.init(), log.file("calls"), killing_calls, is_like_a_write);
  const auto all = std::ssize(points);
  CHECK(all >= 50);
  Trials trials("kill sweep of a new store", all / 50, all);
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random&) {
    const CallPoint& point = points[static_cast<std::size_t>(number)];
    shop.remove();
    const Ended ended = run_with(shop.init(), point, "signal=SIGKILL");
    if (ended.status != 0) trials.tally("killed");
    const auto verdict = shop.judge(ended.status == 0 || !ended.out.empty());
    if (!verdict.empty()) trials.tally("bad");
    CHECK_MESSAGE(verdict.empty(), point.call << " " << point.k << ": " << verdict);
  });
  CHECK(trials.tallied("killed") * 10 >= trials.done() * 9);
  // The control: a store of which it is said that it was made before it was.
  shop.remove();
  REQUIRE(run_with(shop.init(), {"fsync", 1}, "signal=SIGKILL").status != 0);
  CHECK(shop.judge(true) != "");
}

TEST_CASE("a change that is lost of a row that stays is found out") {
  const Counter counter;
  const SweptCommand command(counter, one_edit, killing_calls, is_like_a_write);
  const auto counts = counter.rows(Counter::Compared::counts);
  counter.put_back();
  counter.must("member", {"edit", "6001", "--phone", "13912345679", "--op", "sweep-1"});
  CHECK(counter.rows(Counter::Compared::counts) == counts);
  CHECK(command.judge(Done::yes).starts_with("half done, or damaged:\ncontact "));
}

TEST_CASE(
    "a change killed while it migrates its store is made or not made, from any older schema") {
  Trials trials("older schemas, killed at ten calls each", 1, 200);
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random& random) {
    const Counter counter;
    const std::int64_t schema = 1 + number % (db::newest_schema() - 1);
    put_schema_back(counter, schema);
    const Deed deed{.program = "member", .args = {"add", "李娜", "--phone", "13800138001"}};
    const SweptCommand command(counter, deed, killing_calls, is_like_a_write);
    const auto all = static_cast<std::uint32_t>(command.points().size());
    for (int i = 0; i < 10; ++i) {
      const CallPoint& point = command.points().at(random.below(all));
      const Ended ended = kill_at(command, point);
      if (ended.status != 0) trials.tally("killed");
      const auto verdict = command.judge(command.acknowledged(ended) ? Done::yes : Done::unknown);
      if (!verdict.empty()) trials.tally("bad");
      CHECK_MESSAGE(verdict.empty(),
                    "schema " << schema << ", " << point.call << " " << point.k << ": " << verdict);
    }
  });
  // A call more or less from run to run may be missed, not many.
  CHECK(trials.tallied("killed") * 10 >= trials.done() * 80);
}

TEST_CASE("a backup that is written in the place of the last is found out where it is cut off") {
  const Counter counter;
  const Deed deed = next_backup(counter);
  const SweptCommand command(counter, deed, killing_calls, is_like_a_write);
  const TempDir elsewhere;
  const auto whole = elsewhere.file("whole.backup");
  std::filesystem::copy_file(deed.file, whole);
  CHECK(command.judge(Done::unknown) == "");
  Run in_place;
  in_place.argv = {"strace",      "-f",          "-qq",
                   "-o",          "/dev/null",   "-e",
                   "trace=write", "-e",          "inject=write:signal=SIGKILL:when=5",
                   "dd",          "if=" + whole, "of=" + deed.file,
                   "bs=4096",     "status=none"};
  in_place.env = {"PATH=/usr/bin:/bin"};
  CHECK(run_process(in_place).status == 128 + 9);
  CHECK(command.judge(Done::unknown).starts_with("the file is not whole"));
}

TEST_CASE("a sale that is called made before its first write is on disk is found out") {
  const Counter counter;
  const SweptCommand command(counter, one_sale, killing_calls, is_like_a_write);
  REQUIRE(kill_at(command, {"pwrite64", 1}).status != 0);
  CHECK(command.judge(Done::yes) == "what was acknowledged is lost");
}

}  // namespace pharmacy::test
