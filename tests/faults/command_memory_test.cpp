// A request for memory of a whole command that is not met, the C library's or C++'s, once or from
// then on: the command ends by itself and says so, and what it was to do is done or not done.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>
#include <memory>

#include "deeds.h"
#include "standing.h"
#include "support/sanitizers.h"
#include "support/test_store.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

struct Lack {
  std::int64_t at = 0;  // the number of the request, from 1; 0: none
  bool for_good = false;
};

// Clang puts its sanitizer into the program itself: nothing can stand before it.
bool can_be_scarce() {
#if PHARMACY_SANITIZES_ADDRESS() && defined(__clang__)
  MESSAGE("skipped: the sanitizer's allocator is a part of each program");
  return false;
#else
  return true;
#endif
}

constexpr int io_status = 74;  // cli::Exit
constexpr int sanitizer_status = 99;

// The command with too little memory; `more` are settings of preload/scarce.cpp.
Run scarce(Run run, const Lack& lack, std::vector<std::string> more = {}) {
  const std::vector<std::string> settings{
      "env", "LD_PRELOAD=" PHARMACY_BIN_DIR "/../lib/scarce.so",
      fmt::format("ASAN_OPTIONS=verify_asan_link_order=0:detect_leaks=1:exitcode={}",
                  sanitizer_status),
      fmt::format("SCARCE_AT={}", lack.at),
      fmt::format("SCARCE_FOR_GOOD={}", lack.for_good ? 1 : 0)};
  more.insert(more.begin(), settings.begin(), settings.end());
  run.argv.insert(run.argv.begin(), more.begin(), more.end());
  return run;
}

// A command that gets all memory, and how often it asks for some.
struct Plenty {
  Ended ended;
  std::int64_t requests = 0;

  explicit Plenty(const Run& run) {
    const TempDir dir;
    const auto file = dir.file("count");
    ended = run_process(scarce(run, {}, {"SCARCE_COUNT=" + file}));
    requests = std::stoll(bytes_of(file));
  }
};

// A command that has come to its end and stopped there; it goes with this object.
class Stopped {
 public:
  explicit Stopped(const Run& run) : pid_{start_process(run, "/dev/null")} {
    int status = 0;
    const bool stops = ::waitpid(pid_, &status, WUNTRACED) == pid_ && WIFSTOPPED(status);
    if (!stops) pid_ = -1;
    REQUIRE_MESSAGE(stops, "it ended with " << status);
  }
  ~Stopped() {
    ::kill(pid_, SIGKILL);
    wait_for(pid_);
  }
  Stopped(const Stopped&) = delete;
  Stopped& operator=(const Stopped&) = delete;
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

// What is wrong with the end of a command that lacked memory, and `usual` where it does not.
std::string fault_of_end(const Ended& ended, int usual = 0) {
  if (ended.err.find("Sanitizer") != std::string::npos || ended.status == sanitizer_status)
    return "the sanitizer found: " + ended.err;
  if (ended.status != usual && ended.status != io_status)
    return fmt::format("it ended with {}: {}", ended.status, ended.err);
  return ended.status == io_status && ended.err.empty() ? "it does not say what it lacks" : "";
}

using Done = SweptCommand::Done;

// A command that writes, with the store that it needs.
class ScarceDeed {
 public:
  explicit ScarceDeed(const NamedDeed& named)
      : name_(named.name), command_(counter_, named.prepare(counter_), [this](const Run& run) {
          const Plenty first(run);
          REQUIRE_MESSAGE(first.ended.status == 0, first.ended.err);
          requests_ = first.requests;
        }) {}

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::int64_t requests() const { return requests_; }

