// How long records are kept, counted over a store whose days are known.
#include "pharmacy/retention.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "pharmacy/error.h"
#include "pharmacy/members.h"
#include "pharmacy/policy.h"
#include "support/counter_store.h"
#include "support/errors.h"
#include "vault/access.h"
#include "vault/retention.h"

using namespace pharmacy;
using test::CounterStore;
using test::TestStore;

namespace {

// "held 3, oldest 2020-01-01, past 1 from before 2021-01-01" of a kind.
std::string figures(TestStore& t, RecordKind kind) {
  auto reading = t.reading();
  for (const auto& each : retention(reading)) {
    if (each.kind != kind) continue;
    std::string text = "held " + std::to_string(each.held);
    if (each.oldest) text += ", oldest " + to_string(*each.oldest);
    if (each.past) text += ", past " + std::to_string(*each.past);
    if (each.before) text += " from before " + to_string(*each.before);
    return text;
  }
  return "";
}

MemberId add(TestStore& t, const std::string& name) {
  auto tx = t.begin();
  NewMember person;
  person.name = name;
  const MemberId id = add_member(tx, person);
  tx.commit();
  return id;
}

void set(TestStore& t, const std::string& document) {
  auto tx = t.begin();
  set_policy(tx, {.document = document, .name = "p", .effective_on = tx.today()});
  tx.commit();
}

}  // namespace

TEST_CASE("every table of the schema holds records of one kind, or none") {
  TestStore t{"2026-03-01"};
  auto tx = t.begin();
  auto found = vault::database(tx).prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
      " ORDER BY name");
  std::vector<std::string> there;
  while (found.step()) there.push_back(found.get<std::string>(0));
  std::vector<std::string> kept;
  for (const auto& each : vault::retained_tables()) kept.emplace_back(each.table);
  std::sort(kept.begin(), kept.end());
  CHECK(there == kept);
  CHECK(there.size() >= 20);
}

TEST_CASE("every kind of record has figures, and those with a rule have a term") {
  TestStore t{"2026-03-01"};
  auto reading = t.reading();
  const auto all = retention(reading);
  CHECK(all.size() == EnumNames<RecordKind>::table.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(to_word(all[i].kind));
    CHECK(all[i].kind == EnumNames<RecordKind>::table[i].first);
    const bool has_term = all[i].rule != RetentionRule::unlimited;
    CHECK(all[i].months.has_value() == has_term);
    CHECK(all[i].before.has_value() == has_term);
    CHECK(all[i].past.has_value() == has_term);
    if (all[i].rule == RetentionRule::policy)
      CHECK(all[i].months == (all[i].kind == RecordKind::leads ? 12 : 60));
    if (all[i].rule == RetentionRule::processing_law) CHECK(all[i].months == 36);
  }
}

TEST_CASE("a receipt is past its term the day after its years are over") {
  CounterStore s{"2021-03-01"};
  s.sell({"B=1"}, {"cash"});
  s.set_day("2021-03-02");
  s.sell({"B=1"}, {"cash"});
  s.set_day("2026-03-01");
  CHECK(figures(s, RecordKind::purchases) ==
        "held 2, oldest 2021-03-01, past 0 from before 2021-03-01");
  s.set_day("2026-03-02");
  CHECK(figures(s, RecordKind::purchases) ==
        "held 2, oldest 2021-03-01, past 1 from before 2021-03-02");
  set(s, "[retention]\nyears = 6\n");
  CHECK(figures(s, RecordKind::purchases) ==
        "held 2, oldest 2021-03-01, past 0 from before 2020-03-02");
}

TEST_CASE("points are past their term when they have long ended, and never while they live") {
  CounterStore s{"2019-03-01"};
  s.sell({"B=1"}, {"cash"});  // 10 points that end on 2020-12-31
  s.set_day("2025-12-31");
  CHECK(figures(s, RecordKind::points) ==
        "held 1, oldest 2019-03-01, past 0 from before 2020-12-31");
  s.set_day("2026-01-01");
  CHECK(figures(s, RecordKind::points) ==
        "held 1, oldest 2019-03-01, past 1 from before 2021-01-01");
  CounterStore lasting{"2019-03-01"};
  set(lasting, "[points]\nexpiry_years = 0\n");
  lasting.sell({"B=1"}, {"cash"});
  lasting.set_day("2060-01-01");
  CHECK(figures(lasting, RecordKind::points) ==
        "held 1, oldest 2019-03-01, past 0 from before 2055-01-01");
}

