// Signals in the middle of a sale and at the question for a passphrase.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <map>
#include <sstream>

#include "hindered_sale.h"
#include "on_terminal.h"
#include "support/test_store.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// The k-th call of that name.
struct Point {
  std::string call;
  int k;
};

// What a sale does while it has the store open, and when it prints.
std::vector<Point> points_of(const HinderedSale& sale) {
  const std::string calls = "pwrite64,write,fdatasync,fcntl,flock,close,munmap";
  const std::string log = sale.counter().dir().file("calls");
  const auto ended = run_process(sale.below({"strace", "-qq", "-o", log, "-e", "trace=" + calls}));
  REQUIRE_MESSAGE(ended.status == 0, ended.err);
  sale.put_back();
  std::map<std::string, int> counts;
  std::vector<Point> points;
  bool hardened = false;
  std::ifstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const auto call = line.substr(0, line.find('('));
    const int k = ++counts[call];
    // Before its first acts a program has not yet said what signals do to it.
    hardened = hardened || line.starts_with("fcntl(2, F_GETFD");
    if (hardened && line.find('(') != std::string::npos) points.push_back({call, k});
  }
  return points;
}

std::vector<std::string> at(const Point& point, const char* signal) {
  return {"-e", "trace=" + point.call, "-e",
          fmt::format("inject={}:signal={}:when={}", point.call, signal, point.k)};
}

struct Signal {
  const char* name;
  std::set<int> statuses;  // 0: it came after the end, or is ignored
};

const Signal endings[] = {{"SIGTERM", {0, 128 + SIGTERM}},
                          {"SIGINT", {0, 128 + SIGINT}},
                          {"SIGHUP", {0, 128 + SIGHUP}},
                          {"SIGQUIT", {0, 128 + SIGQUIT}},
                          {"SIGPIPE", {0, 128 + SIGPIPE}},
                          {"SIGXCPU", {0, 128 + SIGXCPU}},
                          {"SIGXFSZ", {0}}};
constexpr std::int64_t times = 2'000;  // each

}  // namespace

TEST_CASE("a signal in the middle of a sale leaves it made or not made") {
  const HinderedSale sale;
  const auto points = points_of(sale);
  CHECK(points.size() >= 50);
  constexpr auto kinds = static_cast<std::int64_t>(std::size(endings));
  Trials trials("signals in a sale", 5 * kinds, times * kinds);
  trials.each([&](std::int64_t number, Random& random) {
    const Signal& signal = endings[number / times];
    const Point& point = points[random.below(static_cast<std::uint32_t>(points.size()))];
    CAPTURE(signal.name);
    CAPTURE(point.call);
    CAPTURE(point.k);
    sale.put_back();
    const auto ended = run_process(sale.traced(at(point, signal.name)));
    trials.tally(ended.status == 0 ? "went on" : "ended");
    CHECK(sale.judge(ended, signal.statuses) == "");
  });
}

TEST_CASE("a sale that a signal undid and that is called made is found out") {
  const HinderedSale sale;
  auto ended = run_process(sale.traced(at({"flock", 1}, "SIGTERM")));
  REQUIRE(ended.status == 128 + SIGTERM);
  CHECK(sale.judge(ended, {143}) == "");
  sale.put_back();
  ended.out = "sold";
  CHECK(sale.judge(ended, {143}).starts_with("what was acknowledged is lost"));
}

namespace {

// A program in a job of its own, as a shell starts it: without that, no stop has an effect.
class Job {
 public:
  explicit Job(const Run& run) : pid_{::fork()} {
    REQUIRE(pid_ >= 0);
    if (pid_ != 0) {
      ::setpgid(pid_, pid_);
      return;
    }
    ::setpgid(0, 0);
    const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(null, stream);
    std::vector<char*> argv, env;
    for (const auto& word : run.argv) argv.push_back(const_cast<char*>(word.c_str()));
    for (const auto& word : run.env) env.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    env.push_back(nullptr);
    ::execvpe(argv[0], argv.data(), env.data());
    ::_exit(127);
  }
  ~Job() {
    if (status_ < 0) ::kill(-pid_, SIGKILL);
    if (status_ < 0) static_cast<void>(wait_for(pid_));
  }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  bool has_ended() {
    int raw = 0;
    if (status_ < 0 && ::waitpid(pid_, &raw, WNOHANG) == pid_)
      status_ = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
    return status_ >= 0;
  }
  // The only program that it started, as the kernel tells.
  [[nodiscard]] pid_t child() const {
    const auto own = std::to_string(pid_);
    std::ifstream children("/proc/" + own + "/task/" + own + "/children");
    pid_t child = 0;
    children >> child;
    return child;
  }
  int go_on_to_the_end() {
    ::kill(-pid_, SIGCONT);
    if (!has_ended()) status_ = wait_for(pid_);
    return status_;
  }

