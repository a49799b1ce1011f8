// Wrong passphrases from eight processes at once, some of which die in the middle, while the clock
// goes on and is put back: how many are let through to the check, and when.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <thread>

#include "support/child.h"
#include "support/trials.h"
#include "support/vault.h"
#include "vault/opening/tries.h"

using namespace pharmacy;
using test::Random;
using test::Trials;

namespace fs = std::filesystem;

namespace {

constexpr int processes = 8;
constexpr int rounds = 25;
constexpr int attempts = 3;  // of each process in each round
constexpr std::uint32_t tried_slot = 7;
constexpr std::int64_t stale = 30;  // seconds by which an attempt's clock may be behind

// The file, with the one record that it has here.
struct Record {
  std::uint32_t failures = 0;
  Instant last{};
};
constexpr std::size_t record_at = 16;

Record read_record(const fs::path& file) {
  const std::string bytes = test::bytes_of(file);
  vault::ByteReader in{std::string_view{bytes}.substr(record_at)};
  in.u32();
  Record record{.failures = in.u32(), .last = {static_cast<std::int64_t>(in.u64())}};
  REQUIRE(in.good());
  return record;
}

void write_record(const fs::path& file, const Record& record) {
  vault::ByteWriter out;
  out.text("PHARMTRY0000000\n").u32(tried_slot).u32(record.failures);
  out.u64(static_cast<std::uint64_t>(record.last.seconds));
  const Fd fd{::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
  const auto size = static_cast<ssize_t>(out.str().size());
  PHARMACY_CHECK(::pwrite(fd.number(), out.str().data(), out.str().size(), 0) == size);
}

// One attempt; `check` is where the passphrase would be checked. False where it is refused.
using Check = std::function<void()>;
using Try = bool (*)(const fs::path& file, Instant now, const Check& check);

bool attempt(const fs::path& file, Instant now, const Check& check) {
  try {
    const vault::Attempt counted{file, tried_slot, now};
    check();
    return true;
  } catch (const Error& error) {
    PHARMACY_CHECK(error.code() == Errc::not_permitted);
    return false;
  }
}

bool is_early(const Record& record, Instant now) {
  const auto passed = std::max<std::int64_t>(now.seconds - record.last.seconds, 0);
  return record.failures >= vault::max_failures ||
         passed < vault::delay_after(record.failures).count();
}

// The control that nothing keeps from counting at the same time as others.
bool attempt_unlocked(const fs::path& file, Instant now, const Check& check) {
  const Record before = read_record(file);
  if (is_early(before, now)) return false;
  std::this_thread::yield();
  write_record(file, {before.failures + 1, now});
  check();
  return true;
}

// The control that counts when the passphrase has proved wrong.
bool attempt_counted_late(const fs::path& file, Instant now, const Check& check) {
  const Fd lock{::open((file.string() + ".lock").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
  PHARMACY_CHECK(::flock(lock.number(), LOCK_EX) == 0);
  const Record before = read_record(file);
  if (is_early(before, now)) return false;
  check();
  write_record(file, {before.failures + 1, now});
  return true;
}

// What the processes of a round tell, in memory that they share.
class Told {
 public:
  Told()
      : counts_{static_cast<Counts*>(::mmap(nullptr, sizeof(Counts), PROT_READ | PROT_WRITE,
                                            MAP_SHARED | MAP_ANONYMOUS, -1, 0))} {
    REQUIRE(counts_ != MAP_FAILED);
  }
  ~Told() { ::munmap(counts_, sizeof(Counts)); }
  Told(const Told&) = delete;
  Told& operator=(const Told&) = delete;

  struct Counts {
    std::atomic<std::uint32_t> checked;
    std::atomic<std::uint32_t> refused;
  };
  Counts* operator->() { return counts_; }

 private:
  Counts* counts_;
};

class Crowd {
 public:
  Crowd(Try how, Random& random, Trials& trials) : try_{how}, random_{random}, trials_{trials} {
    known_ = {.failures = random_.below(vault::max_failures + 1), .last = now()};
    write_record(file_, known_);
  }

  void come() {
    for (int round = 0; round < rounds; ++round) {
      let_time_pass();
      told_->checked = 0;
      told_->refused = 0;
      const int killed = run_processes();
      judge(killed);
    }
  }

 private:
  [[nodiscard]] Instant now() const { return {true_time_ - put_back_}; }

  void let_time_pass() {
    constexpr std::array<std::int64_t, 12> steps{0,   1,    29,   30,   31,   60,
                                                 600, 1920, 3600, 3630, 3700, 4000};
    true_time_ += steps.at(random_.below(steps.size()));
    constexpr std::array<std::int64_t, 5> jumps{10, 30, 31, 3600, 1'000'000};
    if (!random_.one_in(6)) return;
    put_back_ += jumps.at(random_.below(jumps.size()));
    put_back_at_ = true_time_;
  }

  // How many were killed from outside, which may have counted without telling.
  int run_processes() {
    std::array<pid_t, processes> pids{};
    for (pid_t& pid : pids) {
      Random own{random_.engine()()};
      pid = ::fork();
      REQUIRE(pid >= 0);
      if (pid == 0) guess(own);
    }
    int killed = 0;
    if (random_.one_in(4)) {
      std::this_thread::sleep_for(std::chrono::microseconds{random_.below(3000)});
      ::kill(pids.at(random_.below(processes)), SIGKILL);
      ++killed;
    }
    for (const pid_t pid : pids) {
      int status = 0;
      REQUIRE(::waitpid(pid, &status, 0) == pid);
      const bool was_killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
      CHECK((was_killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0)));
      if (was_killed) trials_.tally("killed");
    }
    return killed;
  }

  [[noreturn]] void guess(Random& random) {
    for (int i = 0; i < attempts; ++i) {
      const bool dies = random.one_in(8);
      const bool was_let = try_(file_, now(), [&] {
        ++told_->checked;
        if (dies) ::raise(SIGKILL);
      });
      if (!was_let) ++told_->refused;
    }
    test::end_child(0);
  }

  void judge(int killed) {
    const Record after = read_record(file_);
    const std::uint32_t checked = told_->checked;
    const std::uint32_t counted = after.failures - known_.failures;
    trials_.tally("checked", checked);
    trials_.tally("refused", told_->refused);
    if (counted < checked || counted > checked + static_cast<std::uint32_t>(killed))
      trials_.tally("miscounted");
    if (after.failures > vault::max_failures) trials_.tally("beyond a hundred");

    const auto delay = [&](std::uint32_t more) {
      return vault::delay_after(known_.failures + more).count();
    };
    if (counted > 0 && true_time_ - last_at_ < delay(0)) trials_.tally("too early");
    for (std::uint32_t more = 1; more < std::min(counted, 1000U); ++more)
      if (delay(more) > 0) trials_.tally("too early");
    // Nobody is kept longer than the delay from when the clock last went wrong.
    const bool is_due = true_time_ >= std::max(last_at_, put_back_at_) + delay(0) + stale;
    if (counted == 0 && is_due && known_.failures < vault::max_failures)
      trials_.tally("kept waiting");
    if (counted > 0) last_at_ = true_time_;
    known_ = after;
  }

  test::TempDir directory_;
  fs::path file_ = directory_.path() / "store.tries";
  Try try_;
  Random& random_;
  Trials& trials_;
  Told told_;
  std::int64_t true_time_ = 1'772'000'000;  // what really passes
  std::int64_t put_back_ = 0;               // by how much the machine's clock is behind it
  std::int64_t put_back_at_ = 0;            // when it last was put back
  std::int64_t last_at_ = true_time_;       // when somebody was last let through
  Record known_;
};

constexpr std::array faults{"miscounted", "beyond a hundred", "too early", "kept waiting"};

}  // namespace

TEST_CASE("each of a crowd's wrong passphrases is counted before it is checked") {
  Trials trials{"crowds of wrong passphrases", 4, 1000};
  trials.each([&](std::int64_t, Random& random) { Crowd{attempt, random, trials}.come(); });
  for (const char* fault : faults) {
    CAPTURE(fault);
    CHECK(trials.tallied(fault) == 0);
  }
}

TEST_CASE("a crowd is miscounted where nothing locks, or where counting comes after the check") {
  for (const Try control : {attempt_unlocked, attempt_counted_late}) {
    Trials trials{"crowds that are counted wrongly", 400, 400};  // the first ends it
    trials.each([&](std::int64_t, Random& random) {
      if (trials.tallied("miscounted") == 0) Crowd{control, random, trials}.come();
    });
    CHECK(trials.tallied("miscounted") > 0);
  }
}
