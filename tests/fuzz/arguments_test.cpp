// Arguments of any kind for every program.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

#include "fuzz/words.h"
#include "pharmacy/members.h"
#include "support/process.h"
#include "support/temp_dir.h"
#include "support/test_store.h"
#include "support/trials.h"

namespace pharmacy::test {
namespace {

// The longest that the system hands over, its end included: 32 pages.
constexpr std::size_t longest_argument = 131'072;

const std::vector<std::string>& common_words() {
  static const std::vector<std::string> words{
      "list",     "show",  "add",      "import",    "6001",    "M1",           "1",
      "--all",    "--qty", "--format", "json",      "csv",     "--limit",      "-1",
      "--",       "-",     "",         "--op",      "--today", "2026-02-30",   "-n",
      "--help",   "张伟",  "--yes",    "--dry-run", "--on",    "--store=none", "\x1b[2J",
      "--reason", "=2@#",  "help",     "--as",      "today",   "--columns",    "--no-input"};
  return words;
}

const std::vector<std::string>& words_of(const std::string& program) {
  static const std::map<std::string, std::vector<std::string>> words{
      {"store",
       {"info", "check", "staff", "key", "rotate", "audit", "verify", "policy", "calendar",
        "approvals", "backup", "doctor", "address", "wangli", "--login", "--new-key", "init"}},
      {"member",
       {"find", "edit", "merge", "consent", "health", "household", "export", "--phone",
        "13800138000", "--kind", "--card", "risk", "group", "forget", "points", "timeline"}},
      {"visit",
       {"buy", "refund", "product", "--item", "--price", "--redeem", "counsel", "recall", "request",
        "lead", "account", "slip", "6901234567890=1#B1", "--pay", "cash=3"}},
      {"complain",
       {"ack", "pause", "reply", "close", "C2026-1", "--contact", "--by", "reaction", "action",
        "suggest", "evidence", "due", "--kind", "suggestion", "药盒破损"}},
      {"report",
       {"daily", "monthly", "points", "quality", "region", "recall", "special", "credit",
        "complaint", "last-month", "2026-10", "--by", "yesterday"}}};
  return words.at(program);
}

std::string some_word(const std::string& program, Random& random) {
  const auto& own = words_of(program);
  const auto& common = common_words();
  const auto any = random.below(static_cast<std::uint32_t>(own.size() + common.size()));
  std::string word = any < own.size() ? own[any] : common[any - own.size()];
  if (random.one_in(8))
    word.insert(random.below(static_cast<std::uint32_t>(word.size()) + 1), 1,
                static_cast<char>(1 + random.below(255)));
  if (random.one_in(40)) word += std::string(random.below(20'000), 'x');
  if (random.one_in(400)) word.resize(longest_argument - 1, 'y');
  // Nothing is named outside the directory of this test.
  std::ranges::replace(word, '/', '_');
  return word;
}

Ran ran_with(int status, std::string err) {
  Ran ran;
  ran.status = status;
  ran.err = std::move(err);
  return ran;
}

// A store with a member, and what no message about it may repeat.
struct UsedStore : TestStore {
  TempDir directory;
  std::vector<std::string> secrets;

  UsedStore() : TestStore{"2026-10-14"} {
    auto tx = begin();
    add_member(tx, {.name = "欧阳青", .card = "6001", .phone = "13912345678"});
    tx.commit();
    const std::string key = bytes_of(key_file_path());
    secrets = {"欧阳青", "13912345678", recovery_code(), key.substr(key.size() / 2, 20),
               path().string()};
  }
};

}  // namespace

TEST_CASE("whatever words a program is given, it ends with a status of its manual") {
  UsedStore store;
  const Elsewhere elsewhere{store.directory.path()};
  Trials trials("random words for the programs", 240, 100'000);
  for (const char* kind : {"answered", "with a store", "refused"}) trials.tally(kind, 0);
  trials.each([&](std::int64_t, Random& random) {
    const auto& program = programs()[random.below(static_cast<std::uint32_t>(programs().size()))];
    std::vector<std::string> args;
    for (std::uint32_t i = random.below(7); i > 0; --i)
      args.push_back(some_word(program.name, random));
    const bool has_store = random.one_in(6);
    const auto ran = has_store ? run(program.define, store, args) : run(program.define, args);
    CAPTURE(program.name);
    CAPTURE(fmt::format("{}", fmt::join(args, " ")));
    CAPTURE(ran.err);
    CHECK(fault_of(ran, store.secrets) == "");
    trials.tally(ran.status == 0 ? "answered" : "refused");
    if (has_store) trials.tally("with a store");
  });
  CHECK(trials.tallied("answered") > 0);
}

TEST_CASE("an argument as long as the system hands over is refused like any other") {
  const TempDir directory;
  const Elsewhere elsewhere{directory.path()};
  const std::string text(longest_argument - 1, 'y');
  for (const auto& program : programs()) {
    const std::string verb = words_of(program.name).front();
    const auto cut = [&](const std::string& front) { return front + text.substr(front.size()); };
    for (const auto& args : std::vector<std::vector<std::string>>{
             {text}, {cut("--")}, {cut("--store=")}, {verb, text}, {verb, "--op", text}}) {
      const auto ran = run(program.define, args);
      CHECK(fault_of(ran) == "");
      CHECK(ran.status != 0);
      CHECK(ran.out == "");
      // What was given is told of in a few lines.
      CHECK(ran.err.size() < 2 * longest_argument);
    }
    Run process;
    process.argv = {PHARMACY_BIN_DIR "/" + program.name, verb, text};
    process.env = {"LC_ALL=C"};
    const auto ended = run_process(process);
    CHECK(fault_of(ran_with(ended.status, ended.err)) == "");
    CHECK(ended.status != 0);
  }
}

TEST_CASE("a message that tells what it should not, and a status of no manual, are found out") {
  CHECK(fault_of(ran_with(65, "visit buy: 6001 is no product\n"), {"欧阳青"}) == "");
  for (const char* said :
       {"no such column: m.name", "near \"SELECT id FROM member\"", "sqlite3: disk I/O error",
        "lib/members/add.cpp:12", PHARMACY_SOURCE_DIR "/lib", "it is 欧阳青's"})
    CHECK_MESSAGE(fault_of(ran_with(65, said), {"欧阳青"}) != "", said);
  CHECK(fault_of(ran_with(70, "a bug")) != "");
  CHECK(fault_of(ran_with(139, "")) != "");
  CHECK(fault_of(ran_with(65, "")) != "");
  const cli::Define broken = [](cli::Frame&) { throw std::logic_error("broken"); };
  CHECK(fault_of(run(broken, {})) == "status 70");
}

}  // namespace pharmacy::test