 private:
  pid_t pid_;
  int status_ = -1;
};

// Waits until strace has seen the job stopped, or until it has ended.
bool stops(Job& job, const std::string& log, const std::string& signal) {
  for (int patience = 0; patience < 10'000; ++patience) {
    if (job.has_ended()) return false;
    std::ostringstream text;
    text << std::ifstream(log).rdbuf();
    if (text.str().find("stopped by " + signal) != std::string::npos) return true;
    ::usleep(2'000);
  }
  FAIL("neither stopped nor ended");
  return false;
}

}  // namespace

TEST_CASE("a sale that is suspended keeps nobody waiting") {
  const HinderedSale sale;
  const auto points = points_of(sale);
  const std::string log = sale.counter().dir().file("stops");
  Run other = sale.command();
  for (auto& word : other.argv) word = word == "hindered-1" ? "another-1" : word;
  REQUIRE(run_process(other).status == 0);
  REQUIRE(run_process(sale.command()).status == 0);
  const std::string both = sale.counter().rows();
  Trials trials("a sale suspended", 12, times);
  trials.each([&](std::int64_t, Random& random) {
    const Point& point = points[random.below(static_cast<std::uint32_t>(points.size()))];
    CAPTURE(point.call);
    CAPTURE(point.k);
    sale.put_back();
    std::vector<std::string> tracer{"strace", "-qq", "-o", log};
    const auto injection = at(point, "SIGTSTP");
    tracer.insert(tracer.end(), injection.begin(), injection.end());
    std::filesystem::remove(log);
    Job job(sale.below(tracer));
    if (stops(job, log, "SIGTSTP")) trials.tally("stopped");
    const auto ended = run_process(other);
    CHECK_MESSAGE(ended.status == 0, ended.err);
    CHECK(job.go_on_to_the_end() == 0);
    CHECK(sale.counter().rows() == both);
  });
  CHECK(trials.tallied("stopped") * 2 >= trials.done());
}

TEST_CASE("a sale that is suspended by force is told of to whoever waits, and goes on after it") {
  const HinderedSale sale;
  // In its transaction; and when it has just got the gate, and has not yet written who it is.
  for (const std::string call : {"fdatasync", "flock"}) {
    CAPTURE(call);
    sale.put_back();
    const std::string log = sale.counter().dir().file("stops");
    std::vector<std::string> tracer{"strace", "-qq", "-o", log};
    // Nobody can put off a SIGSTOP.
    const auto injection = at({call, 1}, "SIGSTOP");
    tracer.insert(tracer.end(), injection.begin(), injection.end());
    std::filesystem::remove(log);
    Job job(sale.below(tracer));
    REQUIRE(stops(job, log, "SIGSTOP"));
    const auto ended = run_process(sale.command());
    CHECK(ended.status == 75);
    const auto who = call == "flock" ? "another process is writing to the store"
                                     : fmt::format(
                                           "visit (process {}) is writing to the store, and is "
                                           "suspended",
                                           job.child());
    CHECK(ended.err.substr(0, ended.err.find('\n')) == "visit buy: " + who);
    CHECK(job.go_on_to_the_end() == 0);
    CHECK(sale.judge({.status = 0, .out = "", .err = ""}, {0}) == "");
  }
}

namespace {

// Asks for a new passphrase, on a terminal of its own.
class AskingProgram : public OnTerminal {
 public:
  explicit AskingProgram(const TempDir& dir)
      : OnTerminal({.argv = {program("store"), "init", "--store", dir.file("new"), "--login", "a",
                             "--name", "A"},
                    .env = {"PATH=/usr/bin:/bin", "HOME=/nonexistent"},
                    .input = ""}) {
    wait_for("new passphrase of a A: ");
  }
};

}  // namespace

TEST_CASE("whatever ends a program that asks for a passphrase, the terminal echoes again") {
  const TempDir dir;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU}) {
    CAPTURE(signal);
    AskingProgram asking{dir};
    CHECK_FALSE(asking.echoes());
    CHECK(asking.send(signal) == signal);
    CHECK(asking.echoes());
    CHECK_FALSE(std::filesystem::exists(dir.file("new")));
  }
  // One that goes on asking shows nothing.
  AskingProgram asking{dir};
  CHECK(asking.send(SIGXFSZ) == 0);
  CHECK_FALSE(asking.echoes());
  // Nothing can be done about this one: the echo stays off.
  CHECK(asking.send(SIGKILL) == SIGKILL);
  CHECK_FALSE(asking.echoes());
}

}  // namespace pharmacy::test
