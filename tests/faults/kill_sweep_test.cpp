// SIGKILL at every write-like system call of the commands that write: nothing acknowledged is lost,
// nothing is half done, and the store opens without repair.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "db/migrate.h"
#include "support/counter.h"
#include "support/old_schema.h"
#include "support/test_store.h"
#include "support/trials.h"

namespace pharmacy::test {

static const std::string killing_calls =
    "pwrite64,pwritev,write,fsync,fdatasync,ftruncate,unlink,rename,renameat2,openat,fcntl,flock";

namespace {

// A command that writes.
struct Deed {
  std::string program;
  std::vector<std::string> args;
  std::string leaves_whole = {};  // a backup
};

struct Killed {
  bool killed = false;        // false: the program came to its end before the call
  bool acknowledged = false;  // it had said that it was done
};

// The k-th call of that name.
struct Point {
  std::string call;
  int k;
};

class Sweep {
 public:
  Sweep(const Counter& counter, Deed deed) : counter_(counter), deed_(std::move(deed)) {
    deed_.args.insert(deed_.args.end(), {"--op", "sweep-1"});
    counter_.keep();
    before_ = counter_.rows();
    points_ = all_points();
    after_ = counter_.rows();
    REQUIRE(before_ != after_);
  }

  [[nodiscard]] const std::vector<Point>& points() const { return points_; }

  Killed kill_at(const Point& point) {
    counter_.put_back();
    const auto ended = run_process(
        traced({"-o", "/dev/null", "-e", "trace=" + point.call, "-e",
                "inject=" + point.call + ":signal=SIGKILL:when=" + std::to_string(point.k)}));
    REQUIRE_MESSAGE((ended.status == 0 || ended.status == 128 + 9), ended.err);
    return {ended.status != 0, !ended.out.empty() || !ended.err.empty()};
  }

  // What is wrong with the store after a kill; empty where all is well.
  [[nodiscard]] std::string judge(bool acknowledged) const {
    const auto found = counter_.rows();
    if (found != before_ && found != after_) return "half done, or damaged:\n" + found;
    if (acknowledged && found != after_) return "what was acknowledged is lost";
    if (!deed_.leaves_whole.empty()) {
      const auto verified = counter_.run("store", {"verify", deed_.leaves_whole});
      if (verified.status != 0) return "the backup is not whole: " + verified.err;
    }
    // Done again under the same operation id, it is there exactly once.
    const auto again = counter_.run(deed_.program, deed_.args);
    if (again.status != 0) return "repeated: " + again.err;
    return counter_.rows() == after_ ? "" : "repeated, it had another effect";
  }

 private:
  [[nodiscard]] Run traced(const std::vector<std::string>& options) const {
    Run run = counter_.command(deed_.program, deed_.args);
    run.argv.insert(run.argv.begin(), options.begin(), options.end());
    run.argv.insert(run.argv.begin(), {"strace", "-f", "-qq"});
    return run;
  }

  // Every such call that the whole command makes; a file opened to be read is no write.
  [[nodiscard]] std::vector<Point> all_points() const {
    const std::string log = counter_.dir().file("calls");
    const auto ended = run_process(traced({"-o", log, "-e", "trace=" + killing_calls}));
    REQUIRE_MESSAGE(ended.status == 0, ended.err);
    std::map<std::string, int> counts;
    std::vector<Point> points;
    std::ifstream lines(log);
    for (std::string line; std::getline(lines, line);) {
      const auto name = line.find_first_not_of("0123456789 ");
      const auto end = line.find('(', name);
      if (end == std::string::npos) continue;
      const auto call = line.substr(name, end - name);
      const int k = ++counts[call];
      if (line.find(" O_RDONLY") == std::string::npos) points.push_back({call, k});
    }
    return points;
  }

  const Counter& counter_;
  Deed deed_;
  std::string before_, after_;
  std::vector<Point> points_;
};

enum class Share { every, sixth };

void sweep(const Counter& counter, const Deed& deed, Share share) {
  REQUIRE(std::filesystem::exists("/usr/bin/strace"));
  Sweep sweep(counter, deed);
  const auto all = static_cast<std::int64_t>(sweep.points().size());
  CHECK(all >= 50);
  Trials trials("kill sweep of " + deed.program + " " + deed.args[0],
                share == Share::every ? all : all / 6, all);
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random&) {
    const Point& point = sweep.points()[static_cast<std::size_t>(number)];
    const Killed killed = sweep.kill_at(point);
    if (killed.killed) trials.tally("killed");
    const auto verdict = sweep.judge(killed.acknowledged);
    if (!verdict.empty()) trials.tally("bad");
    CHECK_MESSAGE(verdict.empty(), point.call << " " << point.k << ": " << verdict);
  });
  // A call more or less from run to run may be missed, not many.
  CHECK(trials.tallied("killed") * 10 >= trials.done() * 9);
}

const Deed one_sale{.program = "visit", .args = {"buy", "6001", "6901234567890=2@28.00#B2291"}};