TEST_CASE("a member is past the term when nothing was heard since") {
  CounterStore s{"2018-03-01"};  // has one member
  const MemberId silent = add(s, "李娜");
  const MemberId edited = add(s, "王芳");
  s.sell({"B=1"}, {"cash"});  // to the first one: points that end on 2019-12-31
  s.set_day("2018-06-01");
  {
    auto tx = s.begin();
    edit_member(tx, edited, {.name = "王方"});
    tx.commit();
  }
  s.set_day("2023-03-01");
  CHECK(figures(s, RecordKind::members) ==
        "held 3, oldest 2018-03-01, past 0 from before 2018-03-01");
  s.set_day("2023-03-02");
  CHECK(figures(s, RecordKind::members) ==
        "held 3, oldest 2018-03-01, past 1 from before 2018-03-02");
  s.set_day("2023-06-02");
  CHECK(figures(s, RecordKind::members) ==
        "held 3, oldest 2018-03-01, past 2 from before 2018-06-02");
  s.set_day("2025-01-01");  // the points ended 5 years and a day ago
  CHECK(figures(s, RecordKind::members) ==
        "held 3, oldest 2018-03-01, past 3 from before 2020-01-01");
  // A purchase is a sign of life.
  NewSale sale;
  sale.member = silent;
  sale.items = test::items_of({"N=1"});
  sale.payments = test::payments_of({"cash"});
  s.sell(sale);
  CHECK(figures(s, RecordKind::members) ==
        "held 3, oldest 2018-03-01, past 2 from before 2020-01-01");
}

TEST_CASE("what was known of members before is kept as long as the policy says") {
  TestStore t{"2018-03-01"};
  const MemberId id = add(t, "李娜");
  CHECK(figures(t, RecordKind::member_history) == "held 0, past 0 from before 2013-03-01");
  auto tx = t.begin();
  edit_member(tx, id, {.name = "李娜娜"});
  tx.commit();
  t.set_day("2023-03-02");
  CHECK(figures(t, RecordKind::member_history) ==
        "held 1, oldest 2018-03-01, past 1 from before 2018-03-02");
}

TEST_CASE("the log and what changes printed are kept for three years, whatever the policy says") {
  TestStore t{"2020-03-01"};
  set(t, "[retention]\nyears = 1\n");
  const std::string kept = "held 1, oldest 2020-03-01, past 0 from before 2020-03-01";
  const std::string past = "held 1, oldest 2020-03-01, past 1 from before 2020-03-02";
  t.set_day("2023-03-01");
  CHECK(figures(t, RecordKind::operations) == kept);
  CHECK(figures(t, RecordKind::access_log) == "held 2" + kept.substr(6));
  t.set_day("2023-03-02");
  CHECK(figures(t, RecordKind::operations) == past);
  CHECK(figures(t, RecordKind::access_log) ==
        "held 2, oldest 2020-03-01, past 2 from before 2020-03-02");
  add(t, "李娜");
  CHECK(figures(t, RecordKind::access_log) ==
        "held 3, oldest 2020-03-01, past 2 from before 2020-03-02");
}

TEST_CASE(
    "a policy is past its term when it ended long ago and no receipt within its term cites it") {
  CounterStore s{"2018-03-01"};
  set(s, "[points]\nper_yuan = \"2\"\n");
  s.set_day("2018-03-02");
  s.sell({"B=1"}, {"cash"});
  set(s, "[points]\nper_yuan = \"3\"\n");
  s.set_day("2023-03-01");
  CHECK(figures(s, RecordKind::policies) ==
        "held 3, oldest 2018-03-01, past 0 from before 2018-03-01");
  s.set_day("2023-03-02");  // policy 1 was replaced on the day it was recorded
  CHECK(figures(s, RecordKind::policies) ==
        "held 3, oldest 2018-03-01, past 1 from before 2018-03-02");
  s.set_day("2023-03-03");  // policy 2 and the receipt that cites it
  CHECK(figures(s, RecordKind::policies) ==
        "held 3, oldest 2018-03-01, past 2 from before 2018-03-03");
}

TEST_CASE("a policy that a kept receipt cites is kept with it") {
  CounterStore s{"2018-03-01"};
  s.sell({"B=1"}, {"cash"});
  set(s, "[points]\nper_yuan = \"2\"\n");
  s.set_day("2023-03-02");
  CHECK(figures(s, RecordKind::policies) ==
        "held 2, oldest 2018-03-01, past 1 from before 2018-03-02");
  // A sale that is dated back cites the policy of its day.
  auto tx = s.begin();
  vault::database(tx).run(
      "INSERT INTO receipt (kind, member, at, day, amount, channel, staff, policy, recorded_at)"
      " VALUES ('sale', NULL, 0, ?1, 0, 'counter', 1, 1, 0)",
      parse_date("2018-03-02").value());
  tx.commit();
  CHECK(figures(s, RecordKind::policies) ==
        "held 2, oldest 2018-03-01, past 0 from before 2018-03-02");
}

TEST_CASE("products and staff have no term") {
  CounterStore s{"2010-03-01"};
  s.set_day("2060-01-01");
  CHECK(figures(s, RecordKind::products) == "held 5");
  CHECK(figures(s, RecordKind::staff) == "held 1");
}
