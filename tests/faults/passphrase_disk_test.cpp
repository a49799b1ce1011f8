// An error of the disk while a passphrase is tried or changed: no wrong one is tried that is not
// counted, and afterwards the old one opens the store, or the new one.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <csignal>
#include <filesystem>

#include "disk_errors.h"
#include "on_terminal.h"
#include "support/trials.h"
#include "support/vault.h"
#include "vault/opening/place.h"

namespace pharmacy::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* next_passphrase = "five words in a row";
constexpr const char* wrong_passphrase = "not the words of it";
const std::string wrong = "the login or the passphrase is wrong";

// A store whose manager types her passphrase, as it was made before each command.
class TypedStore {
 public:
  TypedStore() { fs::copy(store_.path, kept(), fs::copy_options::recursive); }

  void put_back() const {
    fs::remove_all(store_.path);
    fs::copy(kept(), store_.path, fs::copy_options::recursive);
  }
  [[nodiscard]] Run command(std::vector<std::string> words) const {
    Run run;
    run.argv = {program("store")};
    run.argv.insert(run.argv.end(), words.begin(), words.end());
    run.argv.insert(run.argv.end(), {"--login", "wangli"});
    run.env = {"PATH=/usr/bin:/bin", "PAGER=cat", "PHARMACY_STORE=" + store_.path.string()};
    return run;
  }
  // The calls of a command on the store as it was.
  [[nodiscard]] std::vector<CallPoint> points(
      const Run& command, const std::string& calls,
      const std::vector<OnTerminal::Answer>& answers) const {
    const std::string log = store_.directory.file("calls");
    static_cast<void>(OnTerminal{logged(command, log, calls)}.answer(answers));
    put_back();
    return calls_in(log, reaches(store_.path.string()));
  }

  [[nodiscard]] bool opens_with(const char* passphrase) const {
    fs::remove(tries());  // nobody waits
    try {
      store_.open("wangli", passphrase);
      return true;
    } catch (const WrongPassphrase&) {
      return false;
    }
  }
  // What a check of the whole store finds.
  [[nodiscard]] std::string findings(const char* passphrase) const {
    std::string text;
    const Store store = Store::open(store_.path, Passphrase{"wangli", Secret{passphrase}});
    for (const Finding& one : store.check()) text += one.check + ": " + one.problem + '\n';
    return text;
  }
  // How many wrong ones in a row are counted of her.
  [[nodiscard]] std::uint32_t failures() const {
    constexpr std::size_t header = 16;
    const std::string file = fs::exists(tries()) ? bytes_of(tries()) : "";
    if (file.size() < header) return 0;
    vault::ByteReader in{std::string_view{file}.substr(header)};
    while (in.left() >= 16) {
      const auto slot = in.u32(), count = in.u32();
      static_cast<void>(in.u64());
      if (slot == 1) return count;
    }
    return 0;
  }

 private:
  [[nodiscard]] fs::path kept() const { return store_.directory.path() / "kept"; }
  [[nodiscard]] fs::path tries() const { return vault::Place{store_.path}.tries(); }

  PassphraseStore store_;
};

std::int64_t times_in(const std::string& text, const std::string& part) {
  std::int64_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string told(const DiskError& error, const std::string& fault, const Ended& ended) {
  return fmt::format("{}: {} (status {}, said \"{}\")", to_string(error), fault, ended.status,
                     ended.out);
}

// Whoever types wrong ones, three times: what is wrong with how they were counted.
class WrongTries {
 public:
  static constexpr const char* calls =
      "openat,flock,pread64,pwrite64,ftruncate,fsync,fdatasync,read,write";

  [[nodiscard]] std::vector<CallPoint> points() const {
    return store_.points(command_, calls, typed_);
  }
  [[nodiscard]] Ended hinder(const CallPoint& point, const std::string& what,
                             const std::string& more = "") const {
    store_.put_back();
    return OnTerminal{hindered(command_, point, what, more)}.answer(typed_);
  }
  [[nodiscard]] std::string fault_after(const Ended& ended,
                                        const std::set<int>& statuses = of_the_disk) const {
    if (ended.status != 77 && (ended.status == 0 || !statuses.contains(ended.status)))
      return "not a status to expect";
    if (ended.out.find("bug") != std::string::npos) return "called a bug";
    const std::int64_t counted = store_.failures(), checked = times_in(ended.out, wrong);
    if (counted < checked) return fmt::format("{} checked, {} counted", checked, counted);
    if (counted > 3) return "counted too often";
    return store_.opens_with(good_passphrase) ? "" : "her own opens it no more";
  }

 private:
  TypedStore store_;
  Run command_ = store_.command({"info"});
  const std::vector<OnTerminal::Answer> typed_{{"passphrase of wangli: ", wrong_passphrase}};
};

// Whoever changes her passphrase.
class Change {
 public:
  [[nodiscard]] std::vector<CallPoint> points() const {
    return store_.points(command_, disk_calls, typed_);
  }
  [[nodiscard]] Ended hinder(const CallPoint& point, const std::string& what,
                             const std::string& more = "") const {
    store_.put_back();
    return OnTerminal{hindered(command_, point, what, more)}.answer(typed_);
  }
  [[nodiscard]] std::string fault_after(const Ended& ended, bool is_mute,
                                        const std::set<int>& statuses = of_the_disk) const {
    if (!statuses.contains(ended.status)) return "not a status to expect";
    const bool is_told = ended.out.find("store staff passphrase: ") != std::string::npos;
    if (ended.status != 0 && !is_told && !is_mute) return "no message of its own";
    if (ended.out.find("bug") != std::string::npos) return "called a bug";
    return fault_of_store(ended, is_mute || ended.out.find("--op") != std::string::npos);
  }
  [[nodiscard]] std::string fault_after_kill(const Ended& ended) const {
    const bool is_killed = ended.status == 128 + SIGKILL;
    return is_killed || ended.status == 0 ? fault_of_store(ended, true) : "not a status to expect";
  }

 private:
  // `is_open`: it may be done although it does not say so.
  [[nodiscard]] std::string fault_of_store(const Ended& ended, bool is_open) const {
    // Whoever opens it does what was noted in the database, and not in its keyring yet.
    if (store_.opens_with(good_passphrase) && ended.status == 0)
      return "what was acknowledged is lost";
    const bool old_opens = store_.opens_with(good_passphrase);
    if (old_opens == store_.opens_with(next_passphrase))
      return old_opens ? "both open it" : "neither opens it";
    if (ended.status != 0 && !is_open && !old_opens) return "what failed is there";
    const char* now = old_opens ? good_passphrase : next_passphrase;
    if (auto found = store_.findings(now); !found.empty()) return found;
    return fault_of_another(now);
  }
  // She changes it once more, and nothing fails.
  [[nodiscard]] std::string fault_of_another(const char* now) const {
    constexpr const char* third = "six words in another row";
    const Ended ended = OnTerminal{command_}.answer(
        {{"passphrase of wangli: ", now}, {"王丽: ", third}, again(third)});
    if (ended.status != 0) return "not to be changed again: " + ended.out;
    return store_.opens_with(third) && !store_.opens_with(now) ? "" : "not changed again";
  }
  static OnTerminal::Answer again(const char* passphrase) {
    return {"passphrase again: ", passphrase};
  }

  TypedStore store_;
  Run command_ = store_.command({"staff", "passphrase"});
  const std::vector<OnTerminal::Answer> typed_{{"passphrase of wangli: ", good_passphrase},
                                               {"王丽: ", next_passphrase},
                                               again(next_passphrase)};
};

}  // namespace

