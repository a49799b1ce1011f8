// What a member is to the pharmacy: kind, class, region, relation, how she is to be met.
#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "member/member.h"
#include "pharmacy/consent.h"
#include "pharmacy/error.h"
#include "pharmacy/imports.h"
#include "pharmacy/members.h"
#include "pharmacy/merge.h"
#include "pharmacy/standing.h"
#include "support/errors.h"
#include "support/run.h"
#include "support/test_store.h"
#include "support/trials.h"
#include "vault/access.h"

using namespace pharmacy;
using test::code_of;
using test::message_of;
using test::TestStore;

namespace {

MemberId registered(TestStore& t, const NewMember& input) {
  auto tx = t.begin();
  const MemberId id = add_member(tx, input);
  tx.commit();
  return id;
}

std::vector<MemberChange> edited(TestStore& t, MemberId id, const MemberEdit& change) {
  auto tx = t.begin();
  auto changes = edit_member(tx, id, change);
  tx.commit();
  return changes;
}

Member shown(TestStore& t, MemberId id) {
  auto reading = t.reading();
  return get_member(reading, id);
}

std::vector<MemberId> numbers_listed(TestStore& t, const MemberRange& range) {
  auto reading = t.reading();
  std::vector<MemberId> ids;
  for (const MemberLine& line : list_members(reading, range).lines) ids.push_back(line.id);
  return ids;
}

}  // namespace

TEST_CASE("what a member is to the pharmacy is kept, changed and told in her history") {
  TestStore t{"2026-03-01"};
  const MemberId id = registered(t, {.name = "张玉兰", .call_as = " 张阿姨 "});
  CHECK(shown(t, id).call_as == "张阿姨");
  CHECK_FALSE(shown(t, id).member_class);
  t.set_day("2026-03-02");
  const auto changes = edited(t, id,
                              {.member_class = MemberClass::key,
                               .region = "310101",
                               .relation = Relation::special_contact,
                               .contact_by = ContactBy::wechat,
                               .city_size = CitySize::super_large,
                               .reason = "每月购药额高"});
  REQUIRE(changes.size() == 5);
  const Member now = shown(t, id);
  CHECK(now.member_class == MemberClass::key);
  CHECK(now.region == "310101");
  CHECK(now.relation == Relation::special_contact);
  CHECK(now.contact_by == ContactBy::wechat);
  CHECK(now.city_size == CitySize::super_large);
  auto reading = t.reading();
  const MemberStanding standing = get_standing(reading, id);
  CHECK(standing.class_reason == "每月购药额高");
  const auto history = member_history(reading, id);
  REQUIRE(history.size() == 5);
  CHECK(history[0].field == "class");
  CHECK(history[0].new_value == "key");
  CHECK(history[0].reason == "每月购药额高");
}

TEST_CASE("an edit that changes nothing records nothing, and an empty fact clears it") {
  TestStore t{"2026-03-01"};
  const MemberId id = registered(t, {.name = "张玉兰", .region = "310101"});
  CHECK(edited(t, id, {.region = "310101"}).empty());
  CHECK(edited(t, id, {.region = ""}).size() == 1);
  CHECK_FALSE(shown(t, id).region);
  CHECK(edited(t, id, {.kind = MemberKind::household}).size() == 1);
  CHECK(edited(t, id, {.kind = std::optional<MemberKind>{}}).size() == 1);
  CHECK_FALSE(shown(t, id).kind);
}

TEST_CASE("a class is set, and taken off, for a reason") {
  TestStore t{"2026-03-01"};
  CHECK(code_of([&] {
          return registered(t, {.name = "张玉兰", .member_class = MemberClass::risk});
        }) == Errc::invalid_input);
  const MemberId id =
      registered(t, {.name = "张玉兰", .member_class = MemberClass::risk, .reason = "多次退货"});
  for (const std::optional<MemberClass> to : {std::optional{MemberClass::key}, {}}) {
    CHECK(message_of([&] { return edited(t, id, {.member_class = to}); }) ==
          "a class is set for a reason");
  }
  CHECK(message_of([&] {
          return edited(t, id, {.member_class = MemberClass::key, .reason = std::string(201, 'x')});
        }).starts_with("reason: not acceptable"));
  CHECK(shown(t, id).member_class == MemberClass::risk);
  // The same class again takes none, as nothing changes.
  CHECK(edited(t, id, {.member_class = MemberClass::risk}).empty());
}

TEST_CASE("a party that is no person has no sex, no day of birth and no notes about health") {
  TestStore t{"2026-03-01"};
  CHECK(code_of([&] {
          return registered(t,
                            {.name = "康宁诊所", .sex = Sex::female, .kind = MemberKind::clinic});
        }) == Errc::invalid_input);
  const MemberId clinic = registered(t, {.name = "康宁诊所", .kind = MemberKind::clinic});
  const MemberId person = registered(t, {.name = "张玉兰", .birth = parse_date("1960-01-02")});
  CHECK(code_of([&] { return edited(t, clinic, {.birth = "1980-02-03"}); }) == Errc::invalid_input);
  CHECK(code_of([&] { return edited(t, person, {.kind = MemberKind::company}); }) ==
        Errc::invalid_input);
  const auto agree = [&](MemberId id) {
    auto tx = t.begin();
    give_consent(tx, {.member = id, .purpose = Purpose::health});
    tx.commit();
    return true;
  };
  CHECK(message_of([&] { return agree(clinic); }) ==
        "M1 is no person: only a person has notes about health");
  agree(person);
  CHECK(message_of([&] { return edited(t, person, {.birth = "", .kind = MemberKind::company}); }) ==
        "M2 agreed to notes about health, which only a person has");
  {
    auto tx = t.begin();
    withdraw_consent(tx, person, Purpose::health, ConsentChannel::counter);
    tx.commit();
  }
  CHECK(edited(t, person, {.birth = "", .kind = MemberKind::company}).size() == 2);
  CHECK(code_of([&] {
          auto tx = t.begin();
          return merge_members(tx, {.from = person, .into = clinic});
        }) == Errc::refused);
}

