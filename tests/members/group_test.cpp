// Accounts that buy for several members.
#include "pharmacy/group.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "member/member.h"
#include "pharmacy/members.h"
#include "pharmacy/merge.h"
#include "pharmacy/rights.h"
#include "support/errors.h"
#include "support/plans.h"
#include "support/run.h"
#include "support/test_store.h"
#include "vault/access.h"

using namespace pharmacy;
using test::code_of;
using test::TestStore;

namespace {

// M1 and M2 are companies, the others people.
struct Groups : TestStore {
  Groups() : TestStore{"2026-03-01"} {
    auto tx = begin();
    for (int i = 0; i < 2; ++i) add_member(tx, {.name = "公司", .kind = MemberKind::company});
    for (int i = 0; i < 4; ++i) add_member(tx, {.name = "职工"});
    tx.commit();
  }
  bool join(std::int64_t account, std::int64_t member) {
    auto tx = begin();
    const bool is_new = join_group(tx, MemberId{account}, MemberId{member});
    tx.commit();
    return is_new;
  }
  bool leave(std::int64_t account, std::int64_t member) {
    auto tx = begin();
    const bool was = leave_group(tx, MemberId{account}, MemberId{member});
    tx.commit();
    return was;
  }
  std::vector<std::int64_t> members(std::int64_t account) {
    auto look = reading();
    std::vector<std::int64_t> numbers;
    for (const GroupMember& one : list_group(look, MemberId{account}).members)
      numbers.push_back(one.member.number());
    return numbers;
  }
  std::map<std::int64_t, std::int64_t> accounts() {
    auto look = reading();
    std::map<std::int64_t, std::int64_t> counts;
    for (const GroupAccount& one : list_groups(look).accounts)
      counts[one.account.number()] = one.members;
    return counts;
  }
};

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("a member is in one account, and an account in none") {
  Groups t;
  CHECK(t.join(1, 3));
  CHECK_FALSE(t.join(1, 3));
  CHECK(t.join(1, 4));
  CHECK(t.join(2, 5));
  CHECK(code_of([&] { return t.join(2, 3); }) == Errc::conflict);  // in another
  CHECK(code_of([&] { return t.join(3, 6); }) == Errc::conflict);  // she is no account
  CHECK(code_of([&] { return t.join(2, 1); }) == Errc::conflict);  // it has members itself
  CHECK(code_of([&] { return t.join(1, 1); }) == Errc::invalid_input);
  CHECK(code_of([&] { return t.join(1, 9); }) == Errc::not_found);
  CHECK(t.members(1) == Numbers{3, 4});
  CHECK(t.accounts() == std::map<std::int64_t, std::int64_t>{{1, 2}, {2, 1}});
  CHECK(t.leave(1, 3));
  CHECK_FALSE(t.leave(1, 3));
  CHECK(t.join(2, 3));
  CHECK(t.accounts() == std::map<std::int64_t, std::int64_t>{{1, 1}, {2, 2}});
  auto look = t.reading();
  const auto history = member_history(look, MemberId{3});
  REQUIRE(history.size() == 3);
  CHECK(history[1].field == "account");
  CHECK(history[1].old_value == "M1");
}

TEST_CASE("merges move accounts and members, and an account in itself counts for nothing") {
  Groups t;
  t.join(1, 3);
  t.join(2, 4);
  const auto merge = [&](std::int64_t from, std::int64_t into) {
    auto tx = t.begin();
    const MergeId id = merge_members(tx, {.from = MemberId{from}, .into = MemberId{into}});
    tx.commit();
    return id;
  };
  const MergeId accounts = merge(2, 1);
  CHECK(t.members(1) == Numbers{3, 4});
  {
    auto tx = t.begin();
    unmerge_members(tx, accounts);
    tx.commit();
  }
  CHECK(t.members(1) == Numbers{3});
  CHECK(t.members(2) == Numbers{4});
  // Somebody's account turns out to be herself.
  t.join(5, 6);
  merge(6, 5);
  CHECK(t.members(5).empty());
  CHECK(t.join(1, 5));
  CHECK(t.store().check().empty());
}

TEST_CASE("who is restricted is in no list of an account") {
  Groups t;
  t.join(1, 3);
  auto tx = t.begin();
  restrict_member(tx, MemberId{3}, "本人要求");
  tx.commit();
  CHECK(t.members(1).empty());
  CHECK(t.accounts()[1] == 1);  // how many there are names nobody
  CHECK(code_of([&] { return t.leave(1, 3); }) == Errc::refused);
}

TEST_CASE("accounts and their members are read off indexes, page by page") {
  Groups t;
  for (const std::int64_t member : {3, 4, 5}) t.join(1, member);
  auto look = t.reading();
  const auto first = list_group(look, MemberId{1}, {.limit = 2});
  CHECK(first.more);
  CHECK(list_group(look, MemberId{1}, {.after = MemberId{4}}).members.size() == 1);
  CHECK(list_groups(look, {.after = MemberId{1}}).accounts.empty());
  auto& db = vault::database(look);
  int seen = 0;
  for (const std::string& sql : test::statements_of(db)) {
    if (sql.find("member_group") == std::string::npos) continue;
    ++seen;
    CAPTURE(sql);
    CHECK(test::walks_of(db, sql) == "");
  }
  CHECK(seen >= 2);
}

TEST_CASE("member group at the terminal") {
  Groups t;
  const auto run = [&](const std::vector<std::string>& args) {
    return test::run(cli::member, t, args);
  };
  CHECK(run({"group", "join", "M1", "M3"}).err ==
        "M3 joined the account of M1 (undo: member group leave M1 M3)\n");
  CHECK(run({"group", "list"}).out.find("M1\t公司\t1\n") != std::string::npos);
  CHECK(run({"group", "list", "M1"}).out.find("M3\t职工\t") != std::string::npos);
  CHECK(run({"group", "leave", "M1", "M3"}).err ==
        "M3 left the account of M1 (undo: member group join M1 M3)\n");
  CHECK(run({"group", "list", "--fail-if-empty"}).status == 1);
}
