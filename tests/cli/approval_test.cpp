// What takes two people, as they run it.
#include "pharmacy/approval.h"

#include <doctest/doctest.h>

#include "member/member.h"
#include "pharmacy/members.h"
#include "pharmacy/text.h"
#include "store/store.h"
#include "support/colleague.h"
#include "support/run.h"

namespace pharmacy::test {
namespace {

// More members than one person exports, and a pharmacist with a key file.
struct Crowd : TestStore {
  explicit Crowd(bool with_second = true) : TestStore{"2026-03-01"} {
    auto tx = begin();
    for (std::size_t i = 0; i <= people_shown_max; ++i) add_member(tx, {.name = "会员"});
    tx.commit();
    if (with_second) second_key = let_zhaomin_in(*this);
  }
  [[nodiscard]] std::string file() const { return path().string() + ".csv"; }

  Ran by_first(std::vector<std::string> more, Surroundings around = {}) {
    std::vector<std::string> args{"export", file()};
    args.insert(args.end(), more.begin(), more.end());
    return run(cli::member, *this, args, around);
  }
  Ran by_second(const std::vector<std::string>& args, Surroundings around = {}) {
    around.env["PHARMACY_KEY_FILE"] = second_key;
    return run(cli::define_store, *this, args, around);
  }

  std::string second_key{};
};

}  // namespace

TEST_CASE("an export of a large store waits for a second person") {
  Crowd s;
  const Ran asked = s.by_first({});
  CHECK(asked.status == 3);
  CHECK(asked.out == "");
  CHECK(asked.err.find("it is request 1\n") != std::string::npos);
  CHECK(asked.err.find("store approve 1") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(s.file()));
  CHECK(s.by_first({}).err == asked.err);  // the same request
  CHECK(s.by_first({"--approval", "1"}).status == 3);

  const Ran listed = s.by_second({"approvals", "--format", "json"});
  CHECK(listed.out.find("\"command\":\"member export ") != std::string::npos);
  CHECK(listed.out.find("\"status\":\"waiting\"") != std::string::npos);
  // On a terminal: what it is about, and the question.
  const Ran declined = s.by_second({"approve", "1"}, {.in = "n\n", .terminal = true});
  CHECK(declined.err.find("wangli asks for: member export ") != std::string::npos);
  CHECK(declined.err.find("all members would be written to ") != std::string::npos);
  CHECK(s.by_second({"approve", "1", "--no-input"}).status == 2);
  const Ran approved = s.by_second({"approve", "1", "--yes"});
  CHECK(approved.status == 0);
  CHECK(approved.err.find("approved request 1 of wangli") != std::string::npos);

  // Another command is another request.
  CHECK(s.by_first({"--approval", "1", "--force"}).status == 3);
  const Ran done = s.by_first({"--approval", "1"});
  CHECK(done.status == 0);
  CHECK(std::filesystem::exists(s.file()));
  const Ran again = s.by_first({"--approval", "1"});
  CHECK(again.status != 0);
  CHECK(s.by_second({"approvals"}).out.find("export") == std::string::npos);
  CHECK(s.by_second({"approvals", "--all"}).out.find("\tdone\t") != std::string::npos);
}

TEST_CASE("the name of a file does nothing to the terminal of whoever approves") {
  Crowd s;
  const std::string file = s.path().string() + "\x1b[31m\xff.csv";
  CHECK(run(cli::member, s, {"export", file}).status == 3);
  for (const char* format : {"json", "csv", "tsv", "table"}) {
    const Ran listed = s.by_second({"approvals", "--format", format});
    CHECK(listed.out.find('\x1b') == std::string::npos);
    CHECK(is_valid_utf8(listed.out));
  }
}

TEST_CASE("nobody approves her own request, and a dry run asks for none") {
  Crowd s;
  CHECK(s.by_first({"--dry-run"}).status == 0);
  CHECK(run(cli::define_store, s, {"approvals"}).out.find("export") == std::string::npos);
  CHECK(s.by_first({}).status == 3);
  const Ran own = run(cli::define_store, s, {"approve", "1", "--yes"});
  CHECK(own.status == 3);
  CHECK(own.err.find("store approve: nobody approves what they asked for themselves\n") !=
        std::string::npos);
}

TEST_CASE("who is alone gives a reason and her key once more") {
  Crowd s{false};
  const Ran without = s.by_first({});
  CHECK(without.status == 2);
  CHECK(without.err.find("--reason TEXT") != std::string::npos);
  CHECK(s.by_first({"--reason", "换系统"}).status == 0);
  CHECK(std::filesystem::exists(s.file()));
  const Ran log = run(cli::define_store, s, {"audit", "list", "--limit", "1"});
  CHECK(log.out.find("alone: 换系统") != std::string::npos);
}

}  // namespace pharmacy::test