TEST_CASE("after a merge the newer fact counts, and each has its own again once that is undone") {
  TestStore t{"2026-03-01"};
  const MemberId into = registered(t, {.name = "张玉兰", .region = "older"});
  const MemberId from = registered(t, {.name = "张玉兰", .region = "newer"});
  MergeId merge;
  {
    auto tx = t.begin();
    merge = merge_members(tx, {.from = from, .into = into});
    tx.commit();
  }
  CHECK(shown(t, into).region == "newer");
  {
    auto tx = t.begin();
    unmerge_members(tx, merge);
    tx.commit();
  }
  CHECK(shown(t, into).region == "older");
  CHECK(shown(t, from).region == "newer");
}

TEST_CASE("an import takes the facts, in its own words too, and an export gives them back") {
  TestStore t{"2026-03-01"};
  const auto import = [&](const std::string& bytes) {
    ImportPlan plan = [&] {
      auto reading = t.reading();
      return plan_member_import(reading, bytes, {});
    }();
    auto tx = t.begin();
    const auto summary = run_import(tx, plan);
    tx.commit();
    return summary.added;
  };
  const std::string file =
      "姓名,卡号,客户性质,客户分类,地区,称呼,首选联系方式,城市规模\n"
      "康宁诊所,7001,诊所,重点客户,310101,李主任,电话,特大城市\n";
  CHECK(import(file) == 1);
  CHECK(import(file) == 0);
  const Member one = shown(t, MemberId{1});
  CHECK(one.kind == MemberKind::clinic);
  CHECK(one.member_class == MemberClass::key);
  CHECK(one.region == "310101");
  CHECK(one.call_as == "李主任");
  CHECK(one.contact_by == ContactBy::phone);
  CHECK(one.city_size == CitySize::very_large);
  // Of one who is there it completes, and neither makes a person of her nor changes what is there.
  CHECK(import("卡号,关系,客户关系,地区,生日\n7001,x,联盟,440100,1980-01-01\n") == 1);
  CHECK(shown(t, MemberId{1}).relation == Relation::alliance);
  CHECK(shown(t, MemberId{1}).region == "310101");
  CHECK_FALSE(shown(t, MemberId{1}).birth);
  const auto exported = test::run(cli::member, t, {"export"});
  CHECK(exported.out.find(",kind,class,region,relation,call_as,contact_by,city_size\n") !=
        std::string::npos);
  CHECK(exported.out.find(",clinic,key,310101,alliance,李主任,phone,very_large\n") !=
        std::string::npos);
  CHECK(import(exported.out) == 0);
}

TEST_CASE("lists by class and kind agree with what each member is, page by page") {
  TestStore t{"2026-03-01"};
  test::Trials trials("edits of kinds and classes", 60, 2'000);
  struct Is {
    MemberKind kind = MemberKind::person;
    MemberClass member_class = MemberClass::member;
  };
  std::map<MemberId, Is> model;
  for (int i = 0; i < 12; ++i) model[registered(t, {.name = "甲"})];
  const auto kinds = std::vector{MemberKind::person, MemberKind::clinic, MemberKind::company};
  const auto classes = std::vector{MemberClass::member, MemberClass::key, MemberClass::risk};
  trials.each([&](std::int64_t, test::Random& random) {
    const MemberId id{random.between(1, 12)};
    const auto kind = kinds[static_cast<std::size_t>(random.between(0, 2))];
    const auto member_class = classes[static_cast<std::size_t>(random.between(0, 2))];
    edited(t, id, {.kind = kind, .member_class = member_class, .reason = "x"});
    model[id] = {kind, member_class};
    const auto page = static_cast<std::size_t>(random.between(1, 5));
    for (const auto& by_kind : {std::optional<MemberKind>{}, std::optional{kind}}) {
      for (const auto& by_class : {std::optional<MemberClass>{}, std::optional{member_class}}) {
        std::vector<MemberId> expected, seen;
        for (const auto& [one, is] : model) {
          if ((!by_kind || is.kind == *by_kind) && (!by_class || is.member_class == *by_class))
            expected.push_back(one);
        }
        for (MemberId after{0};;) {
          const auto part = numbers_listed(
              t, {.kind = by_kind, .member_class = by_class, .after = after, .limit = page});
          if (part.empty()) break;
          seen.insert(seen.end(), part.begin(), part.end());
          after = part.back();
        }
        CHECK(seen == expected);
      }
    }
  });
}

TEST_CASE("the undo of an edit brings a class and a kind back") {
  TestStore t{"2026-03-01"};
  registered(t, {.name = "康宁诊所"});
  const auto edited = test::run(cli::member, t,
                                {"edit", "M1", "--kind", "clinic", "--class", "key", "--reason",
                                 "采购量大", "--call-as", "李主任"});
  CHECK(edited.status == 0);
  CHECK(edited.err ==
        "changed M1 康宁诊所: kind, class, address as (undo: member edit M1 --kind ''"
        " --class '' --reason typing --call-as '')\n");
  CHECK(test::run(cli::member, t, {"edit", "M1", "--kind", "", "--class", "", "--reason", "typing"})
            .status == 0);
  CHECK_FALSE(shown(t, MemberId{1}).kind);
}
