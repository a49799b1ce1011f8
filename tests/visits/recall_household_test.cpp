// A recall and who lives with whoever bought: some of it may be with them, and they can be called.
#include <doctest/doctest.h>

#include "pharmacy/household.h"
#include "pharmacy/recall.h"
#include "pharmacy/rights.h"
#include "support/counter_store.h"

namespace pharmacy::test {
namespace {

// M1, who has no phone, bought; so did M2, who has one.
struct HouseholdStore : CounterStore {
  HouseholdStore() {
    auto tx = begin();
    second = add_member(tx, {.name = "李娜", .phone = "13900139000"});
    mother = add_member(tx, {.name = "王芳", .phone = "13900139001"});
    son = add_member(tx, {.name = "王小"});
    tx.commit();
    sell({"A=2#B1"});
    NewSale sale;
    sale.member = second;
    sale.items = items_of({"A=1#B1"});
    sell(sale);
  }
  void join(MemberId who, MemberId with) {
    auto tx = begin();
    join_household(tx, {.member = who, .with = with});
    tx.commit();
  }
  RecallReport report(const Reveal& reveal = {}) {
    auto reading = this->reading();
    return trace_batches(reading, {.product = "A", .batches = {"B1"}}, reveal);
  }

  MemberId second;
  MemberId mother;
  MemberId son;
};

}  // namespace

TEST_CASE("without households nobody else is named, and who has no phone has none") {
  HouseholdStore t;
  const RecallReport found = t.report();
  CHECK(found.figures.households == 0);
  CHECK(found.figures.household_members == 0);
  CHECK(found.households.empty());
  REQUIRE(found.members.size() == 2);
  CHECK_FALSE(found.members[0].phone.has_value());
  CHECK_FALSE(found.members[0].household.has_value());
}

TEST_CASE("who has no phone is reached by who lives with her, masked as any phone is") {
  HouseholdStore t;
  t.join(t.son, t.member);
  t.join(t.mother, t.member);
  const RecallReport found = t.report();
  CHECK(found.figures.households == 1);
  CHECK(found.figures.household_members == 2);
  REQUIRE(found.households.size() == 2);
  CHECK(found.households[0].member == t.mother);
  CHECK(found.households[1].member == t.son);
  CHECK(found.households[0].household == HouseholdId{1});
  REQUIRE(found.members.size() == 2);
  CHECK(found.members[0].reached_by == t.mother);
  REQUIRE(found.members[0].phone.has_value());
  CHECK(found.members[0].phone->find("13900139001") == std::string::npos);
  CHECK_FALSE(found.members[1].reached_by.has_value());
  const RecallReport revealed = t.report({.field = Revealed::phone, .reason = "call"});
  CHECK(revealed.members[0].phone == "+8613900139001");
  CHECK(revealed.members[1].phone == "+8613900139000");
}

TEST_CASE(
    "two who bought and live together are one household, and who is restricted calls for nobody") {
  HouseholdStore t;
  t.join(t.second, t.member);
  t.join(t.mother, t.member);
  CHECK(t.report().figures.households == 1);
  CHECK(t.report().figures.household_members == 1);
  CHECK(t.report().members[0].reached_by == t.second);
  {
    auto tx = t.begin();
    leave_household(tx, t.second);
    restrict_member(tx, t.mother, "本人要求");
    tx.commit();
  }
  const RecallReport found = t.report();
  CHECK(found.households.empty());
  CHECK_FALSE(found.members[0].phone.has_value());
}

}  // namespace pharmacy::test
