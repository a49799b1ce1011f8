// Every request for memory fails, once or from then on: nothing crashes, leaks or is lost.
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <bitset>
#include <new>

#include "db/database.h"
#include "db/transaction.h"
#include "pharmacy/members.h"
#include "shortage.h"
#include "support/child.h"
#include "support/sanitizers.h"
#include "support/sealed.h"
#include "support/test_store.h"
#include "vault/store_impl.h"

#if PHARMACY_SANITIZES_ADDRESS()
#include <sanitizer/lsan_interface.h>
#endif

namespace pharmacy::db::test {
namespace {

using pharmacy::test::end_shortage;
using pharmacy::test::Memory;
using pharmacy::test::set_shortage;
using pharmacy::test::Shortage;
using pharmacy::test::sqlite_blocks;

constexpr int commits = 2;

// What a child process tells of its work.
struct Report {
  std::bitset<commits> acknowledged;
  std::bitset<commits> unknown;  // may be there or not
  int requests = 0;
  int failures = 0;               // of steps of the work
  std::array<char, 120> wrong{};  // what should not have happened

  void blame(const std::string& text) {
    if (wrong[0] != '\0') return;
    wrong[text.copy(wrong.data(), wrong.size() - 1)] = '\0';
  }
};

// Memory that a child shares with its parent.
class Shared {
 public:
  Shared()
      : page_(::mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                     -1, 0)) {
    REQUIRE(page_ != MAP_FAILED);
  }
  ~Shared() { ::munmap(page_, sizeof(Report)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  Report& fresh() { return *new (page_) Report; }

 private:
  void* page_;
};

// A step of the work: it is done, or ends with an error that a lack of memory may have.
template <class Step>
bool attempt(Report& report, Step&& step) {
  try {
    step();
    return true;
  } catch (const std::bad_alloc&) {
  } catch (const Error& error) {
    // SQLite calls some of them failures of a file.
    if (error.code() != Errc::io && error.code() != Errc::outcome_unknown)
      report.blame(fmt::format("error {}: {}", static_cast<int>(error.code()), error.what()));
  } catch (const std::exception& other) {
    report.blame(other.what());
  }
  ++report.failures;
  return false;
}

using Work = std::function<void(Report&)>;

// Does the work in a child process that is short of memory, and finds what is left behind.
Report run_short(const Shortage& shortage, const Work& work, Shared& shared) {
  Report& report = shared.fresh();
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    for (const int fatal : {SIGABRT, SIGSEGV}) ::signal(fatal, SIG_DFL);  // doctest's are for tests
    const int before = sqlite_blocks();
    set_shortage(shortage);
    work(report);
    report.requests = end_shortage();
    if (sqlite_blocks() > before) report.blame("memory of SQLite's was not given back");
#if PHARMACY_SANITIZES_ADDRESS()
    if (__lsan_do_recoverable_leak_check() != 0) report.blame("memory was not given back");
#endif
    pharmacy::test::end_child(0);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    report.blame("crashed, " + std::to_string(status));
  return report;
}

// What is wrong with what was found afterwards.
std::string judge(const Report& report, const std::bitset<commits>& found) {
  if (report.wrong[0] != '\0') return report.wrong.data();
  if ((report.acknowledged & ~found).any()) return "what was acknowledged is lost";
  if ((found & ~report.acknowledged & ~report.unknown).any()) return "what failed is there";
  return "";
}

// Opens the store, makes two commits with a checkpoint between, and reads.
void work_on_engine(const fs::path& directory, Report& report) {
  attempt(report, [&] {
    Gate gate(directory / "store.lock", "test");
    gate.acquire(1s);
    Database database{
        open_sealed({.path = directory / "store.db", .cache_kib = 40}, keys_of(1), gate)};
    for (int i = 0; i < commits; ++i) {
      const auto bit = static_cast<std::size_t>(i);
      report.acknowledged[bit] = attempt(report, [&] {
        WriteScope change{database};
        database.run("INSERT INTO t VALUES(?1, zeroblob(60000))", std::int64_t{i + 1});
        database.run("UPDATE t SET b = zeroblob(60001) WHERE a = ?1", std::int64_t{i + 1});
        try {
          change.commit();
        } catch (...) {
          report.unknown[bit] = may_have_committed(database.handle());
          throw;
        }
      });
      if (i == 0) checkpoint_all(database.handle(), gate, 0ms);
    }
    attempt(report, [&] { database.value<std::int64_t>("SELECT sum(length(b)) FROM t"); });
  });
}

class Engine {
 public:
  Engine() {
    Session store(made_.path(), keys_of(1), Session::Make::yes);
    store.write("CREATE TABLE t(a INTEGER PRIMARY KEY, b BLOB)");
  }

  // Calls everything acknowledged if `boastful`.
  std::string trial(const Shortage& shortage, Report& report, bool boastful = false) {
    copy_store(made_.path(), dir_.path());
    report = run_short(
        shortage, [&](Report& r) { work_on_engine(dir_.path(), r); }, shared_);
    if (boastful) report.acknowledged.set();
    Session store(dir_.path(), keys_of(1));
    if (store.query("PRAGMA integrity_check") != "ok\n") return "damaged";
    std::bitset<commits> found;
    for (std::size_t i = 0; i < commits; ++i)
      found[i] = store.query(fmt::format("SELECT count(*) FROM t WHERE a={}", i + 1)) == "1\n";
    return judge(report, found);
  }

 private:
  TempDir made_, dir_;
  Shared shared_;
};

// The requests of the work, when nothing fails.
int requests_of(Memory memory, const std::function<std::string(const Shortage&, Report&)>& trial) {
  Report report;
  REQUIRE(trial({.memory = memory, .k = 1'000'000'000}, report) == "");
  REQUIRE(report.acknowledged.all());
  REQUIRE(report.failures == 0);
  return report.requests;
}

// Each request once, and from it on.
void sweep(const std::string& name, Memory memory, std::int64_t usual,
           const std::function<std::string(const Shortage&, Report&)>& trial) {
  const int all = requests_of(memory, trial);
  Trials trials(name, usual, 2 * std::int64_t{all});
  trials.tally("bad", 0);
  trials.each([&](std::int64_t number, Random&) {
    const Shortage shortage{
        .memory = memory, .k = static_cast<int>(number / 2 + 1), .for_good = number % 2 == 1};
    CAPTURE(shortage.k);
    CAPTURE(shortage.for_good);
    Report report;
    const std::string wrong = trial(shortage, report);
    if (!wrong.empty()) trials.tally("bad");
    if (report.failures > 0) trials.tally("failed");
    CHECK(wrong == "");
  });
}

TEST_CASE("the engine comes through every lack of memory") {
  Engine engine;
  const auto trial = [&](const Shortage& shortage, Report& report) {
    return engine.trial(shortage, report);
  };
  SUBCASE("of SQLite's") { sweep("SQLite out of memory", Memory::sqlite, 80, trial); }
  SUBCASE("of operator new") { sweep("operator new out of memory", Memory::cpp, 80, trial); }
}

// The same as the programs do it: opens the store with a key file, adds two members, and looks for
// one.
void work_on_store(const fs::path& directory, const std::string& key, const Clock& clock,
                   Report& report) {
  attempt(report, [&] {
    OpenOptions options;
    options.clock = clock;
    Store store = Store::open(directory, KeyFile{Secret{key}}, options);
    for (std::size_t i = 0; i < commits; ++i) {
      report.acknowledged[i] = attempt(report, [&] {
        auto tx = store.begin({.id = fmt::format("op-{}", i), .request = "short of memory"});
        add_member(tx, {.name = "Zhang Wei", .card = fmt::format("700{}", i)});
        try {
          tx.commit();
        } catch (const Error& error) {
          report.unknown[i] = error.code() == Errc::outcome_unknown;
          throw;
        }
      });
    }
    attempt(report, [&] {
      store.view([](Reading& reading) { static_cast<void>(find_member(reading, "7000")); });
    });
  });
}

class Shop {
 public:
  Shop() : key_(pharmacy::test::bytes_of(store_.key_file_path())) { store_.close(); }

  std::string trial(const Shortage& shortage, Report& report) {
    const fs::path copy = dir_.path() / "store";
    fs::remove_all(copy);
    fs::copy(store_.path(), copy);
    const Clock clock = store_.clock();
    report = run_short(
        shortage, [&](Report& r) { work_on_store(copy, key_, clock, r); }, shared_);
    OpenOptions options;
    options.clock = clock;
    const Store store = Store::open(copy, KeyFile{Secret{key_}}, options);
    if (const auto findings = store.check(); !findings.empty()) return findings[0].problem;
    std::bitset<commits> found;
    auto reading = store.impl().look_of_test();
    for (std::size_t i = 0; i < commits; ++i)
      found[i] = find_member(reading, fmt::format("700{}", i)).has_value();
    return judge(report, found);
  }

 private:
  pharmacy::test::TestStore store_{"2026-03-01"};
  std::string key_;
  TempDir dir_;
  Shared shared_;
};

TEST_CASE("the store comes through every lack of memory") {
  Shop shop;
  const auto trial = [&](const Shortage& shortage, Report& report) {
    return shop.trial(shortage, report);
  };
  SUBCASE("of SQLite's") { sweep("a store, SQLite out of memory", Memory::sqlite, 24, trial); }
  SUBCASE("of operator new") { sweep("a store, operator new", Memory::cpp, 32, trial); }
  SUBCASE("of pages for keys") { sweep("a store, pages for keys", Memory::pages, 10, trial); }
}

TEST_CASE("an opening that lacks memory fails as a whole or not at all") {
  const TempDir dir;
  { const Session made(dir.path(), keys_of(1), Session::Make::yes); }
  Gate gate(dir.path() / "store.lock", "test");
  for (const bool for_good : {false, true}) {
    int k = 0, requests = 0, failures = 0;
    do {
      ++k;
      CAPTURE(k);
      CAPTURE(for_good);
      const int before = sqlite_blocks();
      sqlite3* db = nullptr;
      bool lacked = false;
      std::optional<Errc> code;
      set_shortage({.memory = Memory::sqlite, .k = k, .for_good = for_good});
      try {
        db = open_sealed({.path = dir.path() / "store.db"}, keys_of(1), gate);
      } catch (const std::bad_alloc&) {
        lacked = true;
      } catch (const Error& error) {
        code = error.code();  // SQLite calls some of them failures of a file
      }
      requests = end_shortage();
      CHECK((db != nullptr || lacked || code == Errc::io));
      if (db == nullptr) ++failures;
      close_sealed(db);
      CHECK(sqlite_blocks() <= before);
    } while (requests >= k && k < 10'000);
    CHECK(failures > 10);
    CHECK(failures < k);
  }
}

TEST_CASE("a text that there is no memory for is not taken for an empty one") {
  const TempDir dir;
  Gate gate(dir.path() / "store.lock", "test");
  gate.acquire(1s);
  Database database{create_sealed({.path = dir.path() / "store.db"}, keys_of(1), gate)};
  // SQLite needs room for the zero behind it.
  const std::string_view text("a text, cut", 6);
  auto statement = database.prepare("SELECT ?1");
  statement.bind(text);
  REQUIRE(statement.step());
  set_shortage({.memory = Memory::sqlite, .k = 1, .for_good = true});
  std::optional<std::string> got;
  try {
    got = statement.get<std::string>(0);
  } catch (const std::bad_alloc&) {
  }
  CHECK(end_shortage() > 0);
  CHECK(got == std::nullopt);
  CHECK(database.value<std::string>("SELECT ?1", text) == text);
}

TEST_CASE("keys that cannot be locked are used all the same, and it is known") {
  Shop shop;
  Report report;
  CHECK(shop.trial({.memory = Memory::locks, .k = 1, .for_good = true}, report) == "");
  CHECK(report.acknowledged.all());
  CHECK(report.requests > 0);
  CHECK(in_child([] {
    set_shortage({.memory = Memory::locks, .k = 1});
    const Secret secret{std::string(10'000, 'x')};
    return end_shortage() == 1 && !secrets_are_locked();
  }));
}

TEST_CASE("a commit that failed for lack of memory and is called made is found out") {
  Engine engine;
  int found_out = 0;
  for (int k = 1; k < 2000 && found_out == 0; k += 40) {
    Report report;
    const auto wrong =
        engine.trial({.memory = Memory::sqlite, .k = k, .for_good = true}, report, true);
    if (wrong == "what was acknowledged is lost") ++found_out;
  }
  CHECK(found_out == 1);
}

TEST_CASE("work that crashes, leaks or fails in another way is found out") {
  Shared shared;
  const auto said = [&](const Work& work) {
    const Work quietly = [&](Report& report) {
      ::close(STDERR_FILENO);
      work(report);
    };
    return std::string(run_short({}, quietly, shared).wrong.data());
  };
  CHECK(said([](Report&) {}) == "");
  CHECK(said([](Report&) { ::abort(); }).starts_with("crashed"));
  CHECK(said([](Report&) { sqlite3_malloc(10); }) == "memory of SQLite's was not given back");
  CHECK(said([](Report& r) {
          attempt(r, [] { throw Error(Errc::damaged, "x"); });
        }).starts_with("error"));
#if PHARMACY_SANITIZES_ADDRESS()
  CHECK(said([](Report&) { *new volatile int = 1; }) == "memory was not given back");
#endif
}

}  // namespace
}  // namespace pharmacy::db::test
