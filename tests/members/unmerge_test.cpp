// What ended while two members were one holds again when that is taken back: for every kind of
// fact and of risk.
#include <doctest/doctest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "member/member.h"
#include "members/file/child_tables.h"
#include "pharmacy/keeper.h"
#include "pharmacy/licence.h"
#include "pharmacy/members.h"
#include "pharmacy/merge.h"
#include "pharmacy/preference.h"
#include "pharmacy/risk.h"
#include "support/run.h"
#include "support/test_store.h"
#include "vault/access.h"

using namespace pharmacy;
using test::TestStore;

namespace {

using members::ChildTable;

// All that describes a member, a row a line, also what has an end.
std::string described(TestStore& t, MemberId member) {
  auto reading = t.reading();
  auto& db = vault::database(reading);
  std::string text;
  for (const ChildTable& child : members::child_tables()) {
    if (child.end.empty()) continue;
    const auto columns = db.value<std::string>(
        "SELECT group_concat('quote(\"' || name || '\")', '||''|''||') FROM pragma_table_info(?1)",
        child.table);
    for (const auto& row :
         db.values<std::string>("SELECT " + *columns + " FROM " + std::string{child.table} +
                                    " WHERE " + std::string{child.column} + " = ?1 ORDER BY id",
                                member))
      text += std::string{child.table} + ' ' + row + '\n';
  }
  return text;
}

std::int64_t open_rows(TestStore& t, MergeId merge) {
  auto reading = t.reading();
  auto& db = vault::database(reading);
  std::int64_t count = 0;
  for (const ChildTable& child : members::child_tables()) {
    if (child.end.empty()) continue;
    const std::string time{child.end.substr(0, child.end.find(','))};
    count += db.value<std::int64_t>("SELECT count(*) FROM " + std::string{child.table} + " WHERE " +
                                        time +
                                        " IS NULL AND CAST(id AS TEXT) IN (SELECT row_key FROM"
                                        " member_merge_row WHERE merge = ?1 AND table_name = ?2)",
                                    merge, child.table)
                 .value();
  }
  return count;
}

using Act = std::function<void(Transaction&, MemberId)>;

struct Case {
  std::string what;
  Act before;  // of each of the two
  Act change;  // of the one that they are
};

Act edited(const MemberEdit& edit) {
  return [edit](Transaction& tx, MemberId id) { edit_member(tx, id, edit); };
}

// Facts of one value, once replaced and once cleared.
std::vector<Case> fact_cases() {
  std::vector<Case> cases;
  const auto add = [&](const std::string& what, const MemberEdit& first, const MemberEdit& second,
                       const MemberEdit& none) {
    cases.push_back({what + " replaced", edited(first), edited(second)});
    cases.push_back({what + " cleared", edited(first), edited(none)});
  };
  add("class", {.member_class = MemberClass::key, .reason = "常客"},
      {.member_class = MemberClass::ordinary, .reason = "不常来"},
      {.member_class = std::optional<MemberClass>{}, .reason = "弄错"});
  add("region", {.region = "310101"}, {.region = "310102"}, {.region = ""});
  add("relation", {.relation = Relation::alliance}, {.relation = Relation::transaction},
      {.relation = std::optional<Relation>{}});
  add("call_as", {.call_as = "张阿姨"}, {.call_as = "张老师"}, {.call_as = ""});
  add("contact_by", {.contact_by = ContactBy::sms}, {.contact_by = ContactBy::post},
      {.contact_by = std::optional<ContactBy>{}});
  add("city_size", {.city_size = CitySize::large}, {.city_size = CitySize::small},
      {.city_size = std::optional<CitySize>{}});
  add("kind", {.kind = MemberKind::clinic}, {.kind = MemberKind::hospital},
      {.kind = std::optional<MemberKind>{}});
  add("address", {.address = "解放路 1 号"}, {.address = "中山路 2 号"}, {.address = ""});
  add("phone", {.phone = "13800138000", .shared_phone = true},
      {.phone = "13900139000", .shared_phone = true}, {.phone = ""});
  return cases;
}

std::vector<Case> risk_cases() {
  std::vector<Case> cases;
  for (const auto& named : EnumNames<RiskKind>::table) {
    const RiskKind kind = named.first;
    const std::string word{named.second};
    const auto set = [kind](const char* reason) -> Act {
      return [kind, reason](Transaction& tx, MemberId id) {
        set_risk(tx, {.member = id,
                      .kind = kind,
                      .conditions = {RiskCondition::cash_only},
                      .reason = reason,
                      .review_on = parse_date("2026-12-01").value()});
      };
    };
    cases.push_back({word + " set anew", set("欠款"), set("又欠款")});
    cases.push_back({word + " cleared", set("欠款"), [kind](Transaction& tx, MemberId id) {
                       clear_risks(tx, id, kind, "已结清");
                     }});
  }
  return cases;
}

std::vector<Case> other_cases() {
  const auto licence = [](const char* until) -> Act {
    return [until](Transaction& tx, MemberId id) {
      if (get_member(tx, id).kind != MemberKind::clinic)
        edit_member(tx, id, {.kind = MemberKind::clinic});
      add_licence(tx, {.member = id,
                       .kind = "许可证",
                       .number = "PDY1",
                       .expires_on = parse_date(until).value()});
    };
  };
  const Act likes = [](Transaction& tx, MemberId id) {
    add_preference(tx, {.member = id, .key = PreferenceKey::brand, .value = "同仁堂"});
  };
  return {{"keeper", [](Transaction& tx, MemberId id) { set_keeper(tx, id, "wangli"); },
           [](Transaction& tx, MemberId id) { clear_keeper(tx, id); }},
          {"licence replaced", licence("2027-01-01"), licence("2028-01-01")},
          {"licence ended", licence("2027-01-01"),
           [](Transaction& tx, MemberId id) { end_licence(tx, id, "PDY1"); }},
          {"preference", likes, [](Transaction& tx, MemberId id) {
             end_preference(tx, id, PreferenceKey::brand, "同仁堂");
           }}};
}

MemberId known(TestStore& t, const Act& before) {
  auto tx = t.begin();
  const MemberId id = add_member(tx, {.name = "张伟"});
  before(tx, id);
  tx.commit();
  return id;
}

}  // namespace