// A backup in the place of one that is there.
Deed next_backup(const Counter& counter) {
  const auto backup = counter.dir().file("made.backup");
  counter.must("store", {"backup", backup});
  // Then it knows of no backup yet: the next one is noted in the store.
  counter.must("store", {"restore", backup, "--replace", "--accept-older", "--confirm", "store"});
  counter.must("member", {"add", "李娜"});
  return {.program = "store", .args = {"backup", backup, "--force"}, .leaves_whole = backup};
}

// A file for an import.
std::string file(const Counter& counter, std::string_view text) {
  auto path = counter.dir().file("import.csv");
  put_bytes(path, text);
  return path;
}

}  // namespace

TEST_CASE("a sale killed at any write-like call is made or not made, and is never lost") {
  sweep({}, one_sale, Share::every);
}

TEST_CASE("a change of a member killed at any write-like call is made or not made") {
  sweep({}, {.program = "member", .args = {"edit", "6001", "--phone", "13912345678"}},
        Share::every);
}

TEST_CASE("other commands killed at a write-like call are done or not done") {
  const Counter counter;
  Deed deed;
  SUBCASE("a new member") {
    deed = {.program = "member", .args = {"add", "李娜", "--phone", "13800138001"}};
  }
  SUBCASE("a correction of points") {
    deed = {.program = "member", .args = {"adjust", "6001", "--add", "50", "--reason", "补记"}};
  }
  SUBCASE("a refund") {
    counter.must(one_sale.program, one_sale.args);
    deed = {.program = "visit", .args = {"refund", "1", "--all", "--reason", "typing"}};
  }
  SUBCASE("a product") {
    deed = {.program = "visit", .args = {"product", "add", "6901234567891", "维生素C片"}};
  }
  SUBCASE("a backup") { deed = next_backup(counter); }
  SUBCASE("a change of keys") {
    deed = {.program = "store", .args = {"key", "rotate", "--confirm", "store"}};
  }
  SUBCASE("another recovery code") {
    deed = {.program = "store", .args = {"key", "recovery", "--confirm", "store"}};
  }
  SUBCASE("a file from another store") {
    const auto address = counter.dir().file("ours.address"), sealed = counter.dir().file("sealed");
    counter.must("store", {"address", "-o", address});
    counter.must("store", {"send", file(counter, "name\n李娜\n"), "--to", address, "-o", sealed});
    deed = {.program = "store",
            .args = {"receive", sealed, "--from", address, "-o", counter.dir().file("received"),
                     "--again", "--force"}};
  }
  SUBCASE("other roles") {
    counter.must("store", {"staff", "add", "nightly", "--name", "夜间任务", "--role", "job",
                           "--new-key", counter.dir().file("nightly.key")});
    deed = {.program = "store", .args = {"staff", "role", "nightly", "--role", "auditor"}};
  }
  SUBCASE("an import of members") {
    const auto members = file(counter, "name,card\n李娜,7001\n王芳,7002\n");
    deed = {.program = "member", .args = {"import", members, "--yes"}};
  }
  SUBCASE("an import of sales") {
    const auto sales = file(counter,
                            "at,receipt,card,product,quantity,amount\n"
                            "2026-10-01,A1,6001,6901234567890,1,28.00\n"
                            "2026-10-02,A2,6001,6901234567890,2,56.00\n");
    deed = {.program = "visit", .args = {"import", sales, "--yes"}};
  }
  sweep(counter, deed, Share::sixth);
}

TEST_CASE(
    "a change killed while it migrates its store is made or not made, from any older schema") {
  Trials trials("older schemas, killed at ten calls each", 1, 200);
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random& random) {
    const Counter counter;
    const std::int64_t schema = 1 + number % (db::newest_schema() - 1);
    put_schema_back(counter, schema);
    Sweep sweep(counter, {.program = "member", .args = {"add", "李娜", "--phone", "13800138001"}});
    for (int i = 0; i < 10; ++i) {
      const auto& points = sweep.points();
      const Point& point = points.at(random.below(static_cast<std::uint32_t>(points.size())));
      const Killed killed = sweep.kill_at(point);
      if (killed.killed) trials.tally("killed");
      const auto verdict = sweep.judge(killed.acknowledged);
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
  const Sweep sweep(counter, deed);
  const auto whole = counter.dir().file("whole.backup");
  std::filesystem::copy_file(deed.leaves_whole, whole);
  CHECK(sweep.judge(false) == "");
  Run in_place;
  in_place.argv = {"strace",      "-f",          "-qq",
                   "-o",          "/dev/null",   "-e",
                   "trace=write", "-e",          "inject=write:signal=SIGKILL:when=5",
                   "dd",          "if=" + whole, "of=" + deed.leaves_whole,
                   "bs=4096",     "status=none"};
  in_place.env = {"PATH=/usr/bin:/bin"};
  CHECK(run_process(in_place).status == 128 + 9);
  CHECK(sweep.judge(false).starts_with("the backup is not whole"));
}

TEST_CASE("a sale that is called made before its first write is on disk is found out") {
  const Counter counter;
  Sweep sweep(counter, one_sale);
  REQUIRE(sweep.kill_at({"pwrite64", 1}).killed);
  CHECK(sweep.judge(true) == "what was acknowledged is lost");
}

}  // namespace pharmacy::test
