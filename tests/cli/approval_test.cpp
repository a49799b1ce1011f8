// What takes two people, as they run it.
#include "pharmacy/approval.h"

#include <doctest/doctest.h>

#include "cli/asked.h"
#include "member/member.h"
#include "pharmacy/complaint_erasure.h"
#include "pharmacy/members.h"
#include "pharmacy/points.h"
#include "pharmacy/review.h"
#include "pharmacy/rights.h"
#include "pharmacy/text.h"
#include "store/store.h"
#include "support/colleague.h"
#include "support/errors.h"
#include "support/run.h"
#include "vault/access.h"

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
  CHECK(declined.err.find("201 members would be written, unmasked, with: number, name, card") !=
        std::string::npos);
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
  // What could be shown only in part is not asked for.
  const Ran asked = run(cli::member, s, {"export", file});
  CHECK(asked.status == 2);
  CHECK(asked.err.find("the command has characters that are not shown") != std::string::npos);
  CHECK(asked.err.find('\x1b') == std::string::npos);
  CHECK(s.by_second({"approve", "1", "--yes"}).status == 1);
}

TEST_CASE("whoever approves an export sees what its dry run tells") {
  Crowd s;
  const Ran dry = s.by_first({"--dry-run", "--format", "jsonl"});
  CHECK(dry.status == 0);
  const std::string told = dry.out.substr(dry.out.find("\"members\":201,\"columns\":\"id, name, "));
  CHECK(told.find("phone") != std::string::npos);
  CHECK(s.by_first({}).status == 3);
  const Ran shown = s.by_second({"approve", "1", "--dry-run", "--format", "json"});
  CHECK(shown.out.find(told.substr(0, told.find('}'))) != std::string::npos);
  // As it is by then, and not as it was when it was asked for.
  auto tx = s.begin();
  add_member(tx, {.name = "会员"});
  tx.commit();
  CHECK(s.by_second({"approve", "1", "--yes"}).err.find("202 members would be written") !=
        std::string::npos);
}

namespace {

// Where a program was changed to store other words than it asks for, or other words beside them.
Ran approved_after(Crowd& s, const char* sql, const ApprovalRequest& asked) {
  auto tx = s.begin();
  const auto id = to_string(ask_approval(tx, asked));
  vault::database(tx).run("DROP TRIGGER IF EXISTS approval_is_fixed");
  vault::database(tx).run(sql);
  tx.commit();
  return s.by_second({"approve", id, "--yes"});
}

}  // namespace

TEST_CASE("what a program stored about its request is not what whoever approves goes by") {
  Crowd s;
  const ApprovalRequest asked{.action = Approvable::erase_person,
                              .request = "member forget M7 --reason 本人要求",
                              .summary = "nothing much"};
  const Ran true_words = approved_after(s, "UPDATE approval SET summary = summary", asked);
  CHECK(true_words.status == 0);
  CHECK(true_words.err.find("all that is kept of M7 would be erased") != std::string::npos);
  CHECK(true_words.err.find("nothing much") == std::string::npos);
  const auto refused = [&](const char* sql, ApprovalRequest other) {
    const Ran ran = approved_after(s, sql, other);
    CHECK(ran.err.find("is not for what it shows") != std::string::npos);
    return ran.status == 3;
  };
  ApprovalRequest other = asked;
  other.request += "!";
  CHECK(refused("UPDATE approval SET command = 'member forget M8 --reason 本人要求' WHERE id = 2",
                other));
  other.request += "!";
  CHECK(refused("UPDATE approval SET action = 'show_many' WHERE id = 3", other));
  other.request = "member erase M7";
  const Ran unknown = approved_after(s, "UPDATE approval SET summary = summary", other);
  CHECK(unknown.status == 3);
  CHECK(unknown.err.find("what this would do is not known here") != std::string::npos);
}

TEST_CASE("whoever approves a report of many people sees whom it shows, and what of them") {
  Crowd s;
  const std::map<std::string, std::pair<const char*, const char*>> reports{
      {"report credit --bands", {"how they pay", "band"}},
      {"report recall 1", {"a recalled batch", "phone"}},
      {"report special 2026-03", {"who bought special drugs", "id_number"}}};
  for (const auto& [command, shown] : reports) {
    CAPTURE(command);
    auto tx = s.begin();
    const auto id = to_string(ask_approval(tx, cli::show_request(command)));
    tx.commit();
    const Ran seen = s.by_second({"approve", id, "--dry-run", "--format", "json"});
    CHECK(seen.status == 0);
    CHECK(seen.err.find(shown.first) != std::string::npos);
    const auto columns = seen.out.find("\"columns\":\"");
    REQUIRE(columns != std::string::npos);
    CHECK(seen.out.find(shown.second, columns) != std::string::npos);
  }
}

TEST_CASE("only a reading that reviews a request tells a pharmacist what it would do") {
  Crowd s;
  Store second =
      Store::open(s.path(), KeyFile{Secret{bytes_of(s.second_key)}}, {.clock = s.clock()});
  const auto plan = [&] {
    return code_of(
        [&] { second.view([](Reading& reading) { plan_erasure(reading, MemberId{7}); }); });
  };
  CHECK(plan() == Errc::not_permitted);
  auto tx = s.begin();
  const auto id = ask_approval(tx, {Approvable::erase_person, "member forget M7 --reason x", ""});
  tx.commit();
  CHECK(plan() == Errc::not_permitted);
  second.view([&](Reading& reading) {
    review_approval(reading, id);
    CHECK(plan_erasure(reading, MemberId{7}).lines.size() > 0);
  });
  CHECK(code_of([&] {
          second.view([&](Reading& reading) {
            review_approval(reading, id);
            count_export(reading);  // of another action
          });
        }) == Errc::not_permitted);
  CHECK(code_of([&] {
          auto change = second.begin({.id = new_operation_id(), .request = "forget"});
          review_approval(change, id);
          erase_member(change, {.member = MemberId{7},
                                .reason = "x",
                                .empty_purse = forfeit_points,
                                .erase_complaints = erase_complaints_of});
        }) == Errc::not_permitted);
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