TEST_CASE("every fact and risk that ended while two were one holds again as it was") {
  TestStore t{"2026-03-01"};
  int tried = 0;
  for (const auto& cases : {fact_cases(), risk_cases(), other_cases()}) {
    for (const Case& one : cases) {
      CAPTURE(one.what);
      const MemberId from = known(t, one.before), into = known(t, one.before);
      const std::string hers = described(t, from), others = described(t, into);
      auto tx = t.begin();
      const MergeId merge = merge_members(tx, {.from = from, .into = into});
      tx.commit();
      const auto held = open_rows(t, merge);
      auto change = t.begin();
      one.change(change, into);
      change.commit();
      // The control: something of hers did end.
      CHECK(open_rows(t, merge) < held);
      auto back = t.begin();
      CHECK(unmerge_members(back, merge).held_again > 0);
      back.commit();
      CHECK(described(t, from) == hers);
      // What changed stays with the other.
      CHECK(described(t, into) != others);
      ++tried;
    }
  }
  CHECK(tried == 18 + 10 + 4);
}

TEST_CASE("what had ended before the merge stays ended, in the same second too") {
  TestStore t{"2026-03-01"};
  const Act twice = [](Transaction& tx, MemberId id) {
    edit_member(tx, id, {.region = "310101"});
    edit_member(tx, id, {.region = "310102"});
    edit_member(tx, id, {.region = ""});
  };
  const MemberId from = known(t, twice), into = known(t, twice);
  const std::string hers = described(t, from);
  auto tx = t.begin();
  const MergeId merge = merge_members(tx, {.from = from, .into = into});
  edit_member(tx, into, {.region = "310103"});
  CHECK(unmerge_members(tx, merge).held_again == 0);
  tx.commit();
  CHECK(described(t, from) == hers);
}

TEST_CASE("what ended behind a second merge comes back to whom it belongs") {
  TestStore t{"2026-03-01"};
  const Act region = [](Transaction& tx, MemberId id) {
    edit_member(tx, id, {.region = to_string(id)});
  };
  const MemberId first = known(t, region), second = known(t, region), third = known(t, region);
  const std::string of_first = described(t, first), of_second = described(t, second);
  auto tx = t.begin();
  const MergeId one = merge_members(tx, {.from = first, .into = second});
  const MergeId other = merge_members(tx, {.from = second, .into = third});
  edit_member(tx, third, {.region = "310101"});
  CHECK(unmerge_members(tx, other).held_again == 2);
  CHECK(unmerge_members(tx, one).held_again == 0);
  tx.commit();
  CHECK(described(t, first) == of_first);
  CHECK(described(t, second) == of_second);
}

TEST_CASE("a phone that somebody has by now does not come back") {
  TestStore t{"2026-03-01"};
  auto tx = t.begin();
  const MemberId from = add_member(tx, {.name = "张伟", .phone = "13800138000"});
  const MemberId into = add_member(tx, {.name = "张炜"});
  const MergeId merge = merge_members(tx, {.from = from, .into = into});
  edit_member(tx, into, {.phone = "13900139000"});
  add_member(tx, {.name = "王丽", .phone = "13800138000"});
  CHECK(unmerge_members(tx, merge).held_again == 0);
  CHECK_FALSE(get_member(tx, from).phone.has_value());
  tx.commit();
}

TEST_CASE("every table whose rows end says so, or is known for ends that stay") {
  // A card was lost, a note about health was over, and so on; registers change nothing.
  const std::set<std::string> ends_that_stay{"card",        "health_note",      "member_group",
                                             "restriction", "household_member", "stock_request",
                                             "lead"};
  TestStore t{"2026-03-01"};
  auto reading = t.reading();
  auto& db = vault::database(reading);
  int ending = 0;
  for (const ChildTable& child : members::child_tables()) {
    CAPTURE(child.table);
    const std::string table{child.table};
    const bool has_end = db.value<std::int64_t>(
                               "SELECT count(*) FROM pragma_table_info(?1) WHERE \"notnull\" = 0"
                               " AND name IN ('ended_at', 'cleared_at', 'left_at', 'lifted_at')",
                               child.table)
                             .value() > 0;
    CHECK(has_end == (!child.end.empty() || ends_that_stay.contains(table)));
    CHECK((child.end.empty() || !ends_that_stay.contains(table)));
    if (!child.end.empty()) ++ending;
  }
  CHECK(ending == 6);
}

TEST_CASE("member unmerge tells what holds again") {
  TestStore t{"2026-03-01"};
  const auto run = [&](const std::vector<std::string>& args) {
    return test::run(cli::member, t, args);
  };
  run({"add", "张伟", "--region", "310101"});
  run({"add", "张炜"});
  run({"merge", "M1", "M2"});
  CHECK(run({"edit", "M2", "--region", "310102"}).status == 0);
  const auto back = run({"unmerge", "1"});
  CHECK(back.err ==
        "took back merge 1: M1 is a member of her own again (undo: member merge M1 M2)\n"
        "1 fact or the like that ended meanwhile holds again as it was\n");
  CHECK(run({"show", "M1"}).out.find("310101") != std::string::npos);
}
