// Members who live together.
#include "pharmacy/household.h"

#include <doctest/doctest.h>

#include "member/member.h"
#include "members/person.h"
#include "pharmacy/members.h"
#include "pharmacy/merge.h"
#include "pharmacy/rights.h"
#include "pharmacy/staff.h"
#include "support/errors.h"
#include "support/run.h"
#include "vault/access.h"

using namespace pharmacy;
using test::code_of;
using test::run;

namespace {

// Six members: M1 of the counter, and five more.
struct Street : test::CounterStore {
  Street() {
    auto tx = begin();
    for (const char* name : {"李娜", "王芳", "赵敏", "钱进", "孙立"})
      add_member(tx, {.name = name, .phone = "1390013900" + std::to_string(++count)});
    tx.commit();
  }
  JoinedHousehold join(std::int64_t who, std::int64_t with) {
    auto tx = begin();
    const auto joined = join_household(tx, {.member = MemberId{who}, .with = MemberId{with}});
    tx.commit();
    return joined;
  }
  void leave(std::int64_t who) {
    auto tx = begin();
    leave_household(tx, MemberId{who});
    tx.commit();
  }
  std::vector<std::int64_t> with(std::int64_t who) {
    auto reading = this->reading();
    std::vector<std::int64_t> numbers;
    for (const HouseholdMember& one : list_household(reading, MemberId{who}))
      numbers.push_back(one.member.number());
    return numbers;
  }
  int count = 0;
};

using Numbers = std::vector<std::int64_t>;

}  // namespace

TEST_CASE("who joins somebody is in her household, and in no other") {
  Street t;
  CHECK(t.with(1).empty());
  CHECK(t.join(1, 2).joined == std::vector{MemberId{1}, MemberId{2}});
  CHECK(t.join(3, 1).joined == std::vector{MemberId{3}});
  CHECK(t.join(3, 2).joined.empty());
  CHECK(t.with(2) == Numbers{1, 2, 3});
  t.join(4, 5);
  CHECK(code_of([&] { return t.join(1, 4); }) == Errc::refused);
  CHECK(t.with(1) == Numbers{1, 2, 3});
  t.leave(1);
  CHECK(t.join(1, 4).joined == std::vector{MemberId{1}});
  CHECK(t.with(4) == Numbers{1, 4, 5});
  CHECK(t.with(2) == Numbers{2, 3});
  {
    auto reading = t.reading();
    const auto history = household_history(reading, MemberId{1});
    REQUIRE(history.size() == 2);
    CHECK(history[0].left.has_value());
    CHECK(history[0].left_by == "wangli");
    CHECK_FALSE(history[1].left.has_value());
    CHECK(history[0].household != history[1].household);
    CHECK(get_household(reading, MemberId{4}).members ==
          std::vector{MemberId{1}, MemberId{4}, MemberId{5}});
    CHECK(get_household(reading, MemberId{6}).members == std::vector{MemberId{6}});
  }
  CHECK(t.store().check().empty());
}

TEST_CASE("who is left alone in a household moves as if she were in none") {
  Street t;
  t.join(1, 2);
  t.leave(2);
  t.join(3, 4);
  CHECK(t.join(1, 3).joined == std::vector{MemberId{1}});
  CHECK(t.with(1) == Numbers{1, 3, 4});
  t.join(5, 6);
  t.leave(6);
  CHECK(t.join(1, 5).joined == std::vector{MemberId{5}});  // she comes to the others
  CHECK(t.with(5) == Numbers{1, 3, 4, 5});
}

TEST_CASE("a household is a family, not a village") {
  Street t;
  {
    auto tx = t.begin();
    for (std::size_t i = 0; i < household_members_max; ++i)
      add_member(tx, {.name = "会员" + std::to_string(i)});
    for (std::size_t i = 1; i < household_members_max; ++i)
      join_household(tx,
                     {.member = MemberId{6 + static_cast<std::int64_t>(i)}, .with = MemberId{1}});
    tx.commit();
  }
  CHECK(t.with(1).size() == household_members_max);
  CHECK(code_of([&] { return t.join(2, 1); }) == Errc::refused);
  CHECK(t.with(2).empty());
}