TEST_CASE("no wrong passphrase is checked uncounted while the disk fails") {
  const WrongTries tries;
  const auto points = tries.points();
  CHECK(points.size() >= 15);
  const auto errors = disk_errors(points);
  Trials trials("errors of the disk under wrong passphrases", 20, std::ssize(errors));
  trials.each([&](std::int64_t number, Random&) {
    const DiskError& error = errors.at(static_cast<std::size_t>(number));
    const Ended ended = tries.hinder(error.point, injection(error), injection_end(error));
    trials.tally(fmt::format("status {}", ended.status));
    const auto fault = tries.fault_after(ended, statuses_of(error));
    CHECK_MESSAGE(fault.empty(), told(error, fault, ended));
  });
}

TEST_CASE("a wrong passphrase of which the count was lost is found out") {
  const WrongTries tries;
  const auto points = tries.points();
  const auto last = std::ranges::find(points.rbegin(), points.rend(), "pwrite64", &CallPoint::call);
  REQUIRE(last != points.rend());
  const Ended ended = tries.hinder(*last, "retval=16");
  CHECK(ended.status == 77);
  CHECK(tries.fault_after(ended) == "3 checked, 2 counted");
}

TEST_CASE("an error of the disk in a change of a passphrase leaves the old one or the new one") {
  const Change change;
  const auto points = change.points();
  CHECK(points.size() >= 30);
  const auto errors = disk_errors(points);
  Trials trials("errors of the disk in a change of a passphrase", 10, std::ssize(errors));
  trials.each([&](std::int64_t number, Random&) {
    const DiskError& error = errors.at(static_cast<std::size_t>(number));
    const Ended ended = change.hinder(error.point, injection(error), injection_end(error));
    trials.tally(fmt::format("status {}", ended.status));
    const auto fault = change.fault_after(ended, error.is_mute(), statuses_of(error));
    CHECK_MESSAGE(fault.empty(), told(error, fault, ended));
  });
}

TEST_CASE(
    "a change of a passphrase killed at a write-like call leaves the old one or the new one") {
  const Change change;
  const auto points = change.points();
  Trials trials("kill sweep of a change of a passphrase", 3, std::ssize(points));
  trials.each([&](std::int64_t number, Random&) {
    const CallPoint& point = points.at(static_cast<std::size_t>(number));
    const Ended ended = change.hinder(point, "signal=SIGKILL");
    trials.tally(ended.status == 0 ? "went on" : "killed");
    const auto fault = change.fault_after_kill(ended);
    CHECK_MESSAGE(fault.empty(), point.call << " " << point.k << ": " << fault << ended.out);
  });
  CHECK(trials.tallied("killed") * 2 >= trials.done());
  // The control: one of which it is said that it was made before it was.
  Ended ended = change.hinder(points.front(), "signal=SIGKILL");
  REQUIRE(ended.status == 128 + SIGKILL);
  ended.status = 0;
  CHECK(change.fault_after_kill(ended) == "what was acknowledged is lost");
}

TEST_CASE("a change of a passphrase of which the keyring did not get its name is found out") {
  const Change change;
  const auto points = change.points();
  const auto named = std::ranges::find(points, "rename", &CallPoint::call);
  REQUIRE(named != points.end());
  CHECK(change.fault_after(change.hinder(*named, "retval=0"), false) != "");
}

}  // namespace pharmacy::test
