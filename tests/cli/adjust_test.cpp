// Corrections of points, as a manager and a second person run them.
#include <doctest/doctest.h>

#include "member/member.h"
#include "pharmacy/members.h"
#include "pharmacy/points.h"
#include "store/store.h"
#include "support/colleague.h"
#include "support/run.h"

namespace pharmacy::test {
namespace {

// A member with a card and a phone, and a pharmacist with a key file where there is a second.
struct PointsDesk : TestStore {
  explicit PointsDesk(bool with_second = true) : TestStore{"2026-03-01"} {
    auto tx = begin();
    NewMember person;
    person.name = "张伟";
    person.card = "6001";
    person.phone = "13800138000";
    add_member(tx, person);
    tx.commit();
    if (with_second) second_key = let_zhaomin_in(*this);
  }

  Ran adjust(std::vector<std::string> more) {
    more.insert(more.begin(), "adjust");
    return run(cli::member, *this, more);
  }
  Ran approve(const std::string& id) {
    return run(cli::define_store, *this, {"approve", id, "--yes"},
               {.env = {{"PHARMACY_KEY_FILE", second_key}}});
  }
  std::int64_t balance() {
    auto now = reading();
    return points_balance(now, MemberId{1}, now.today()).balance.count();
  }

  std::string second_key{};
};

}  // namespace

TEST_CASE("points are corrected, and it is said how to take that back") {
  PointsDesk t;
  const Ran added = t.adjust({"6001", "--add", "200", "--reason", "补记昨日积分"});
  CHECK(added.status == 0);
  CHECK(added.err ==
        "added 200 points to M1: 200 now (undo: member adjust M1 --take 200 --reason typing)\n");
  CHECK(added.out.find("200") != std::string::npos);
  const Ran taken = t.adjust({"M1", "--take", "30", "--reason", "typing"});
  CHECK(taken.err ==
        "took 30 points from M1: 170 now (undo: member adjust M1 --add 30 --reason typing)\n");
  CHECK(t.balance() == 170);
  const Ran listed = run(cli::member, t, {"points", "M1", "--format", "json"});
  CHECK(listed.out.find("\"kind\":\"adjust\",\"points\":200,\"receipt\":null,\"expires_on\":"
                        "\"2027-12-31\",\"staff\":\"wangli\",\"reason\":\"补记昨日积分\"}") !=
        std::string::npos);
  // Who was corrected is in the log.
  const Ran log = run(cli::define_store, t, {"audit", "list", "--limit", "2", "--format", "json"});
  CHECK(log.out.find("member adjust") != std::string::npos);
  CHECK(log.out.find("M1") != std::string::npos);
}

TEST_CASE("a dry run corrects nothing, and one operation corrects once") {
  PointsDesk t;
  const std::vector<std::string> command{"6001", "--add", "20", "--reason", "补记"};
  auto dry = command;
  dry.emplace_back("--dry-run");
  const Ran rehearsed = t.adjust(dry);
  CHECK(rehearsed.status == 0);
  CHECK(rehearsed.err.find("would have: added 20 points to M1: 20 now") != std::string::npos);
  CHECK(t.balance() == 0);
  auto named = command;
  named.insert(named.end(), {"--op", "till-1"});
  const Ran once = t.adjust(named);
  const Ran again = t.adjust(named);
  CHECK(once.status == 0);
  CHECK(again.out == once.out);
  CHECK(again.err == once.err);
  CHECK(t.balance() == 20);
}

TEST_CASE("what is wrong with a correction is said before anything is done") {
  PointsDesk t;
  CHECK(t.adjust({"6001", "--reason", "补记"}).err.find("nothing to correct by") !=
        std::string::npos);
  CHECK(t.adjust({"6001", "--add", "1", "--take", "1", "--reason", "补记"}).status == 2);
  CHECK(t.adjust({"6001", "--add", "0", "--reason", "补记"}).status == 2);
  CHECK(t.adjust({"6001", "--add", "-5", "--reason", "补记"}).status == 2);
  CHECK(t.adjust({"6001", "--add", "5"}).status == 2);
  CHECK(t.adjust({"6009", "--add", "5", "--reason", "补记"}).status == 1);
  const Ran short_of = t.adjust({"6001", "--take", "5", "--reason", "补记"});
  CHECK(short_of.status == 3);
  CHECK(short_of.err.find("points are short: 5 are needed, 0 are there") != std::string::npos);
  CHECK(t.balance() == 0);
}

TEST_CASE("a correction of 500 waits for another person, and is done once") {
  PointsDesk t;
  const std::vector<std::string> wanted{"13800138000", "--add", "500", "--reason", "系统故障补记"};
  const auto with = [&](std::vector<std::string> more) {
    auto args = wanted;
    args.insert(args.end(), more.begin(), more.end());
    return t.adjust(args);
  };
  const Ran dry = with({"--dry-run", "--format", "json"});
  CHECK(dry.status == 3);
  const std::string plan = R"("member":"M1","balance":0,"points":500,"will_be":500)";
  CHECK(dry.out.find(plan) != std::string::npos);
  CHECK(t.balance() == 0);
  const Ran asked = with({});
  CHECK(asked.status == 3);
  CHECK(asked.out == "");
  CHECK(asked.err.find("it is request 1\n") != std::string::npos);
  CHECK(with({}).err == asked.err);  // the same request
  CHECK(with({"--approval", "1"}).status == 3);

  // Nobody approves her own, and whoever does sees the member's number, not the phone.
  CHECK(run(cli::define_store, t, {"approve", "1", "--yes"}).status == 3);
  const Ran seen = run(cli::define_store, t, {"approve", "1", "--dry-run", "--format", "json"},
                       {.env = {{"PHARMACY_KEY_FILE", t.second_key}}});
  CHECK(seen.out.find(plan) != std::string::npos);
  const Ran approved = t.approve("1");
  CHECK(approved.status == 0);
  CHECK(approved.err.find("the balance is 0, and would be 500\n") != std::string::npos);
  CHECK(approved.err.find("member adjust M1 --add 500 --reason 系统故障补记") != std::string::npos);
  CHECK(approved.err.find("500 points would be added to M1") != std::string::npos);
  CHECK(approved.err.find("13800138000") == std::string::npos);

  // Exactly that.
  CHECK(t.adjust({"M1", "--add", "501", "--reason", "系统故障补记", "--approval", "1"}).status ==
        3);
  CHECK(t.adjust({"M1", "--add", "500", "--reason", "别的", "--approval", "1"}).status == 3);
  CHECK(t.adjust({"M1", "--take", "500", "--reason", "系统故障补记", "--approval", "1"}).status ==
        3);
  CHECK(t.balance() == 0);
  const Ran done = with({"--approval", "1", "--op", "fix-1"});
  CHECK(done.status == 0);
  CHECK(t.balance() == 500);
  CHECK(with({"--approval", "1", "--op", "fix-1"}).err == done.err);  // the same operation
  CHECK(with({"--approval", "1"}).status == 3);                       // used up
  CHECK(t.balance() == 500);
}

TEST_CASE("small corrections of a day are no way round the second person") {
  PointsDesk t;
  CHECK(t.adjust({"6001", "--add", "499", "--reason", "补记"}).status == 0);
  const Ran asked = t.adjust({"6001", "--add", "499", "--reason", "补记"});
  CHECK(asked.status == 3);
  CHECK(asked.err.find("it is request 1\n") != std::string::npos);
  CHECK(t.balance() == 499);
  CHECK(t.approve("1").status == 0);
  CHECK(t.adjust({"6001", "--add", "499", "--reason", "补记", "--approval", "1"}).status == 0);
  CHECK(t.balance() == 998);
}

TEST_CASE("an approval stays with the member, whoever holds the card by then") {
  PointsDesk t;
  CHECK(t.adjust({"6001", "--add", "500", "--reason", "补记"}).status == 3);
  CHECK(t.approve("1").status == 0);
  CHECK(run(cli::member, t, {"edit", "M1", "--remove-card", "6001"}).status == 0);
  CHECK(run(cli::member, t, {"add", "李娜", "--card", "6002"}).status == 0);
  CHECK(t.adjust({"6002", "--add", "500", "--reason", "补记", "--approval", "1"}).status == 3);
  CHECK(t.adjust({"M1", "--add", "500", "--reason", "补记", "--approval", "1"}).status == 0);
  CHECK(t.balance() == 500);
}

TEST_CASE("who is alone gives her key once more for a correction of 500") {
  PointsDesk t{false};
  const Ran dry = t.adjust({"6001", "--add", "500", "--reason", "系统故障补记", "--dry-run"});
  CHECK(dry.status == 0);
  CHECK(dry.err.find("500 points would be added to M1\n") != std::string::npos);
  CHECK(t.balance() == 0);
  CHECK(t.adjust({"6001", "--add", "500", "--reason", "系统故障补记"}).status == 0);
  CHECK(t.balance() == 500);
  const Ran log = run(cli::define_store, t, {"audit", "list", "--limit", "1"});
  CHECK(log.out.find("alone: 系统故障补记") != std::string::npos);
}

}  // namespace pharmacy::test
