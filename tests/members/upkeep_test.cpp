// What was verified when, who is to be asked again, and of whom much is lacking.
#include "pharmacy/upkeep.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "member/member.h"
#include "pharmacy/members.h"
#include "pharmacy/merge.h"
#include "pharmacy/rights.h"
#include "pharmacy/standing.h"
#include "support/errors.h"
#include "support/plans.h"
#include "support/run.h"
#include "support/test_store.h"
#include "support/trials.h"
#include "vault/access.h"

using namespace pharmacy;
using test::code_of;
using test::TestStore;

namespace {

MemberId newcomer(TestStore& t, const NewMember& input) {
  auto tx = t.begin();
  const MemberId id = add_member(tx, input);
  tx.commit();
  return id;
}

std::vector<ContactKind> verified_now(TestStore& t, MemberId id,
                                      std::optional<ContactKind> only = {}) {
  auto tx = t.begin();
  auto verified = verify_contacts(tx, id, only);
  tx.commit();
  return verified;
}

// "M1 phone 2026-03-01": the list, a page after the other.
std::vector<std::string> stale_lines(TestStore& t, std::optional<std::int64_t> days,
                                     std::size_t page = 100) {
  auto reading = t.reading();
  std::vector<std::string> texts;
  std::optional<MemberId> after;
  for (;;) {
    const auto [lines, more] = list_stale(reading, {.days = days, .after = after, .limit = page});
    for (const StaleLine& line : lines) {
      texts.push_back(to_string(line.id) + ' ' + line.to_verify + ' ' +
                      (line.verified_on ? to_string(*line.verified_on) : "never"));
    }
    if (!more) return texts;
    after = lines.back().id;
  }
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("what is told at the counter is verified that day, what comes in otherwise is not") {
  TestStore t{"2026-03-01"};
  newcomer(t, {.name = "甲", .phone = "13800138000", .address = "解放路 1 号"});
  newcomer(t, {.name = "乙", .phone = "13800138001", .source = FactSource::web});
  newcomer(t, {.name = "丙"});
  CHECK(stale_lines(t, {}) == Texts{"M2 phone never"});
  auto reading = t.reading();
  CHECK(get_standing(reading, MemberId{1}).phone_verified == parse_date("2026-03-01"));
  CHECK(get_standing(reading, MemberId{1}).to_verify == std::nullopt);
  CHECK(get_standing(reading, MemberId{2}).to_verify == "phone");
}

TEST_CASE("a fact is stale from the day on that is so many days after it was verified") {
  TestStore t{"2026-03-01"};
  newcomer(t, {.name = "甲", .phone = "13800138000"});
  t.set_day("2027-02-28");
  CHECK(stale_lines(t, {}).empty());
  t.set_day("2027-03-01");
  CHECK(stale_lines(t, {}) == Texts{"M1 phone 2026-03-01"});
  CHECK(stale_lines(t, 366).empty());
  CHECK(stale_lines(t, 0) == Texts{"M1 phone 2026-03-01"});
  auto reading = t.reading();
  CHECK(code_of([&] { return list_stale(reading, {.days = 36'501}); }) == Errc::invalid_input);
}

TEST_CASE("verifying says who did so and when, once a day, and takes the member off the list") {
  TestStore t{"2026-03-01"};
  const MemberId id = newcomer(t, {.name = "甲", .phone = "13800138000", .address = "解放路 1 号"});
  t.set_day("2027-06-01");
  CHECK(verified_now(t, id, ContactKind::phone) == std::vector{ContactKind::phone});
  CHECK(stale_lines(t, {}) == Texts{"M1 address 2026-03-01"});
  CHECK(verified_now(t, id) == std::vector{ContactKind::address});
  CHECK(verified_now(t, id).empty());
  CHECK(stale_lines(t, {}).empty());
  auto reading = t.reading();
  const auto history = member_history(reading, id);
  REQUIRE(history.size() == 2);
  CHECK(history[0].field == "phone_verified");
  CHECK(history[0].old_value == "2026-03-01");
  CHECK(history[0].new_value == "2027-06-01");
  CHECK(history[0].staff == "wangli");
  CHECK(history[1].field == "address_verified");
}

TEST_CASE("what is not there is not verified") {
  TestStore t{"2026-03-01"};
  const MemberId id = newcomer(t, {.name = "甲", .phone = "13800138000"});
  CHECK(code_of([&] { return verified_now(t, id, ContactKind::address); }) == Errc::not_found);
  CHECK(code_of([&] { return verified_now(t, MemberId{9}); }) == Errc::not_found);
}

TEST_CASE("a page goes on where the last one ended, and says so where that is gone") {
  TestStore t{"2026-03-01"};
  for (int i = 0; i < 5; ++i)
    newcomer(
        t, {.name = "甲", .phone = "1380013800" + std::to_string(i), .source = FactSource::wechat});
  auto reading = t.reading();
  const auto first = list_stale(reading, {.limit = 2});
  CHECK(first.more);
  CHECK(first.lines.size() == 2);
  CHECK(first.lines[0].phone == "*******8000");
  const auto last = list_stale(reading, {.after = MemberId{4}, .limit = 2});
  CHECK_FALSE(last.more);
  REQUIRE(last.lines.size() == 1);
  CHECK(last.lines[0].id == MemberId{5});
  CHECK(code_of([&] { return list_stale(reading, {.after = MemberId{9}}); }) == Errc::not_found);
}

namespace {

// What a naive model knows of the facts of people, beside a store that they are kept in.
class StaleModel {
 public:
  explicit StaleModel(std::int64_t people) {
    for (std::int64_t i = 0; i < people; ++i) people_[newcomer(t_, {.name = "甲"})];
  }

  void pass(std::int64_t days) {
    today_ = today_ + std::chrono::days{days};
    t_.set_day(to_string(today_));
  }
  // Something happens to one of them; `number` is that of the trial.
  void step(std::int64_t number, test::Random& random) {
    const MemberId id{random.between(1, static_cast<std::int64_t>(people_.size()))};
    Person& person = people_[id];
    const auto kind = random.one_in(2) ? ContactKind::phone : ContactKind::address;
    Fact& fact = kind == ContactKind::phone ? person.phone : person.address;
    if (person.is_restricted || random.one_in(12)) {
      turn(id, person);
    } else if (fact.is_there && random.one_in(2)) {
      verified_now(t_, id, kind);
      fact.verified_on = today_;
    } else {
      tell(id, kind, fact, number, random);
    }
  }
  [[nodiscard]] Texts expected(std::int64_t days) const {
    std::vector<std::pair<std::string, std::string>> lines;  // by "day number"
    for (const auto& [id, person] : people_) {
      if (person.is_restricted) continue;
      std::string to_verify = is_stale(person.phone, days) ? "phone" : "";
      if (is_stale(person.address, days)) to_verify += to_verify.empty() ? "address" : ",address";
      if (to_verify.empty()) continue;
      const std::string day = std::min(day_of(person.phone), day_of(person.address));
      const std::string shown = day.empty() ? "never" : day;
      lines.emplace_back(day + ' ' + to_string(id), to_string(id) + ' ' + to_verify + ' ' + shown);
    }
    std::ranges::sort(lines);
    Texts texts;
    for (const auto& [place, line] : lines) texts.push_back(line);
    return texts;
  }
  TestStore& store() { return t_; }

 private:
  struct Fact {
    bool is_there = false;
    std::optional<Date> verified_on{};
  };
  struct Person {
    Fact phone, address;
    bool is_restricted = false;
  };

  void turn(MemberId id, Person& person) {
    auto tx = t_.begin();
    if (person.is_restricted) {
      lift_restriction(tx, id);
    } else {
      restrict_member(tx, id, "本人要求");
    }
    person.is_restricted = !person.is_restricted;
    tx.commit();
  }
  void tell(MemberId id, ContactKind kind, Fact& fact, std::int64_t number, test::Random& random) {
    const bool told_here = random.one_in(2), cleared = random.one_in(4);
    MemberEdit edit;
    edit.source = told_here ? FactSource::counter : FactSource::app;
    const bool of_phone = kind == ContactKind::phone;
    const std::string text = of_phone ? "138" + std::to_string(10'000'000 + number)
                                      : "解放路 " + std::to_string(number) + " 号";
    (of_phone ? edit.phone : edit.address) = cleared ? "" : text;
    auto tx = t_.begin();
    edit_member(tx, id, edit);
    tx.commit();
    fact = {.is_there = !cleared,
            .verified_on = told_here && !cleared ? std::optional{today_} : std::nullopt};
  }
  [[nodiscard]] bool is_stale(const Fact& fact, std::int64_t days) const {
    return fact.is_there &&
           (!fact.verified_on || *fact.verified_on + std::chrono::days{days} <= today_);
  }
  // Before all days where it never was verified, behind them where it is not there.
  static std::string day_of(const Fact& fact) {
    if (!fact.is_there) return "9999-12-31";
    return fact.verified_on ? to_string(*fact.verified_on) : "";
  }

  TestStore t_{"2026-03-01"};
  Date today_ = parse_date("2026-03-01").value();
  std::map<MemberId, Person> people_;
};

}  // namespace

TEST_CASE("the list of who is to be asked again agrees with a naive model") {
  test::Trials trials("lists of who is to be asked again", 60, 2'000);
  StaleModel model{9};
  trials.each([&](std::int64_t number, test::Random& random) {
    model.pass(random.between(0, 40));
    model.step(number, random);
    const std::int64_t days = random.between(0, 400);
    const auto page = static_cast<std::size_t>(random.between(1, 4));
    const Texts expected = model.expected(days);
    CHECK(stale_lines(model.store(), days, page) == expected);
    trials.tally("stale", static_cast<std::int64_t>(expected.size()));
  });
  CHECK(trials.tallied("stale") > 0);
}

TEST_CASE("completeness counts what the pharmacy wants to know") {
  TestStore t{"2026-03-01"};
  const auto score = [&](const NewMember& input) {
    const MemberId id = newcomer(t, input);
    auto reading = t.reading();
    return get_standing(reading, id).completeness;
  };
  CHECK(score({.card = "6001"}) == 0);
  CHECK(score({.name = "甲"}) == 20);
  CHECK(score({.name = "甲", .phone = "13800138000", .source = FactSource::web}) == 45);
  CHECK(score({.name = "甲", .phone = "13800138001"}) == 60);
  CHECK(score({.name = "甲", .birth = parse_date("1980-01-01")}) == 40);
  CHECK(score({.name = "甲", .sex = Sex::male}) == 30);
  CHECK(score({.name = "甲", .address = "解放路 1 号"}) == 30);
  CHECK(score({.name = "甲",
               .phone = "13800138002",
               .sex = Sex::male,
               .birth = parse_date("1980-01-01"),
               .address = "解放路 1 号"}) == 100);
  CHECK(score({.name = "诊所",
               .phone = "13800138003",
               .address = "解放路 1 号",
               .kind = MemberKind::clinic}) == 100);
  auto reading = t.reading();
  const auto list = list_incomplete(reading, {.below = 45, .limit = 3});
  REQUIRE(list.lines.size() == 3);
  CHECK(list.more);
  CHECK(list.lines[0].lacking == "name,phone,birth,sex,address");
  CHECK(list.lines[2].id == MemberId{5});
  CHECK(list.lines[2].lacking == "phone,sex,address");
  CHECK(list_incomplete(reading, {.below = 45, .after = MemberId{5}}).lines.size() == 2);
  CHECK(code_of([&] { return list_incomplete(reading, {.below = 0}); }) == Errc::invalid_input);
}

TEST_CASE("member verify and stale at the terminal") {
  TestStore t{"2026-03-01"};
  newcomer(t, {.name = "张伟", .phone = "13800138000", .source = FactSource::event});
  const auto before = test::run(cli::member, t, {"stale"});
  CHECK(before.out.find("M1\t张伟\t*******8000\tphone\t") != std::string::npos);
  const auto verified = test::run(cli::member, t, {"verify", "M1"});
  CHECK(verified.status == 0);
  CHECK(verified.err == "verified today, of M1: phone\n");
  CHECK(test::run(cli::member, t, {"verify", "M1"}).err ==
        "nothing changed: that of M1 was verified today already\n");
  CHECK(test::run(cli::member, t, {"stale", "--fail-if-empty"}).status == 1);
  CHECK(test::run(cli::member, t, {"stale", "--incomplete", "--below", "61"})
            .out.find("\t60\tbirth,sex,address") != std::string::npos);
  CHECK(test::run(cli::member, t, {"stale", "--below", "61"}).status == 2);
  CHECK(test::run(cli::member, t, {"stale", "--incomplete", "--days", "3"}).status == 2);
}

TEST_CASE("the list of who is to be asked again is read off its index") {
  TestStore t{"2026-03-01"};
  newcomer(t, {.name = "甲", .phone = "13800138000", .source = FactSource::app});
  auto reading = t.reading();
  CHECK(list_stale(reading, {}).lines.size() == 1);
  list_members(reading, {.member_class = MemberClass::key});
  list_members(reading, {.kind = MemberKind::clinic});
  auto& db = vault::database(reading);
  int seen = 0;
  for (const std::string& sql : test::statements_of(db)) {
    if (!sql.starts_with("SELECT")) continue;
    CAPTURE(sql);
    CHECK(test::walks_of(db, sql) == "");
    ++seen;
  }
  CHECK(seen >= 5);
  // The control: a list that no index gives is found out.
  CHECK(test::walks_of(db, "SELECT id FROM member_change ORDER BY at") != "");
}