TEST_CASE("nobody lives with herself, with nobody, or with who is restricted") {
  Street t;
  CHECK(code_of([&] { return t.join(1, 1); }) == Errc::invalid_input);
  CHECK(code_of([&] { return t.join(1, 99); }) == Errc::not_found);
  {
    auto tx = t.begin();
    add_member(tx, {.name = "仁爱诊所", .kind = MemberKind::clinic});
    tx.commit();
  }
  CHECK(code_of([&] { return t.join(7, 1); }) == Errc::refused);
  CHECK(code_of([&] { return t.join(1, 7); }) == Errc::refused);
  t.join(1, 2);
  {
    auto tx = t.begin();
    restrict_member(tx, MemberId{2}, "本人要求");
    tx.commit();
  }
  CHECK(code_of([&] { return t.join(3, 2); }) == Errc::refused);
  CHECK(t.with(1) == Numbers{1});  // nobody finds who is restricted
  auto reading = t.reading();
  CHECK(get_household(reading, MemberId{1}).members.size() == 2);  // what she bought counts
}

TEST_CASE("a merge takes the household along, and gives it back") {
  Street t;
  t.join(2, 3);
  MergeId merge;
  {
    auto tx = t.begin();
    merge = merge_members(tx, {.from = MemberId{2}, .into = MemberId{1}});
    tx.commit();
  }
  CHECK(t.with(3) == Numbers{1, 3});
  {
    auto tx = t.begin();
    unmerge_members(tx, merge);
    tx.commit();
  }
  CHECK(t.with(3) == Numbers{2, 3});
  CHECK(t.with(1).empty());
}

TEST_CASE("two of one household are merged, and two who live with others are not") {
  Street t;
  t.join(1, 2);
  t.join(3, 1);
  t.join(4, 5);
  const auto merge = [&](std::int64_t from, std::int64_t into) {
    auto tx = t.begin();
    const MergeId id = merge_members(tx, {.from = MemberId{from}, .into = MemberId{into}});
    tx.commit();
    return id;
  };
  CHECK(code_of([&] { return merge(4, 1); }) == Errc::refused);
  const MergeId id = merge(2, 1);
  CHECK(t.with(1) == Numbers{1, 3});
  t.leave(1);
  CHECK(t.with(3) == Numbers{3});
  auto tx = t.begin();
  unmerge_members(tx, id);
  tx.commit();
  CHECK(t.with(3) == Numbers{3});
  CHECK(t.store().check().empty());
}

TEST_CASE("the schema keeps a member out of two households, and what was as it was") {
  Street t;
  t.join(1, 2);
  t.join(3, 4);
  t.leave(4);
  auto tx = t.begin();
  auto& db = vault::database(tx);
  for (const char* sql :
       {"INSERT INTO household_member (household, member, joined_at, joined_by) VALUES (2, 1, 0, "
        "1)",
        "UPDATE household_member SET member = 1 WHERE member = 3",
        "UPDATE household_member SET left_at = NULL, left_by = NULL WHERE member = 4",
        "UPDATE household_member SET household = 1 WHERE member = 3", "DELETE FROM household",
        "UPDATE household SET made_at = 0"}) {
    CAPTURE(sql);
    CHECK_THROWS(db.run(sql));
  }
}

TEST_CASE("the program says what changed, and how it is taken back") {
  Street t;
  const auto joined = run(cli::member, t, {"household", "join", "M1", "--with", "M2"});
  CHECK(joined.status == 0);
  CHECK(joined.err == "now in household 1: M1, M2 (undo: member household leave M1)\n");
  CHECK(joined.out.find("13900139001") == std::string::npos);
  CHECK(run(cli::member, t, {"household", "join", "M2", "--with", "M1"}).err ==
        "nothing changed: both are in household 1\n");
  const auto left = run(cli::member, t, {"household", "leave", "M1"});
  CHECK(left.err == "M1 left household 1 (undo: member household join M1 --with M2)\n");
  CHECK(run(cli::member, t, {"household", "join", "M1", "--with", "M2"}).status == 0);
  run(cli::member, t, {"household", "join", "M3", "--with", "M4"});
  const auto refused = run(cli::member, t, {"household", "join", "M3", "--with", "M1"});
  CHECK(refused.status == 3);
  CHECK(refused.err ==
        "member household join: M3 is in household 2, and M1 in household 1\n"
        "who moves leaves hers first: member household leave M3\n");
  const auto all = run(cli::member, t, {"household", "show", "M1", "--all", "--format", "csv"});
  CHECK(all.out.starts_with("household,member,name,phone,joined_at,added_by,left_at,ended_by\n"));
  CHECK(std::ranges::count(all.out, '\n') == 3);
}