  // What is wrong after it lacked memory; empty where all is well.
  [[nodiscard]] std::string trial(const Lack& lack, Ended& ended) const {
    ended = command_.attempt([&](const Run& run) { return run_process(scarce(run, lack)); });
    if (auto fault = fault_of_end(ended); !fault.empty()) return fault;
    const bool fails_as_told =
        ended.status != 0 && ended.err.find("nothing was changed") != std::string::npos;
    const auto fault = command_.judge(ended.status == 0 ? Done::yes
                                      : fails_as_told   ? Done::no
                                                        : Done::unknown);
    return fault.empty() ? "" : fault + "\nafter it said: " + ended.err;
  }
  // The same, had it said that it was done.
  [[nodiscard]] std::string trial_called_done(const Lack& lack, Ended& ended) const {
    ended = command_.attempt([&](const Run& run) { return run_process(scarce(run, lack)); });
    return command_.judge(Done::yes);
  }

 private:
  std::string name_;
  Counter counter_;
  std::int64_t requests_ = 0;  // set while the command is made
  SweptCommand command_;
};

std::vector<NamedDeed> all_deeds() {
  std::vector<NamedDeed> all{{"a sale", [](const Counter&) { return one_sale; }},
                             {"a change of a member", [](const Counter&) { return one_edit; }}};
  all.insert(all.end(), daily_deeds.begin(), daily_deeds.end());
  all.insert(all.end(), store_deeds.begin(), store_deeds.end());
  return all;
}

std::string told(const std::string& command, const Lack& lack, const std::string& wrong) {
  return fmt::format("{}, request {}{}: {}", command, lack.at, lack.for_good ? " and on" : "",
                     wrong);
}

// A trial takes every so many-th request, each once and from it on.
constexpr std::int64_t stride = 2000;

template <class Trial>
void lack_each(std::int64_t first, std::int64_t requests, const Trial& trial) {
  for (std::int64_t at = first + 1; at <= requests; at += stride) {
    for (const bool for_good : {false, true}) trial(Lack{at, for_good});
  }
}

}  // namespace

TEST_CASE("a command that lacks memory once or from then on is done or not done, and says so") {
  if (!can_be_scarce()) return;
  const auto deeds = all_deeds();
  const auto kinds = std::ssize(deeds);
  std::map<std::int64_t, std::unique_ptr<ScarceDeed>> made;
  Trials trials("commands that lack memory", 2, kinds * stride);
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random&) {
    auto& deed = made[number % kinds];
    if (!deed) deed = std::make_unique<ScarceDeed>(deeds[static_cast<std::size_t>(number % kinds)]);
    lack_each(number / kinds, deed->requests(), [&](const Lack& lack) {
      Ended ended;
      const auto wrong = deed->trial(lack, ended);
      trials.tally("requests not met");
      if (ended.status != 0) trials.tally("failed");
      if (!wrong.empty()) trials.tally("bad");
      CHECK_MESSAGE(wrong.empty(), told(deed->name(), lack, wrong));
    });
  });
  CHECK(trials.tallied("failed") >= trials.done());
}

TEST_CASE("a command that reads and lacks memory says so, or answers in full") {
  if (!can_be_scarce()) return;
  const std::vector<std::pair<std::string, std::vector<std::string>>> commands{
      {"member", {"show", "6001"}}, {"member", {"list"}},
      {"visit", {"list"}},          {"visit", {"show", "1"}},
      {"report", {"daily"}},        {"report", {"monthly", "2026-10"}},
      {"store", {"check"}},         {"store", {"policy", "show"}},
      {"store", {"audit", "list"}}, {"store", {"staff", "list"}},
      {"complain", {"list"}},       {"visit", {"--help"}}};
  const auto kinds = std::ssize(commands);
  const Counter counter;
  counter.must(one_sale.program, one_sale.args);
  const auto before = counter.rows();
  Trials trials("reading commands that lack memory", 2, kinds * stride);
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random& random) {
    const auto& command = commands[static_cast<std::size_t>(number % kinds)];
    const auto run =
        counter.command(command.first, command.second,
                        {std::string{"LANGUAGE="} + (random.one_in(2) ? "zh_CN" : "en")});
    const Plenty plenty(run);
    const auto& whole = plenty.ended;
    lack_each(number / kinds, plenty.requests, [&](const Lack& lack) {
      const auto ended = run_process(scarce(run, lack));
      trials.tally("requests not met");
      if (ended.status == io_status) trials.tally("failed");
      auto wrong = fault_of_end(ended, whole.status);
      const auto lines = [](const Ended& of) { return std::ranges::count(of.out, '\n'); };
      if (wrong.empty() && ended.status == whole.status && lines(ended) < lines(whole))
        wrong = "it says less than all: " + ended.out;
      if (!wrong.empty()) trials.tally("bad");
      CHECK_MESSAGE(
          wrong.empty(),
          told(fmt::format("{} {}", command.first, fmt::join(command.second, " ")), lack, wrong));
    });
    CHECK(counter.rows() == before);
  });
  CHECK(trials.tallied("failed") >= trials.done());
}

