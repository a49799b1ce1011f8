#include "pharmacy/members.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pharmacy/error.h"
#include "support/test_store.h"

using namespace pharmacy;
using pharmacy::test::TestStore;

namespace {

MemberId add(TestStore& t, const NewMember& input) {
  auto tx = t.begin();
  const MemberId id = add_member(tx, input);
  tx.commit();
  return id;
}

std::vector<MemberChange> edit(TestStore& t, MemberId id, const MemberEdit& change) {
  auto tx = t.begin();
  auto changes = edit_member(tx, id, change);
  tx.commit();
  return changes;
}

Member get(TestStore& t, MemberId id) {
  auto reading = t.reading();
  return get_member(reading, id, {.field = Revealed::phone, .reason = "verify"});
}

std::optional<MemberId> who(TestStore& t, std::string_view text) {
  auto reading = t.reading();
  return find_member(reading, text);
}

// The faults of what `act` throws, "CODE: message" each; empty where it throws nothing.
template <class Act>
std::vector<std::string> faults_of(Act act, Errc expected) {
  try {
    act();
  } catch (const Error& error) {
    CHECK(error.code() == expected);
    std::vector<std::string> faults;
    for (const auto& fault : error.faults()) faults.push_back(fault.message);
    return faults;
  }
  return {};
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a member is kept as given, in normal form") {
  TestStore t{"2026-03-01"};
  const MemberId id = add(t, {.name = "　张伟 ",
                              .card = "６００１",
                              .phone = "138 0013-8000",
                              .sex = Sex::male,
                              .birth = parse_date("1980-02-03"),
                              .address = "解放路 12 号",
                              .note = "晚上来",
                              .joined = parse_date("2020-01-02")});
  const Member member = get(t, id);
  CHECK(to_string(id) == "M1");
  CHECK(member.name == "张伟");
  CHECK(member.card == "6001");
  CHECK(member.phone == "+8613800138000");
  CHECK(member.sex == Sex::male);
  CHECK(member.birth == parse_date("1980-02-03"));
  CHECK(member.address == "解放路 12 号");
  CHECK(member.note == "晚上来");
  CHECK(to_string(member.joined) == "2020-01-02");
}

TEST_CASE("a name or a card is enough, and a member joins today") {
  TestStore t{"2026-03-01"};
  CHECK(to_string(get(t, add(t, {.name = "李娜"})).joined) == "2026-03-01");
  CHECK(get(t, add(t, {.name = "", .card = "6002"})).name == std::nullopt);
  CHECK(faults_of([&] { add(t, {.name = " ", .phone = "13800138000"}); }, Errc::invalid_input) ==
        Texts{"a member needs a name or a card"});
}

TEST_CASE("all faults of a new member are reported at once, and nothing is kept") {
  TestStore t{"2026-03-01"};
  add(t, {.name = "张伟", .card = "6001"});
  const auto faults = faults_of(
      [&] {
        add(t, {.name = std::string(201, 'x'),
                .card = "6001",
                .phone = "12",
                .birth = parse_date("2026-03-02"),
                .address = "a\tb",
                .joined = parse_date("1849-12-31")});
      },
      Errc::invalid_input);
  CHECK(faults == Texts{"the name is longer than 200 bytes", "this is no phone number: 12",
                        "the address has control characters, or is not UTF-8",
                        "the day of birth is before 1850-01-01 or after today: 2026-03-02",
                        "the day of joining is before 1850-01-01 or after today: 1849-12-31",
                        "this card belongs to M1"});
  auto reading = t.reading();
  CHECK(list_members(reading, {}).lines.size() == 1);
}

TEST_CASE("a card or a phone that is taken is a conflict") {
  TestStore t{"2026-03-01"};
  add(t, {.name = "张伟", .card = "6001", .phone = "13800138000"});
  CHECK(faults_of([&] { add(t, {.name = "李娜", .card = "6001", .phone = "+86 138-0013-8000"}); },
                  Errc::conflict) ==
        Texts{"this card belongs to M1", "this phone number belongs to M1"});
  const MemberId second = add(t, {.name = "李娜", .phone = "13800138000", .shared_phone = true});
  CHECK(get(t, second).phone == "+8613800138000");
  CHECK(faults_of([&] { add(t, {.name = "王丽", .phone = "13800138000"}); }, Errc::conflict) ==
        Texts{"this phone number belongs to M1"});
}

TEST_CASE("whom a text means: a number, else a card, else a phone in any spelling") {
  TestStore t{"2026-03-01"};
  const MemberId first = add(t, {.name = "张伟", .card = "6001", .phone = "13800138000"});
  CHECK(who(t, "M1") == first);
  CHECK(who(t, "m1") == first);
  CHECK(who(t, "６００１") == first);
  CHECK(who(t, "138 0013 8000") == first);
  CHECK(who(t, "0086-13800138000") == first);
  CHECK(who(t, "M2") == std::nullopt);
  CHECK(who(t, "1") == std::nullopt);
  CHECK(who(t, "张伟") == std::nullopt);
  CHECK(who(t, "8000") == std::nullopt);
  CHECK(who(t, "\xff") == std::nullopt);
  auto reading = t.reading();
  CHECK(get_member_id(reading, "6001") == first);
  CHECK(faults_of([&] { get_member_id(reading, "6009"); }, Errc::not_found) ==
        Texts{"there is no such member: 6009"});
  CHECK(faults_of([&] { get_member(reading, MemberId{9}); }, Errc::not_found) ==
        Texts{"there is no such member: M9"});
}

TEST_CASE("a text that means two members is not guessed at") {
  TestStore t{"2026-03-01"};
  add(t, {.name = "张伟", .phone = "13800138000"});
  add(t, {.name = "李娜", .card = "M1", .phone = "13800138000", .shared_phone = true});
  CHECK(faults_of([&] { who(t, "13800138000"); }, Errc::conflict) ==
        Texts{"several members share this phone: M1, M2"});
  CHECK(faults_of([&] { who(t, "M1"); }, Errc::conflict) ==
        Texts{"M1 is the number of a member and the card of M2"});
  add(t, {.name = "王丽", .card = "M77"});
  CHECK(who(t, "M77") == MemberId{3});
}

TEST_CASE("an edit changes what it names, and records old and new") {
  TestStore t{"2026-03-01"};
  const MemberId id = add(t, {.name = "张伟", .phone = "13800138000", .note = "晚上来"});
  t.set_day("2026-03-05");
  const auto changes = edit(t, id,
                            {.name = "张玮",
                             .phone = "13900139000",
                             .sex = "男",
                             .birth = "1980-02-03",
                             .address = "解放路",
                             .note = ""});
  CHECK(changes.size() == 6);
  const Member member = get(t, id);
  CHECK(member.name == "张玮");
  CHECK(member.phone == "+8613900139000");
  CHECK(member.sex == Sex::male);
  CHECK(member.birth == parse_date("1980-02-03"));
  CHECK(member.address == "解放路");
  CHECK(member.note == std::nullopt);
  CHECK(who(t, "13800138000") == std::nullopt);

  auto reading = t.reading();
  const auto history = member_history(reading, id);
  REQUIRE(history.size() == 6);
  CHECK(history[0].field == "name");
  CHECK(history[0].old_value == "张伟");
  CHECK(history[0].new_value == "张玮");
  CHECK(history[0].staff == "wangli");
  CHECK(to_string(history[0].at, reading.zone()) == "2026-03-05T10:00:00+08:00");
  CHECK(history[1].field == "phone");
  CHECK(history[1].old_value == "*******8000");
  CHECK(history[5].field == "note");
  CHECK(history[5].new_value == std::nullopt);
}

TEST_CASE("an edit that changes nothing records nothing") {
  TestStore t{"2026-03-01"};
  const MemberId id = add(t, {.name = "张伟", .card = "6001", .phone = "13800138000"});
  CHECK(edit(t, id, {.name = "张伟 ", .add_card = "6001", .phone = "138-0013-8000", .note = ""})
            .empty());
  CHECK(edit(t, id, {}).empty());
  auto reading = t.reading();
  CHECK(member_history(reading, id).empty());
}

TEST_CASE("a card that was taken off finds nobody, and comes back to its member only") {
  TestStore t{"2026-03-01"};
  const MemberId id = add(t, {.name = "张伟", .card = "6001"});
  const MemberId other = add(t, {.name = "李娜"});
  edit(t, id, {.add_card = "6003", .remove_card = "6001"});
  CHECK(who(t, "6001") == std::nullopt);
  CHECK(who(t, "6003") == id);
  CHECK(get(t, id).card == "6003");
  CHECK(faults_of([&] { edit(t, other, {.add_card = "6001"}); }, Errc::conflict) ==
        Texts{"this card belonged to M1"});
  CHECK(faults_of([&] { edit(t, id, {.remove_card = "6001"}); }, Errc::invalid_input) ==
        Texts{"M1 has no such card: 6001"});
  edit(t, id, {.add_card = "6001", .remove_card = "6003"});
  CHECK(who(t, "6001") == id);
}

TEST_CASE("an edit leaves no member without a name and a card") {
  TestStore t{"2026-03-01"};
  const MemberId id = add(t, {.name = "张伟", .card = "6001"});
  edit(t, id, {.name = ""});
  CHECK(faults_of([&] { edit(t, id, {.remove_card = "6001"}); }, Errc::invalid_input) ==
        Texts{"a member needs a name or a card"});
  const MemberId named = add(t, {.name = "李娜"});
  CHECK(faults_of([&] { edit(t, named, {.name = ""}); }, Errc::invalid_input) ==
        Texts{"a member needs a name or a card"});
}

TEST_CASE("a refused edit changes nothing") {
  TestStore t{"2026-03-01"};
  add(t, {.name = "李娜", .phone = "13900139000"});
  const MemberId id = add(t, {.name = "张伟", .phone = "13800138000"});
  CHECK(faults_of([&] { edit(t, id, {.name = "张玮", .phone = "13900139000", .sex = "x"}); },
                  Errc::invalid_input) ==
        Texts{"this is no sex: x", "this phone number belongs to M1"});
  CHECK(get(t, id).name == "张伟");
  CHECK(faults_of([&] { edit(t, MemberId{9}, {.name = "张玮"}); }, Errc::not_found) ==
        Texts{"there is no such member: M9"});
  edit(t, id, {.phone = "13900139000", .shared_phone = true});
  CHECK(get(t, id).phone == "+8613900139000");
}

TEST_CASE("members are listed by number, by period of joining, and page by page") {
  TestStore t{"2026-03-01"};
  for (const char* day : {"2026-01-05", "2026-02-05", "2026-02-06", "2026-03-01"}) {
    add(t, {.name = "张伟", .joined = parse_date(day)});
  }
  auto reading = t.reading();
  const auto ids = [&](const MemberRange& range) {
    std::string all;
    for (const auto& line : list_members(reading, range).lines) all += to_string(line.id) + ' ';
    return all;
  };
  CHECK(ids({}) == "M1 M2 M3 M4 ");
  CHECK(ids({.after = MemberId{2}, .limit = 1}) == "M3 ");
  const auto february = parse_period("2026-02", reading.today());
  CHECK(ids({.joined = february}) == "M2 M3 ");
  CHECK(ids({.joined = february, .after = MemberId{2}}) == "M3 ");
  CHECK(ids({.joined = february, .limit = 1}) == "M2 ");
  CHECK(export_members(reading, MemberId{1}, 2).size() == 2);
  CHECK(faults_of([&] { ids({.limit = 0}); }, Errc::invalid_input) ==
        Texts{"not a limit from 1 to 100000: 0"});
}

TEST_CASE("sexes are read in both languages") {
  for (const char* word : {"female", "F", "女", "女性"}) CHECK(parse_sex(word) == Sex::female);
  for (const char* word : {"male", "M", "男", "男性"}) CHECK(parse_sex(word) == Sex::male);
  for (const char* word : {"", "x", "fm", "\xff"}) CHECK(parse_sex(word) == std::nullopt);
}
