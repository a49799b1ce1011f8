// The timeline: everything that happened with a member is in it, and nothing of others.
#include "pharmacy/timeline.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "members/file/child_tables.h"
#include "members/file/timeline.h"
#include "members/person.h"
#include "pharmacy/rights.h"
#include "pharmacy/staff.h"
#include "support/errors.h"
#include "vault/access.h"

namespace pharmacy::test {

namespace {

std::vector<TimelineEvent> timeline(Store& store, MemberId member,
                                    const TimelineFilter& filter = {.period = {},
                                                                    .limit = 10'000}) {
  std::vector<TimelineEvent> events;
  store.view([&](Reading& reading) { events = member_timeline(reading, member, filter).events; });
  return events;
}

std::int64_t of_topic(const std::vector<TimelineEvent>& events, const std::string& topic) {
  return std::ranges::count(events, topic, &TimelineEvent::topic);
}

Store let_in(TestStore& t, Role role) {
  auto tx = t.begin();
  auto key = add_staff(tx, {.login = "other", .name = "员工", .roles = {role}});
  tx.commit();
  return Store::open(t.path(), KeyFile{std::move(key.key_file.value())}, {.clock = t.clock()});
}

}  // namespace

TEST_CASE(
    "each table that holds something of a member tells what happened, or is known to be silent") {
  std::set<std::string_view> known(members::silent_tables().begin(),
                                   members::silent_tables().end());
  for (const auto& source : members::timeline_sources()) CHECK(known.insert(source.table).second);
  std::set<std::string_view> tables{"member"};
  for (const auto& child : members::child_tables()) tables.insert(child.table);
  CHECK(known == tables);
}

TEST_CASE("a person with something in every table has events of every source") {
  PersonStore t;
  auto reading = t.reading();
  auto& database = vault::database(reading);
  for (const auto& source : members::timeline_sources()) {
    CAPTURE(source.table);
    CHECK(database.value<std::int64_t>(std::string{"SELECT count(*) FROM ("} + source.sql + ")",
                                       t.person) > 0);
    // Nobody who does not exist has any.
    CHECK(database.value<std::int64_t>(std::string{"SELECT count(*) FROM ("} + source.sql + ")",
                                       MemberId{987'654}) == 0);
  }
}

TEST_CASE("receipts, consents and notes are told, each as often as there are") {
  PersonStore t;
  const auto events = timeline(t.store(), t.person);
  CHECK(std::ranges::is_sorted(events, std::ranges::greater{}, &TimelineEvent::at));
  auto reading = t.reading();
  auto& database = vault::database(reading);
  const auto count = [&](const std::string& sql) {
    return database.value<std::int64_t>(sql, t.person).value();
  };
  CHECK(of_topic(events, "sale") + of_topic(events, "refund") ==
        count("SELECT count(*) FROM receipt WHERE member = ?1"));
  CHECK(of_topic(events, "consent") == count("SELECT count(*) FROM consent WHERE member = ?1"));
  CHECK(of_topic(events, "health_note") ==
        count("SELECT count(*) + count(ended_at) FROM health_note WHERE member = ?1"));
  CHECK(of_topic(events, "risk") ==
        count("SELECT count(*) + count(cleared_at) FROM member_risk WHERE member = ?1"));
}

TEST_CASE("who may not read notes or see risks is not told of them") {
  PersonStore t;
  Store clerk = let_in(t, Role::clerk);
  const auto events = timeline(clerk, t.person);
  CHECK(of_topic(events, "health_note") == 0);
  CHECK(of_topic(events, "risk") == 0);
  CHECK(std::ranges::none_of(events, [](const TimelineEvent& e) { return e.about == "risk"; }));
  CHECK(of_topic(events, "sale") > 0);
  // The control: whoever may is told.
  const auto all = timeline(t.store(), t.person);
  CHECK(of_topic(all, "health_note") > 0);
  CHECK(of_topic(all, "risk") > 0);
}

TEST_CASE("a period and a limit choose the newest of its days") {
  CounterStore t;
  t.sell({"A"});
  t.set_day("2026-03-02");
  t.sell({"B"});
  t.set_day("2026-03-03");
  t.sell({"A", "B"});
  const Period days{*parse_date("2026-03-02"), *parse_date("2026-03-03")};
  const auto both = timeline(t.store(), t.member, {.period = days});
  REQUIRE(both.size() == 2);
  CHECK(both[0].amount == Money{3800});
  CHECK(both[1].amount == Money{1000});
  const auto newest = timeline(t.store(), t.member, {.limit = 1});
  REQUIRE(newest.size() == 1);
  CHECK(newest[0].amount == Money{3800});
  CHECK(code_of([&] { timeline(t.store(), MemberId{77}); }) == Errc::not_found);
  CHECK(code_of([&] { timeline(t.store(), t.member, {.limit = 0}); }) == Errc::invalid_input);
  {
    auto tx = t.begin();
    restrict_member(tx, t.member, "本人要求");
    tx.commit();
  }
  CHECK(code_of([&] { timeline(t.store(), t.member); }) == Errc::refused);
}

}  // namespace pharmacy::test
