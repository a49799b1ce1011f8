// An error of the disk while a session is opened or ended: it is open only where that was said, and
// ended where that was said.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "disk_errors.h"
#include "support/session_turn.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// A drugstore in which sessions are opened with the key file, and used without it.
class SessionCounter {
 public:
  SessionCounter() {
    take_turn_with_sessions();
    std::filesystem::create_directory(runtime());
    ::chmod(runtime().c_str(), S_IRWXU);
    counter_.keep();
  }
  ~SessionCounter() { static_cast<void>(run_process(command("lock"))); }
  SessionCounter(const SessionCounter&) = delete;
  SessionCounter& operator=(const SessionCounter&) = delete;

  [[nodiscard]] Run command(const char* verb) const {
    return counter_.command("store", {verb}, {"XDG_RUNTIME_DIR=" + runtime()});
  }
  // The store as it was; whether a session is open is said.
  void begin(bool is_open) const {
    must("lock");
    counter_.put_back();
    if (is_open) must("unlock");
    REQUIRE(this->is_open() == is_open);
  }
  void must(const char* verb) const {
    const Ended ended = run_process(command(verb));
    REQUIRE_MESSAGE(ended.status == 0, ended.err);
  }
  [[nodiscard]] bool is_open() const {
    Run look = counter_.command("member", {"show", "6001", "--no-input"},
                                {"XDG_RUNTIME_DIR=" + runtime()});
    std::erase_if(look.env, [](const std::string& one) { return one.starts_with("PHARMACY_KEY"); });
    return run_process(look).status == 0;
  }
  // What is wrong after the command ended so, which opens a session or ends it.
  [[nodiscard]] std::string fault_after(const std::string& verb, const Ended& ended,
                                        bool is_mute = false,
                                        const std::set<int>& statuses = of_the_disk) const {
    if (!statuses.contains(ended.status)) return "not a status to expect";
    const bool is_told = ended.err.find("store " + verb) != std::string::npos;
    if (ended.status != 0 && !is_told && !is_mute) return "no message of its own";
    if (ended.err.find("bug") != std::string::npos) return "called a bug";
    if (verb == "unlock" && is_open() != (ended.status == 0) && !is_mute)
      return is_open() ? "what failed is open" : "what was opened is not open";
    if (verb == "lock" && ended.status == 0 && is_open()) return "what was ended is open";
    begin(true);
    must("lock");
    if (is_open()) return "not to be ended";
    const Ended checked = counter_.run("store", {"check"});
    return checked.status == 0 ? "" : checked.out + checked.err;
  }
  // Its calls that reach the store or what is kept of sessions.
  [[nodiscard]] std::vector<CallPoint> points(const char* verb, bool is_open,
                                              const char* more) const {
    begin(is_open);
    return calls_of(command(verb), counter_.dir().file("calls"), disk_calls + more,
                    reaches(counter_.dir().path().string()));
  }
  [[nodiscard]] std::string session_file() const { return runtime() + "/pharmacy.session"; }
  [[nodiscard]] static bool can_be() {
    const SessionCounter counter;
    const Ended ended = run_process(counter.command("unlock"));
    if (ended.status == 73) MESSAGE("skipped: ", ended.err);  // no keys in this machine's kernel
    REQUIRE_MESSAGE((ended.status == 0 || ended.status == 73), ended.err);
    return ended.status == 0;
  }

 private:
  [[nodiscard]] std::string runtime() const { return counter_.dir().file("runtime"); }

  Counter counter_;
};

// `more`: calls beside those of disk_calls.
void fail_at_each(const char* verb, bool is_open, const char* more, std::size_t least) {
  const SessionCounter counter;
  const auto points = counter.points(verb, is_open, more);
  CHECK(points.size() >= least);
  const auto errors = disk_errors(points);
  Trials trials(fmt::format("errors of the disk in store {}", verb), 3, std::ssize(errors));
  trials.each([&](std::int64_t number, Random&) {
    const DiskError& error = errors.at(static_cast<std::size_t>(number));
    counter.begin(is_open);
    const Ended ended =
        run_with(counter.command(verb), error.point, injection(error), injection_end(error));
    trials.tally(fmt::format("status {}", ended.status));
    const auto fault = counter.fault_after(verb, ended, error.is_mute(), statuses_of(error));
    CHECK_MESSAGE(fault.empty(), verb << ": " << to_string(error) << ": " << fault << " (status "
                                      << ended.status << ", said \"" << ended.err << "\")");
  });
}

}  // namespace

TEST_CASE("while the disk fails a session is open or ended if that was said") {
  if (!SessionCounter::can_be()) return;
  fail_at_each("unlock", false, "", 20);
  fail_at_each("lock", true, ",newfstatat", 3);
}

TEST_CASE("a session whose file cannot be reached at all is not said to be ended") {
  if (!SessionCounter::can_be()) return;
  const SessionCounter counter;
  for (const char* calls : {"openat,unlink", "read,unlink", "newfstatat,unlink"}) {
    CAPTURE(calls);
    counter.begin(true);
    const Ended ended = run_process(
        traced(counter.command("lock"),
               {"-o", "/dev/null", "-P", counter.session_file(), "-e",
                fmt::format("trace={}", calls), "-e", fmt::format("inject={}:error=EIO", calls)}));
    CHECK_MESSAGE(counter.fault_after("lock", ended) == "", ended.err);
    CHECK(ended.status == 74);
  }
}

TEST_CASE("a session of which the file did not get its name, or that is not ended, is found out") {
  if (!SessionCounter::can_be()) return;
  const SessionCounter counter;
  const auto points = counter.points("unlock", false, "");
  const auto named = std::ranges::find(points, "rename", &CallPoint::call);
  REQUIRE(named != points.end());
  counter.begin(false);
  const Ended ended = run_with(counter.command("unlock"), *named, "retval=0");
  CHECK(counter.fault_after("unlock", ended) == "what was opened is not open");
  counter.begin(true);
  CHECK(counter.fault_after("lock", {.status = 0, .out = "", .err = ""}) ==
        "what was ended is open");
}

}  // namespace pharmacy::test
