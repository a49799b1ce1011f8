// Who looks after a member, what licences an institution has, and what members like.
#include <doctest/doctest.h>

#include <string>
#include <tuple>
#include <vector>

#include "member/member.h"
#include "pharmacy/keeper.h"
#include "pharmacy/licence.h"
#include "pharmacy/members.h"
#include "pharmacy/merge.h"
#include "pharmacy/preference.h"
#include "pharmacy/rights.h"
#include "pharmacy/standing.h"
#include "support/errors.h"
#include "support/plans.h"
#include "support/run.h"
#include "support/test_store.h"
#include "vault/access.h"

using namespace pharmacy;
using test::code_of;
using test::message_of;
using test::TestStore;

namespace {

Date on_day(std::string_view text) { return parse_date(text).value(); }

MemberId party(TestStore& t, const NewMember& input) {
  auto tx = t.begin();
  const MemberId id = add_member(tx, input);
  tx.commit();
  return id;
}

// What `act` returns, done in a change of its own.
template <class Act>
auto changed_in(TestStore& t, Act act) {
  auto tx = t.begin();
  auto result = act(tx);
  tx.commit();
  return result;
}

bool kept_by(TestStore& t, MemberId id, const std::string& login) {
  return changed_in(t, [&](Transaction& tx) { return set_keeper(tx, id, login); });
}

bool licensed(TestStore& t, MemberId id, const std::string& number, std::string_view until) {
  return changed_in(t, [&](Transaction& tx) {
    return add_licence(
        tx, {.member = id, .kind = "许可证", .number = number, .expires_on = on_day(until)});
  });
}

// "number days": in the order of the list.
std::vector<std::string> licence_texts(TestStore& t, const LicenceFilter& filter) {
  auto reading = t.reading();
  std::vector<std::string> texts;
  for (const Licence& one : list_licences(reading, filter).licences)
    texts.push_back(one.number + ' ' + std::to_string(one.days_left));
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a keeper is one of the staff, is shown, listed, and in the history") {
  TestStore t{"2026-03-01"};
  const MemberId id = party(t, {.name = "张玉兰"});
  CHECK(kept_by(t, id, "wangli"));
  CHECK_FALSE(kept_by(t, id, "wangli"));
  CHECK(code_of([&] { return kept_by(t, id, "nobody"); }) == Errc::not_found);
  {
    auto reading = t.reading();
    CHECK(get_standing(reading, id).keeper == "wangli");
    for (const auto& login : {std::optional<std::string>{}, std::optional<std::string>{"wangli"}}) {
      const auto kept = list_kept(reading, {.keeper = login}).members;
      REQUIRE(kept.size() == 1);
      CHECK(kept[0].member == id);
    }
    CHECK(code_of([&] { return list_kept(reading, {.keeper = "nobody"}); }) == Errc::not_found);
    const auto history = member_history(reading, id);
    REQUIRE(history.size() == 1);
    CHECK(history[0].field == "keeper");
    CHECK(history[0].new_value == "wangli");
  }
  CHECK(changed_in(t, [&](Transaction& tx) { return clear_keeper(tx, id); }));
  CHECK_FALSE(changed_in(t, [&](Transaction& tx) { return clear_keeper(tx, id); }));
  auto reading = t.reading();
  CHECK(list_kept(reading, {}).members.empty());
}

TEST_CASE("whom the staff look after is listed page by page") {
  TestStore t{"2026-03-01"};
  for (int i = 0; i < 5; ++i) kept_by(t, party(t, {.name = "甲"}), "wangli");
  auto reading = t.reading();
  const auto first = list_kept(reading, {.keeper = "wangli", .limit = 2});
  CHECK(first.more);
  const auto last = list_kept(reading, {.keeper = "wangli", .after = MemberId{2}});
  CHECK(last.members.size() == 3);
  CHECK_FALSE(last.more);
}

TEST_CASE("a licence is of an institution, and is replaced by its renewal") {
  TestStore t{"2026-03-01"};
  const MemberId person = party(t, {.name = "张玉兰"});
  const MemberId clinic = party(t, {.name = "康宁诊所", .kind = MemberKind::clinic});
  CHECK(code_of([&] { return licensed(t, person, "A1", "2027-01-01"); }) == Errc::refused);
  CHECK(licensed(t, clinic, "A1", "2026-03-31"));
  CHECK_FALSE(licensed(t, clinic, "A1", "2026-03-31"));
  CHECK(licensed(t, clinic, "A1", "2027-03-31"));
  CHECK(licensed(t, clinic, "B2", "2026-02-27"));
  CHECK(licence_texts(t, {}) == Texts{"B2 -2", "A1 395"});
  CHECK(licence_texts(t, {.member = clinic}) == Texts{"B2 -2", "A1 395"});
  CHECK(licence_texts(t, {.within = 30}) == Texts{"B2 -2"});
  CHECK(licence_texts(t, {.within = 395}).size() == 2);
  CHECK(licence_texts(t, {.within = 394}).size() == 1);
  const auto end = [&](const std::string& number) {
    return changed_in(t, [&](Transaction& tx) {
      end_licence(tx, clinic, number);
      return true;
    });
  };
  CHECK(end("B2"));
  CHECK(message_of([&] { return end("B2"); }) == "M2 has no such licence: B2");
  CHECK(code_of([&] { return licensed(t, clinic, "", "2027-01-01"); }) == Errc::invalid_input);
  CHECK(code_of([&] { return licensed(t, clinic, "C", "2126-03-02"); }) == Errc::invalid_input);
  auto reading = t.reading();
  CHECK(get_standing(reading, clinic).licence_until == on_day("2027-03-31"));
  const auto history = member_history(reading, clinic);
  REQUIRE(history.size() == 4);
  CHECK(history[1].old_value == "许可证 A1 2026-03-31");
  CHECK(history[1].new_value == "许可证 A1 2027-03-31");
}

TEST_CASE("a licence that has run out, or runs out within 30 days, is marked in its list") {
  TestStore t{"2026-03-01"};
  const MemberId clinic = party(t, {.name = "康宁诊所", .kind = MemberKind::clinic});
  const std::vector<std::tuple<const char*, const char*, LicenceState>> cases{
      {"A", "2026-02-28", LicenceState::expired},
      {"B", "2026-03-01", LicenceState::expiring},
      {"C", "2026-03-31", LicenceState::expiring},
      {"D", "2026-04-01", LicenceState::valid}};
  for (const auto& [number, until, state] : cases) licensed(t, clinic, number, until);
  for (const auto member : {std::optional<MemberId>{}, std::optional{clinic}}) {
    auto reading = t.reading();
    const auto licences = list_licences(reading, {.member = member}).licences;
    REQUIRE(licences.size() == cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
      CAPTURE(licences[i].number);
      CHECK(licences[i].state == std::get<2>(cases[i]));
    }
  }
  const auto table = test::run(cli::member, t, {"licence", "list", "--format", "table"});
  CHECK(table.out.find("has run out") != std::string::npos);
  CHECK(table.out.find("runs out soon") != std::string::npos);
  CHECK(test::run(cli::member, t, {"licence", "list", "--format", "json"})
            .out.find("\"days_left\":-1,\"state\":\"expired\"") != std::string::npos);
}

TEST_CASE("what a member likes is kept once, with where it came from") {
  TestStore t{"2026-03-01"};
  const MemberId id = party(t, {.name = "张玉兰"});
  const auto like = [&](PreferenceKey key, const std::string& value) {
    return changed_in(t, [&](Transaction& tx) {
      return add_preference(
          tx, {.member = id, .key = key, .value = value, .source = FactSource::wechat});
    });
  };
  const auto end = [&](PreferenceKey key, const std::string& value) {
    return changed_in(t, [&](Transaction& tx) { return end_preference(tx, id, key, value); });
  };
  CHECK(like(PreferenceKey::brand, "同仁堂"));
  CHECK_FALSE(like(PreferenceKey::brand, " 同仁堂 "));
  CHECK(like(PreferenceKey::form, "颗粒剂"));
  CHECK(code_of([&] { return like(PreferenceKey::other, ""); }) == Errc::invalid_input);
  {
    auto reading = t.reading();
    CHECK(get_standing(reading, id).preferences == "同仁堂; 颗粒剂");
  }
  CHECK(end(PreferenceKey::brand, "同仁堂"));
  CHECK_FALSE(end(PreferenceKey::brand, "同仁堂"));
  auto reading = t.reading();
  const auto now = list_preferences(reading, id);
  REQUIRE(now.size() == 1);
  CHECK(now[0].source == FactSource::wechat);
  CHECK(list_preferences(reading, id, true).size() == 2);
  // The history says which preference, and the value as it was and as it is.
  const auto history = member_history(reading, id);
  REQUIRE(history.size() == 3);
  CHECK(history[0].field == "preference_brand");
  CHECK(history[0].old_value == std::nullopt);
  CHECK(history[0].new_value == "同仁堂");
  CHECK(history[1].field == "preference_form");
  CHECK(history[2].field == "preference_brand");
  CHECK(history[2].old_value == "同仁堂");
  CHECK(history[2].new_value == std::nullopt);
}

TEST_CASE("of who is restricted none of it is shown or changed") {
  TestStore t{"2026-03-01"};
  const MemberId id = party(t, {.name = "康宁诊所", .kind = MemberKind::clinic});
  kept_by(t, id, "wangli");
  licensed(t, id, "A1", "2027-03-31");
  changed_in(t, [&](Transaction& tx) { return restrict_member(tx, id, "本人要求"); });
  CHECK(code_of([&] { return kept_by(t, id, "wangli"); }) == Errc::refused);
  CHECK(code_of([&] { return licensed(t, id, "B2", "2027-03-31"); }) == Errc::refused);
  CHECK(licence_texts(t, {}).empty());
  auto reading = t.reading();
  CHECK(list_kept(reading, {}).members.empty());
  CHECK(code_of([&] { return list_preferences(reading, id); }) == Errc::refused);
  CHECK(code_of([&] { return get_standing(reading, id); }) == Errc::refused);
}

TEST_CASE("a merge carries keeper, licences and likings, and taking it back returns them") {
  TestStore t{"2026-03-01"};
  const MemberId into = party(t, {.name = "康宁诊所", .kind = MemberKind::clinic});
  const MemberId from = party(t, {.name = "康宁门诊", .kind = MemberKind::clinic});
  kept_by(t, from, "wangli");
  licensed(t, from, "A1", "2027-03-31");
  const MergeId merge = changed_in(
      t, [&](Transaction& tx) { return merge_members(tx, {.from = from, .into = into}); });
  {
    auto reading = t.reading();
    CHECK(get_standing(reading, into).keeper == "wangli");
    CHECK(get_standing(reading, into).licence_until == on_day("2027-03-31"));
  }
  changed_in(t, [&](Transaction& tx) { return unmerge_members(tx, merge).from; });
  auto reading = t.reading();
  CHECK_FALSE(get_standing(reading, into).keeper);
  CHECK(get_standing(reading, from).keeper == "wangli");
}

TEST_CASE("lists of keepers and licences are read off their indexes") {
  TestStore t{"2026-03-01"};
  const MemberId id = party(t, {.name = "康宁诊所", .kind = MemberKind::clinic});
  kept_by(t, id, "wangli");
  licensed(t, id, "A1", "2027-03-31");
  auto reading = t.reading();
  list_kept(reading, {.keeper = "wangli"});
  list_licences(reading, {.within = 30});
  list_licences(reading, {.member = id});
  get_standing(reading, id);
  auto& db = vault::database(reading);
  int seen = 0;
  for (const std::string& sql : test::statements_of(db)) {
    if (!sql.starts_with("SELECT")) continue;
    ++seen;
    CAPTURE(sql);
    std::string walks = test::walks_of(db, sql);
    if (walks == "SCAN s\n") walks.clear();  // the staff are few
    CHECK(walks == "");
  }
  CHECK(seen > 5);
}

TEST_CASE("member keeper, licence and pref at the terminal") {
  TestStore t{"2026-03-01"};
  party(t, {.name = "康宁诊所", .kind = MemberKind::clinic});
  const auto run = [&](const std::vector<std::string>& args) {
    return test::run(cli::member, t, args);
  };
  CHECK(run({"keeper", "set", "M1", "wangli"}).err ==
        "wangli looks after M1 (undo: member keeper clear M1)\n");
  CHECK(run({"keeper", "clear", "M1"}).err ==
        "nobody looks after M1 any more (undo: member keeper set M1 wangli)\n");
  CHECK(
      run({"licence", "add", "M1", "--kind", "许可证", "--number", "A1", "--expires", "2026-03-31"})
          .err == "licence of M1: A1 until 2026-03-31 (undo: member licence end M1 A1)\n");
  CHECK(run({"licence", "list", "--expiring", "30"}).out.find("\tA1\t2026-03-31\t30\texpiring\n") !=
        std::string::npos);
  // What undoes a renewal brings the day back that there was.
  const std::vector<std::string> renewal{"licence",  "add", "M1",        "--kind",    "许可证",
                                         "--number", "Ａ1", "--expires", "2027-03-31"};
  CHECK(run(renewal).err ==
        "licence of M1: Ａ1 until 2027-03-31 (undo: member licence add M1 --kind 许可证 --number A1"
        " --expires 2026-03-31)\n");
  CHECK(run({"licence", "end", "M1", "Ａ1"}).status == 0);
  CHECK(run({"licence", "end", "M1", "A1"}).status == 1);
  CHECK(run({"pref", "add", "M1", "--about", "brand", "--value", "同仁堂"}).err ==
        "M1 likes: 同仁堂 (undo: member pref end M1 --about brand --value=同仁堂)\n");
  CHECK(run({"pref", "end", "M1", "--about", "brand", "--value=同仁堂"}).status == 0);
  CHECK(run({"pref", "list", "M1", "--fail-if-empty"}).status == 1);
}
