// Signals in the middle of a sale and at the question for a passphrase.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>

#include "deeds.h"
#include "hindered_sale.h"
#include "on_terminal.h"
#include "support/test_store.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// What is interrupted, each by its name in deeds.h.
const char* const interrupted[] = {"a sale",           "a change of a member",    "a refund",
                                   "a complaint",      "an import of members",    "a backup",
                                   "a change of keys", "a store made of a backup"};
constexpr std::int64_t commands = std::size(interrupted);

const std::string calls_with_a_store_open =
    "pwrite64,write,fsync,fdatasync,fcntl,flock,ftruncate,rename,renameat2,close,munmap";

// Before its first acts a program has not yet said what signals do to it: one call after the other
// is asked about.
auto once_hardened() {
  return [hardened = std::make_shared<bool>(false)](const std::string& line) {
    *hardened = *hardened || line.find(" fcntl(2<") != std::string::npos;
    return *hardened;
  };
}

// A command, what it does while it has the store open, and when it prints.
class Interrupted {
 public:
  explicit Interrupted(const char* name)
      : name_{name},
        swept_{counter_, deed_named(counter_, name), calls_with_a_store_open, once_hardened()} {
    CHECK(swept_.points().size() >= 50);
  }
  [[nodiscard]] const char* name() const { return name_; }
  [[nodiscard]] const Counter& counter() const { return counter_; }
  [[nodiscard]] const SweptCommand& swept() const { return swept_; }
  [[nodiscard]] const CallPoint& some_point(Random& random) const {
    return swept_.points()[random.below(static_cast<std::uint32_t>(swept_.points().size()))];
  }
  // What is wrong after it ended so: it is done or not done, and leaves nothing that lasts.
  [[nodiscard]] std::string fault_after(const Ended& ended, const std::set<int>& statuses) const {
    if (!statuses.contains(ended.status)) return "not a status to expect";
    const auto done =
        swept_.acknowledged(ended) ? SweptCommand::Done::yes : SweptCommand::Done::unknown;
    return swept_.judge(done, SweptCommand::Leavings::kept);
  }

 private:
  const char* name_;
  Counter counter_;
  SweptCommand swept_;
};

// That of the trial, which is made anew where it is another one than before.
const Interrupted& interrupted_of(std::unique_ptr<Interrupted>& last, std::int64_t number,
                                  std::int64_t each) {
  const char* name = interrupted[number / each];
  if (last == nullptr || last->name() != std::string_view{name})
    last = std::make_unique<Interrupted>(name);
  return *last;
}

std::vector<std::string> at(const CallPoint& point, const char* signal) {
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
constexpr std::int64_t kinds = std::size(endings);
constexpr std::int64_t times = 250;  // each signal, of each command

}  // namespace

TEST_CASE("a signal in the middle of a command leaves it done or not done, and no files") {
  Trials trials("signals in commands", 24, times * kinds * commands);
  std::unique_ptr<Interrupted> last;
  trials.each([&](std::int64_t number, Random& random) {
    const Interrupted& command = interrupted_of(last, number, times * kinds);
    // Each command in its turn gets other ones in a usual run.
    const Signal& signal = endings[(number + number / (times * kinds)) % kinds];
    const CallPoint& point = command.some_point(random);
    const auto ended = command.swept().inject(point, fmt::format("signal={}", signal.name));
    trials.tally(ended.status == 0 ? "went on" : "ended");
    const auto fault = command.fault_after(ended, signal.statuses);
    const auto told = fmt::format("{}: {} at {} {}: {} (status {}, said \"{}\")", command.name(),
                                  signal.name, point.call, point.k, fault, ended.status, ended.err);
    CHECK_MESSAGE(fault.empty(), told);
  });
}

TEST_CASE("a file that a command leaves when a signal ends it, and that stays, is found out") {
  const Interrupted command{"a change of a member"};
  const auto ended = command.swept().inject({"fdatasync", 1}, "signal=SIGTERM");
  REQUIRE(ended.status == 128 + SIGTERM);
  put_bytes(command.counter().dir().file("left.tmp"), "x");
  CHECK(command.fault_after(ended, {128 + SIGTERM}) == "left behind: left.tmp");
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

namespace {

// Somebody else's change, and what is in the store after both, whichever came first.
class Meanwhile {
 public:
  explicit Meanwhile(const Interrupted& command) {
    const Run first = command.swept().command();
    other = command.counter().command(
        "visit", {"product", "add", "6901234567892", "感冒灵颗粒", "--op", "another-1"});
    for (const auto& [one, two] : {std::pair{first, other}, std::pair{other, first}}) {
      command.swept().begin_again();
      for (const Run& run : {one, two}) REQUIRE(run_process(run).status == 0);
      both.insert(command.counter().rows());
    }
    command.swept().begin_again();
  }

  Run other;
  std::set<std::string> both;
};

}  // namespace

TEST_CASE("a command that is suspended keeps nobody waiting") {
  constexpr std::int64_t each = 250;
  Trials trials("a command suspended", 4, each * commands);
  std::unique_ptr<Interrupted> last;
  std::optional<Meanwhile> meanwhile;
  trials.each([&](std::int64_t number, Random& random) {
    const auto* before = last.get();
    const Interrupted& command = interrupted_of(last, number, each);
    if (&command != before || !meanwhile) meanwhile.emplace(command);
    const CallPoint& point = command.some_point(random);
    CAPTURE(std::string{command.name()});
    CAPTURE(point.call);
    CAPTURE(point.k);
    command.swept().begin_again();
    const std::string log = command.counter().dir().file("stops");
    Run tracer = command.swept().command();
    auto options = at(point, "SIGTSTP");
    options.insert(options.begin(), {"-o", log});
    Job job(traced(tracer, options));
    if (stops(job, log, "SIGTSTP")) trials.tally("stopped");
    const auto ended = run_process(meanwhile->other);
    CHECK_MESSAGE(ended.status == 0, ended.err);
    CHECK(job.go_on_to_the_end() == 0);
    CHECK(meanwhile->both.contains(command.counter().rows()));
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
