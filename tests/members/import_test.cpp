#include <doctest/doctest.h>

#include <map>
#include <string>
#include <vector>

#include "pharmacy/error.h"
#include "pharmacy/imports.h"
#include "pharmacy/members.h"
#include "support/test_store.h"

using namespace pharmacy;
using pharmacy::test::TestStore;

namespace {

struct Importer {
  TestStore t{"2026-03-01"};
  std::map<std::int64_t, std::int64_t> opened;  // points, by member
  ImportOptions options;

  Importer() {
    options.opening.grant = [this](Transaction&, MemberId member, Points points,
                                   std::optional<ImportId> batch) {
      CHECK(batch.has_value());
      opened[member.number()] += points.count();
    };
    options.opening.granted = [this](Reading&, MemberId member) {
      const auto found = opened.find(member.number());
      return Points{found == opened.end() ? 0 : found->second};
    };
  }
  ImportPlan plan(const std::string& csv) {
    auto reading = t.reading();
    return plan_member_import(reading, csv, options);
  }
  ImportSummary run(const std::string& csv) {
    ImportPlan planned = plan(csv);
    auto tx = t.begin();
    const ImportSummary summary = run_import(tx, planned);
    tx.commit();
    return summary;
  }
  std::size_t count() {
    auto reading = t.reading();
    return list_members(reading, {}).lines.size();
  }
  Member member(std::int64_t number) {
    auto reading = t.reading();
    return get_member(reading, MemberId{number}, {.field = Revealed::phone, .reason = "verify"});
  }
};

// "line column: error" of each rejected row.
std::vector<std::string> rejects(const ImportPlan& plan) {
  std::vector<std::string> all;
  for (const auto& row : plan.rejected()) {
    all.push_back(std::to_string(row.line) + ' ' + row.column + ": " + row.error);
  }
  return all;
}

// "kind line" of each notice.
std::vector<std::string> notices(const ImportPlan& plan) {
  std::vector<std::string> all;
  for (const auto& notice : plan.notices()) all.push_back(notice.kind + ' ' + notice.subject);
  return all;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("rows become members, with their points") {
  Importer importer;
  const auto summary = importer.run(
      "姓名,卡号,手机号,性别,出生日期,地址,备注,入会日期,积分\n"
      "张伟,6001,138 0013 8000,男,1980-02-03,解放路,晚上来,2020-01-02,350\n"
      "\n"
      "李娜,,,未知,,,,2021-05-06 12:00:00,0\n"
      ",6003,,,,,,,\n");
  CHECK(summary.rows == 3);
  CHECK(summary.blank == 1);
  CHECK(summary.added == 3);
  CHECK(summary.points == Points{350});
  CHECK(importer.opened == std::map<std::int64_t, std::int64_t>{{1, 350}});
  const Member first = importer.member(1);
  CHECK(first.name == "张伟");
  CHECK(first.card == "6001");
  CHECK(first.phone == "+8613800138000");
  CHECK(first.sex == Sex::male);
  CHECK(to_string(first.birth.value()) == "1980-02-03");
  CHECK(first.address == "解放路");
  CHECK(first.note == "晚上来");
  CHECK(to_string(first.joined) == "2020-01-02");
  CHECK(to_string(importer.member(2).joined) == "2021-05-06");
  CHECK(importer.member(2).sex == std::nullopt);
  CHECK(importer.member(3).name == std::nullopt);
  CHECK(to_string(importer.member(3).joined) == "2026-03-01");
  auto reading = importer.t.reading();
  CHECK(find_members(reading, {.text = "zw"}).lines.size() == 1);
  CHECK(find_members(reading, {.text = "李"}).lines.size() == 1);
}

TEST_CASE("the same file twice adds nothing, whatever the order of its columns") {
  Importer importer;
  const std::string csv = "name,card,phone,points\n张伟,6001,13800138000,5\n李娜,,,7\n李娜,,,7\n";
  CHECK(importer.run(csv).added == 3);
  const auto again = importer.run(csv);
  CHECK(again.added == 0);
  CHECK(again.already == 3);
  CHECK(again.points == Points{0});
  CHECK(importer.run("points,phone,card,name\n5,+8613800138000,6001,张伟\n7,,,李娜\n7,,,李娜\n")
            .added == 0);
  CHECK(importer.count() == 3);
  CHECK(importer.opened == std::map<std::int64_t, std::int64_t>{{1, 5}, {2, 7}, {3, 7}});
  // A third row like two others is new.
  CHECK(importer.run("name,points\n李娜,7\n李娜,7\n李娜,7\n").added == 1);
}

TEST_CASE("a plan is checked again when it runs") {
  Importer importer;
  const std::string csv = "name,card,phone\n张伟,6001,13800138000\n李娜,6002,\n";
  ImportPlan plan = importer.plan(csv);
  CHECK(plan.summary().added == 2);
  {
    auto tx = importer.t.begin();
    add_member(tx, {.name = "王丽", .card = "6002", .phone = "13800138000"});
    tx.commit();
  }
  auto tx = importer.t.begin();
  const auto summary = run_import(tx, plan);
  tx.commit();
  CHECK(summary.added == 1);
  CHECK(summary.already == 1);
  CHECK(importer.count() == 2);
  CHECK(importer.member(1).name == "王丽");
}

TEST_CASE("what is there already is reported, never overwritten") {
  Importer importer;
  importer.run("name,card,phone\n张伟,6001,13800138000\n李娜,6002,\n");
  const auto plan = importer.plan("name,card,phone\n张玮,6001,13800138000\n李娜,6002,\n");
  CHECK(plan.summary().already == 2);
  CHECK(plan.summary().added == 0);
  CHECK(notices(plan) == Texts{"card_differs 2"});
  CHECK(plan.notices()[0].text == "the card is that of M1, who has other facts; they stay");
  CHECK(importer.member(1).name == "张伟");
}

TEST_CASE("a card that is there gets the facts and the points that it lacks, once") {
  Importer importer;
  importer.run("card\n6001\n");
  const std::string csv = "card,name,phone,birth,points\n6001,张伟,13800138000,1980-02-03,500\n";
  const auto completed = importer.run(csv);
  CHECK(completed.added == 1);
  CHECK(completed.points == Points{500});
  CHECK(importer.member(1).name == "张伟");
  CHECK(importer.member(1).phone == "+8613800138000");
  CHECK(importer.opened == std::map<std::int64_t, std::int64_t>{{1, 500}});
  const auto again = importer.run(csv);
  CHECK(again.added == 0);
  CHECK(again.already == 1);
  auto reading = importer.t.reading();
  CHECK(find_members(reading, {.text = "zhangwei"}).lines.size() == 1);
  const auto history = member_history(reading, MemberId{1});
  CHECK(history.size() == 3);
}

TEST_CASE("other points than those brought along are reported, and stay") {
  Importer importer;
  importer.run("card,points\n6001,500\n");
  const auto plan = importer.plan("card,points\n6001,700\n");
  CHECK(plan.summary().already == 1);
  CHECK(plan.summary().points == Points{0});
  CHECK(notices(plan) == Texts{"points_differ 2"});
}

TEST_CASE("the same rows under another file's name add nothing") {
  Importer importer;
  importer.options.file = "members.csv";
  importer.run("name,points\n李娜,7\n");
  importer.options.file = "members (1).csv";
  CHECK(importer.run("name,points\n李娜,7\n").added == 0);
}

TEST_CASE("further cards come along, and find their member") {
  Importer importer;
  CHECK(importer.run("card,other_cards\n6003,6001 6002\n").added == 1);
  CHECK(importer.member(1).card == "6003");
  CHECK(importer.member(1).other_cards == "6002 6001");
  {
    auto reading = importer.t.reading();
    CHECK(find_member(reading, "6001") == MemberId{1});
  }
  CHECK(rejects(importer.plan("card,other_cards\n7001,6002\n7003,7001\n")) ==
        Texts{"2 other_cards: the card belongs to another member: 6002",
              "3 other_cards: the card belongs to another member: 7001"});
}

TEST_CASE("one card on two rows is taken once, and refused where the rows differ") {
  Importer importer;
  const auto plan = importer.plan("name,card\n张伟,6001\n张伟,6001\n李娜,6001\n");
  CHECK(plan.summary().added == 1);
  CHECK(plan.summary().already == 1);
  CHECK(rejects(plan) == Texts{"4 card: the card is on line 2 with other facts"});
}

TEST_CASE("a shared phone is taken and reported") {
  Importer importer;
  {
    auto tx = importer.t.begin();
    add_member(tx, {.name = "王丽", .phone = "13900139000"});
    tx.commit();
  }
  const std::string csv = "name,phone\n张伟,13800138000\n李娜,13800138000\n王芳,13900139000\n";
  const auto plan = importer.plan(csv);
  CHECK(notices(plan) == Texts{"shared_phone 3", "shared_phone 4"});
  CHECK(plan.notices()[0].text == "the phone is also on line 2");
  CHECK(plan.notices()[1].text == "the phone is also that of M1");
  CHECK(importer.run(csv).added == 3);
  CHECK(importer.count() == 4);
}

TEST_CASE("a child is taken, and its guardian is missed") {
  Importer importer;
  const auto plan =
      importer.plan("name,birth\n张伟,2012-03-01\n李娜,2012-03-02\n王丽,2026-02-28\n");
  CHECK(plan.summary().added == 3);
  CHECK(notices(plan) == Texts{"guardian_missing 3", "guardian_missing 4"});
}

TEST_CASE("many notices of a kind are told as one") {
  Importer importer;
  std::string csv = "name,birth\n";
  for (int i = 0; i < 50; ++i) csv += "李娜,2025-01-01\n";
  const auto plan = importer.plan(csv);
  REQUIRE(plan.notices().size() == 21);
  CHECK(plan.notices()[20].count == 30);
  CHECK(plan.notices()[20].subject == "22");
}

TEST_CASE("bad rows are named with all that is wrong with them") {
  Importer importer;
  const auto plan = importer.plan(
      "name,card,phone,sex,birth,points\n"
      "张伟,60 01,12,x,1980-02-30,-1\n"
      ",,13800138000,,,\n"
      "李娜,,,,2027-01-01,\n"
      "王丽,,,,1990-05-06,3\n");
  CHECK(rejects(plan) ==
        Texts{"2 sex, birth, points, card, phone: sex: this is no sex: x; birth: this is no date: "
              "1980-02-30; points: points are a whole number from 0 to 1000000000000: -1; card: a "
              "card's number has no spaces: 60 01; phone: this is no phone number: 12",
              "3 name: a member needs a name or a card",
              "4 birth: the day of birth is before 1850-01-01 or after today: 2027-01-01"});
  CHECK(plan.summary().added == 1);
  CHECK(plan.summary().rejected == 3);
}

TEST_CASE("a plan with bad rows writes nothing, unless the good ones are to be kept") {
  Importer importer;
  const std::string csv = "name,birth\n张伟,1980-02-03\n李娜,soon\n";
  CHECK_THROWS_AS(importer.run(csv), Error);
  CHECK(importer.count() == 0);
  importer.options.keep_good = true;
  CHECK(importer.run(csv).added == 1);
  CHECK(importer.count() == 1);
  CHECK(importer.run(csv).already == 1);
}

TEST_CASE("names are joined from columns, and dates read by a format") {
  Importer importer;
  importer.options.sheet.map = {{"name", "FIRST+LAST"}, {"birth", "BORN"}};
  importer.options.at_format = "%d.%m.%Y*";
  importer.run("FIRST,LAST,BORN\nAlice,Gleason,03.02.1980 00:00\n");
  CHECK(importer.member(1).name == "Alice Gleason");
  CHECK(to_string(importer.member(1).birth.value()) == "1980-02-03");
}

TEST_CASE("what was exported is imported as it was") {
  Importer importer;
  importer.run(
      "name,card,phone,sex,birth,address,note,joined\n"
      "张伟,6001,13800138000,male,1980-02-03,解放路,晚上来,2020-01-02\n");
  Importer other;
  const Member member = importer.member(1);
  other.run("id,name,card,phone,sex,birth,address,note,joined\nM1," + *member.name + ',' +
            *member.card + ',' + *member.phone + ",male," + to_string(*member.birth) + ',' +
            *member.address + ',' + *member.note + ',' + to_string(member.joined) + '\n');
  CHECK(other.member(1).phone == member.phone);
  CHECK(other.member(1).joined == member.joined);
  CHECK(other.member(1).address == member.address);
}

TEST_CASE("points are refused where nobody takes them") {
  Importer importer;
  importer.options.opening = {};
  CHECK(rejects(importer.plan("name,points\n张伟,5\n李娜,0\n")) ==
        Texts{"2 : opening points cannot be taken here"});
}
