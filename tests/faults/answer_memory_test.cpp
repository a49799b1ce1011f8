// What a program still has in its memory when it prints its answer: what it was asked for, and
// nothing that opens the store.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <system_error>

#include "on_terminal.h"
#include "standing.h"
#include "support/test_store.h"
#include "support/trials.h"
#include "support/vault.h"

namespace pharmacy::test {
namespace {

constexpr const char* note_text = "canary of a health note";
constexpr const char* complaint_text = "canary of a complaint";

struct Asking {
  const char* program;
  std::vector<std::string> args;
};
const Asking askings[] = {{"member", {"health", "list", "6001"}},
                          {"complain", {"show", "C2020-1"}},
                          {"visit", {"list"}},
                          {"report", {"daily", "today"}},
                          {"store", {"staff", "list"}}};

// With what somebody proves who she is: 王丽 with her key file, anna with a passphrase, anybody
// with the recovery code.
enum class By { key_file, passphrase, recovery_code };
constexpr int ways = 3;

// A command that was let in on a terminal, and stands before its first byte of output: there is no
// room for it.
class Answering {
 public:
  Answering(const Run& command, const std::string& fifo,
            const std::optional<OnTerminal::Answer>& typed)
      : room_{fifo}, terminal_{with_output(command, fifo)} {
    if (typed) {
      terminal_.wait_for(typed->question);
      terminal_.type(typed->typed + '\n');
    }
    for (int patience = 0; patience < 6'000 && !stands_; ++patience) {
      ::usleep(10'000);
      std::ifstream file{fmt::format("/proc/{}/syscall", terminal_.pid())};
      std::string number, stream;
      file >> number >> stream;
      stands_ = number == std::to_string(SYS_write) && stream == "0x1";
      if (!file && !stands_ && ::kill(terminal_.pid(), 0) != 0) break;
    }
  }
  [[nodiscard]] bool stands() const { return stands_; }
  [[nodiscard]] pid_t pid() const { return terminal_.pid(); }

 private:
  // A pipe that is full, for as long as this is there.
  struct Full {
    int fd;
    explicit Full(const std::string& fifo) {
      ::unlink(fifo.c_str());
      REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
      fd = ::open(fifo.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
      REQUIRE(fd >= 0);
      while (::write(fd, "full", 4) > 0) {
      }
    }
    ~Full() { ::close(fd); }
    Full(const Full&) = delete;
    Full& operator=(const Full&) = delete;
  };
  static Run with_output(Run run, const std::string& fifo) {
    const std::vector<std::string> below{"sh", "-c", fmt::format("exec \"$@\" >{}", fifo), "sh"};
    run.argv.insert(run.argv.begin(), below.begin(), below.end());
    return run;
  }

  Full room_;
  OnTerminal terminal_;
  bool stands_ = false;
};

// A store of which all keys are known, and what is typed to open it.
class KnownStore {
 public:
  KnownStore() {
    counter_.must("member", {"consent", "give", "6001", "--purpose", "health"});
    counter_.must("member",
                  {"health", "add", "6001", note_text, "--kind", "allergy", "--ingredient", "x"});
    put_bytes(counter_.dir().file("cases.csv"),
              "reference,received_at,text\nK0,2020-01-02," + std::string{complaint_text} + '\n');
    counter_.must("complain", {"import", counter_.dir().file("cases.csv")});
    counter_.must("visit", {"buy", "6001", "6901234567890"});
    const auto added =
        OnTerminal{counter_.command("store", {"staff", "add", "anna", "--name", "Anna", "--role",
                                              "pharmacist", "--role", "manager"})}
            .answer({{"Anna: ", good_passphrase}, {"passphrase again: ", good_passphrase}});
    REQUIRE_MESSAGE(added.status == 0, added.out);
    take_recovery_code(counter_.must("store", {"key", "recovery", "--confirm", "store"}));
    take_keys(KeyFile{Secret{bytes_of(counter_.key())}});
    take_keys(Passphrase{"anna", Secret{good_passphrase}});
    take_keys(RecoveryCode{Secret{code_}});
    const auto file = bytes_of(counter_.key());
    secrets_.emplace_back("key file", std::string_view{file}.substr(0, file.find('\n')));
    secrets_.emplace_back("passphrase", std::string_view{good_passphrase});
    secrets_.emplace_back("recovery code", std::string_view{code_});
  }

  [[nodiscard]] const std::vector<Needle>& secrets() const { return secrets_; }
  [[nodiscard]] std::string fifo() const { return counter_.dir().file("answer.fifo"); }
  [[nodiscard]] Run command(const Asking& asking, By by) const {
    Run run = counter_.command(asking.program, asking.args);
    if (by == By::key_file) return run;
    std::erase_if(run.env, [](const auto& one) { return one.starts_with("PHARMACY_KEY_FILE="); });
    run.argv.insert(run.argv.end(), {"--login", by == By::passphrase ? "anna" : "recovery"});
    return run;
  }
  [[nodiscard]] std::optional<OnTerminal::Answer> typed(By by) const {
    if (by == By::passphrase) return {{"passphrase of anna: ", good_passphrase}};
    if (by == By::recovery_code) return {{"recovery code: ", code_}};
    return std::nullopt;
  }
  // The end of what it answers, which nothing else has.
  [[nodiscard]] std::string answer(const Asking& asking) const {
    const auto all = counter_.must(asking.program, asking.args);
    REQUIRE(all.size() > 40);
    return all.substr(all.size() - 24);
  }

 private:
  void take_recovery_code(const std::string& shown) {
    std::istringstream words{shown};
    for (std::string word; words >> word;)
      if (is_recovery_code(word)) code_ = word;
    REQUIRE(!code_.empty());
  }
  void take_keys(const Key& key) {
    const vault::Place place{counter_.store()};
    const auto who = vault::unlock(place, key, Instant{});
    for (auto& needle : needles_of(who, vault::open_keyring(place, who)))
      secrets_.push_back(std::move(needle));
  }

  Counter counter_;
  std::string code_;
  std::vector<Needle> secrets_;
};

// Where the needles stand in it, one a line; nothing where nobody may look.
std::string found_in_memory(pid_t pid, const std::vector<Needle>& needles) {
  std::string found;
  for (const auto& [needle, at] : copies_in(pid, needles))
    found += fmt::format("{} in {} {:x}\n", needle, at.name, at.begin);
  return found;
}

}  // namespace

TEST_CASE("whatever a program answers, nothing that opened the store is left in its memory") {
  const KnownStore store;
  Trials trials{"programs that answer, by what opened the store", 3, std::ssize(askings) * ways};
  trials.each([&](std::int64_t number, Random&) {
    const Asking& asking = askings[number % std::ssize(askings)];
    const By by = static_cast<By>(number / std::ssize(askings));
    const std::string name = asking.program;
    CAPTURE(name);
    const std::vector<Needle> answer{{"answer", store.answer(asking)}};
    const Answering program{store.command(asking, by), store.fifo(), store.typed(by)};
    REQUIRE(program.stands());
    try {
      CHECK(found_in_memory(program.pid(), store.secrets()) == "");
      // The control: what was asked for is there.
      CHECK(found_in_memory(program.pid(), answer) != "");
      trials.tally("looked into");
    } catch (const std::system_error& refused) {
      MESSAGE("skipped: ", refused.what());
    }
  });
  if (::geteuid() == 0) CHECK(trials.tallied("looked into") == trials.done());
}

TEST_CASE("a passphrase or a recovery code that a program keeps is found in its memory") {
  const KnownStore store;
  for (const By by : {By::passphrase, By::recovery_code}) {
    const auto typed = store.typed(by);
    Run keeping;
    keeping.argv = {"sh", "-c", "printf '%s' \"$0\" >/dev/tty; read kept </dev/tty; echo $kept",
                    typed->question};
    keeping.env = {"PATH=/usr/bin:/bin"};
    const Answering program{keeping, store.fifo(), typed};
    REQUIRE(program.stands());
    const auto found = found_in_memory(program.pid(), store.secrets());
    const std::string what = by == By::passphrase ? "passphrase in " : "recovery code in ";
    CHECK_MESSAGE(found.find(what) != std::string::npos, found);
  }
}

}  // namespace pharmacy::test
