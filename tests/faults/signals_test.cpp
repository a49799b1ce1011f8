// Signals in the middle of a sale and at the question for a passphrase.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <csignal>
#include <fstream>
#include <map>
#include <sstream>

#include "hindered_sale.h"
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
bool stops(Job& job, const std::string& log) {
  for (int patience = 0; patience < 10'000; ++patience) {
    if (job.has_ended()) return false;
    std::ostringstream text;
    text << std::ifstream(log).rdbuf();
    if (text.str().find("stopped by SIGTSTP") != std::string::npos) return true;
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
    if (stops(job, log)) trials.tally("stopped");
    const auto ended = run_process(other);
    CHECK_MESSAGE(ended.status == 0, ended.err);
    CHECK(job.go_on_to_the_end() == 0);
    CHECK(sale.counter().rows() == both);
  });
  CHECK(trials.tallied("stopped") * 2 >= trials.done());
}

TEST_CASE("a sale that is suspended by force is told of to whoever waits, and goes on after it") {
  const HinderedSale sale;
  const std::string log = sale.counter().dir().file("stops");
  std::vector<std::string> tracer{"strace", "-qq", "-o", log};
  // The first such call of its own is the gate's; nobody can put off a SIGSTOP.
  const auto injection = at({"flock", 1}, "SIGSTOP");
  tracer.insert(tracer.end(), injection.begin(), injection.end());
  Job job(sale.below(tracer));
  ::usleep(500'000);
  Run other = sale.command();
  const auto ended = run_process(other);
  CHECK(ended.status == 75);
  CHECK(ended.err.find("visit buy: ") == 0);
  CHECK(job.go_on_to_the_end() == 0);
  CHECK(sale.judge({.status = 0, .out = "", .err = ""}, {0}) == "");
}

namespace {

// A program on a terminal of its own that asks for a new passphrase.
class AskingProgram {
 public:
  explicit AskingProgram(const TempDir& dir) {
    REQUIRE(::openpty(&master_, &slave_, nullptr, nullptr, nullptr) == 0);
    pid_ = ::fork();
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      ::close(master_);
      if (::login_tty(slave_) != 0) ::_exit(99);
      ::setenv("LC_ALL", "C", 1);
      const auto store = dir.file("new");
      ::execl(program("store").c_str(), "store", "init", "--store", store.c_str(), "--login", "a",
              "--name", "A", static_cast<char*>(nullptr));
      ::_exit(98);
    }
    std::string seen;
    while (seen.find("new passphrase of a A: ") == std::string::npos) {
      std::array<char, 256> bytes{};
      const auto got = ::read(master_, bytes.data(), bytes.size());
      REQUIRE(got > 0);
      seen.append(bytes.data(), static_cast<std::size_t>(got));
    }
  }
  ~AskingProgram() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    ::close(master_);
    ::close(slave_);
  }
  AskingProgram(const AskingProgram&) = delete;
  AskingProgram& operator=(const AskingProgram&) = delete;

  [[nodiscard]] bool echoes() const {
    termios mode{};
    REQUIRE(::tcgetattr(slave_, &mode) == 0);
    return (mode.c_lflag & ECHO) != 0;
  }
  // How it ended after this signal; 0 if it goes on.
  [[nodiscard]] int send(int signal) const {
    ::kill(pid_, signal);
    for (int patience = 0; patience < 200; ++patience) {
      int raw = 0;
      if (::waitpid(pid_, &raw, WNOHANG) == pid_) return WIFSIGNALED(raw) ? WTERMSIG(raw) : -1;
      if (signal == SIGXFSZ && patience == 20) return 0;
      ::usleep(10'000);
    }
    return 0;
  }

 private:
  int master_ = -1, slave_ = -1;
  pid_t pid_ = -1;
};

}  // namespace

TEST_CASE("whatever ends a program that asks for a passphrase, the terminal echoes again") {
  const TempDir dir;
  for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU}) {
    CAPTURE(signal);
    const AskingProgram asking{dir};
    CHECK_FALSE(asking.echoes());
    CHECK(asking.send(signal) == signal);
    CHECK(asking.echoes());
    CHECK_FALSE(std::filesystem::exists(dir.file("new")));
  }
  // One that goes on asking shows nothing.
  const AskingProgram asking{dir};
  CHECK(asking.send(SIGXFSZ) == 0);
  CHECK_FALSE(asking.echoes());
  // Nothing can be done about this one: the echo stays off.
  CHECK(asking.send(SIGKILL) == SIGKILL);
  CHECK_FALSE(asking.echoes());
}

}  // namespace pharmacy::test