TEST_CASE("no key is left in the memory of a command that lacked some") {
  if (!can_be_scarce()) return;
  const NobodysStore store;
  auto needles = store.keys();
  needles.emplace_back("a word of the command", std::string_view{"13912345678"});
  const auto run = store.counter().command(one_edit.program, one_edit.args);
  const auto counted = store.counter().dir().file("count");
  const auto plenty =
      run_process(NobodysStore::as_user(scarce(run, {}, {"SCARCE_COUNT=" + counted})));
  REQUIRE_MESSAGE(plenty.status == 0, plenty.err);
  const auto requests = std::stoll(bytes_of(counted));
  Trials trials("memory of commands that lack some", 3, 1000);
  trials.each([&](std::int64_t number, Random& random) {
    // Rather in the second half, where the store is open.
    const Lack lack{random.between(number % 4 == 0 ? 1 : requests / 2, requests), random.one_in(2)};
    const Stopped stopped{NobodysStore::as_user(scarce(run, lack, {"SCARCE_STOP=1"}))};
    std::string found;
    for (const auto& [needle, at] : copies_in(stopped.pid(), needles)) {
      if (needle == "a word of the command")
        trials.tally("words found");
      else
        found += fmt::format("{} in {} {:x}\n", needle, at.name, at.begin);
    }
    CHECK_MESSAGE(found.empty(), told("an edit", lack, found));
  });
  CHECK(trials.tallied("words found") >= trials.done());
}

TEST_CASE("a lack of memory that is borne badly is found out") {
  if (!can_be_scarce()) return;
  const auto fault = [](const char* way, const Lack& lack) {
    Run run;
    run.argv = {PHARMACY_BIN_DIR "/naive", way};
    run.env = {"PATH=/usr/bin:/bin"};
    return fault_of_end(run_process(scarce(run, lack)));
  };
  for (const char* way : {"written", "read", "told badly", "freed twice", "thrown", "lost"})
    CHECK_MESSAGE(fault(way, {}) == "", way);
  // The second request, or the only one that throws.
  for (const char* way : {"written", "read", "told badly", "freed twice"}) {
    CHECK_MESSAGE(fault(way, {.at = 2}) != "", way);
    CHECK_MESSAGE(fault(way, {.at = 2, .for_good = true}) != "", way);
  }
  CHECK(fault("thrown", {.at = 1}) != "");
#if PHARMACY_SANITIZES_ADDRESS()
  CHECK(fault("lost", {.at = 2}).find("LeakSanitizer") != std::string::npos);
#endif
}

TEST_CASE("a command that lacked memory and is called done is found out") {
  if (!can_be_scarce()) return;
  const ScarceDeed deed({"a sale", [](const Counter&) { return one_sale; }});
  const Lack lack{.at = deed.requests() * 3 / 4, .for_good = true};
  Ended ended;
  CHECK(deed.trial_called_done(lack, ended) == "what was acknowledged is lost");
  CHECK(ended.status == io_status);
}

}  // namespace pharmacy::test
