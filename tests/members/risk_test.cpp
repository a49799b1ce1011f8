// Members with whom doing business is a risk, and what the counter makes of it.
#include "pharmacy/risk.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "member/member.h"
#include "pharmacy/members.h"
#include "pharmacy/merge.h"
#include "pharmacy/rights.h"
#include "pharmacy/staff.h"
#include "pharmacy/standing.h"
#include "support/counter_store.h"
#include "support/errors.h"
#include "support/plans.h"
#include "support/run.h"
#include "vault/access.h"

using namespace pharmacy;
using test::code_of;
using test::CounterStore;
using test::message_of;

namespace {

Date review_day(std::string_view text) { return parse_date(text).value(); }

void set_on(CounterStore& t, const NewRisk& risk) {
  auto tx = t.begin();
  set_risk(tx, risk);
  tx.commit();
}

NewRisk late_payment(MemberId member, std::vector<RiskCondition> conditions) {
  return {.member = member,
          .kind = RiskKind::late_payment,
          .conditions = std::move(conditions),
          .reason = "欠款三个月",
          .review_on = review_day("2026-06-30")};
}

std::vector<RiskKind> clear_on(CounterStore& t, std::optional<RiskKind> kind) {
  auto tx = t.begin();
  auto kinds = clear_risks(tx, t.member, kind, "已结清");
  tx.commit();
  return kinds;
}

// The store as somebody new of this role opens it.
Store store_of(CounterStore& t, Role role) {
  auto tx = t.begin();
  const std::string login = std::string{"of-"} + to_word(role);
  const auto key = add_staff(tx, {.login = login, .name = login, .roles = {role}});
  tx.commit();
  OpenOptions opening;
  opening.clock = t.clock();
  return Store::open(t.path(), KeyFile{Secret{std::string{key.key_file.value().view()}}}, opening);
}

}  // namespace

TEST_CASE("cash only: nothing goes on account, until the risk is cleared") {
  CounterStore t;
  const auto on_account = [&] { return t.sell({"A"}, {"account"}); };
  CHECK_NOTHROW(on_account());
  set_on(t, late_payment(t.member, {RiskCondition::cash_only}));
  CHECK(code_of(on_account) == Errc::refused);
  CHECK(message_of(on_account) == "M1 pays at once: nothing goes on account");
  CHECK(code_of([&] { return t.sell({"A"}, {"cash=8.00", "account"}); }) == Errc::refused);
  CHECK_NOTHROW(t.sell({"A"}, {"wechat"}));
  {
    auto reading = t.reading();
    CHECK(code_of([&] {
            check_sale_terms(reading,
                             {.member = t.member, .payments = test::payments_of({"account"})});
            return 0;
          }) == Errc::refused);
  }
  // Another customer is not bound.
  CHECK_NOTHROW(
      t.sell({.items = test::items_of({"A"}), .payments = test::payments_of({"account"})}));
  CHECK(clear_on(t, {}) == std::vector{RiskKind::late_payment});
  CHECK(clear_on(t, {}).empty());
  CHECK_NOTHROW(on_account());
}

TEST_CASE("no special drugs: what is under a special rule is refused") {
  CounterStore t;
  {
    auto tx = t.begin();
    edit_product(tx, "B", {.special = SpecialDrug::ephedrine});
    tx.commit();
  }
  set_on(t, {.member = t.member,
             .kind = RiskKind::special_drugs,
             .conditions = {RiskCondition::no_special_drugs},
             .reason = "频繁购买",
             .review_on = review_day("2026-04-01")});
  CHECK_NOTHROW(t.sell({"A"}));
  CHECK(message_of([&] {
          return t.sell({"A", "B"});
        }) == "nothing under a special rule is sold to M1: B");
}

TEST_CASE("a manager's sign-off is hers alone, and each refusal is in the access log") {
  CounterStore t;
  set_on(t, late_payment(t.member, {RiskCondition::manager_sign_off}));
  const auto sell_as = [&](Role role) {
    auto store = store_of(t, role);
    auto tx = store.begin({.id = new_operation_id(), .request = "sale"});
    NewSale sale;
    sale.member = t.member;
    sale.items = test::items_of({"A"});
    try {
      add_sale(tx, sale);
    } catch (const Error& error) {
      tx.failed(error);
      throw;
    }
    tx.commit();
    return 0;
  };
  CHECK(message_of([&] { return sell_as(Role::clerk); }) == "a sale to M1 takes a manager");
  CHECK(code_of([&] { return sell_as(Role::pharmacist); }) == Errc::refused);
  CHECK_NOTHROW(sell_as(Role::manager));
  auto reading = t.reading();
  CHECK(vault::database(reading).value<std::int64_t>(
            "SELECT count(*) FROM log_detail"
            " WHERE text LIKE 'refused for a risk: manager_sign_off%'") == 2);
}

TEST_CASE("whoever may not see names reads neither name nor reason of a risk") {
  CounterStore t;
  set_on(t, late_payment(t.member, {}));
  auto store = store_of(t, Role::auditor);
  store.view([&](Reading& reading) {
    const auto risks = list_risks(reading).risks;
    REQUIRE(risks.size() == 1);
    CHECK(risks[0].name == "张**");
    CHECK(risks[0].reason == "欠**");
  });
  CHECK(code_of([&] {
          store_of(t, Role::clerk).view([](Reading& reading) { list_risks(reading); });
          return 0;
        }) == Errc::not_permitted);
}

TEST_CASE("several risks bind together, and the same kind again replaces what there was") {
  CounterStore t;
  set_on(t, late_payment(t.member, {RiskCondition::cash_only, RiskCondition::manager_sign_off}));
  NewRisk abuse = late_payment(t.member, {RiskCondition::no_special_drugs});
  abuse.kind = RiskKind::refund_abuse;
  set_on(t, abuse);
  {
    auto reading = t.reading();
    CHECK(risk_conditions(reading, t.member).size() == 3);
    const auto standing = get_standing(reading, t.member);
    CHECK(standing.risks == "late_payment,refund_abuse");
    CHECK(standing.conditions == "cash_only,manager_sign_off,no_special_drugs");
  }
  set_on(t, late_payment(t.member, {}));
  auto reading = t.reading();
  CHECK(risk_conditions(reading, t.member) == std::vector{RiskCondition::no_special_drugs});
  CHECK(list_risks(reading).risks.size() == 2);
  const auto history = member_history(reading, t.member);
  REQUIRE(history.size() == 3);
  CHECK(history[2].field == "risk");
  CHECK(history[2].old_value == "late_payment");
  CHECK(history[2].reason == "欠款三个月");
}

TEST_CASE("what is wrong with a risk is told at once") {
  CounterStore t;
  const auto try_set = [&](NewRisk risk) {
    return code_of([&] {
      set_on(t, risk);
      return 0;
    });
  };
  NewRisk risk = late_payment(t.member, {});
  risk.review_on = review_day("2026-03-01");  // today
  CHECK(try_set(risk) == Errc::invalid_input);
  risk.review_on = review_day("2126-03-02");
  CHECK(try_set(risk) == Errc::invalid_input);
  risk.review_on = review_day("2126-03-01");
  CHECK_FALSE(try_set(risk));
  risk.reason = "";
  CHECK(try_set(risk) == Errc::invalid_input);
  risk = late_payment(MemberId{99}, {});
  CHECK(try_set(risk) == Errc::not_found);
}

TEST_CASE("risks are listed by the day of their review, and those that are due apart") {
  CounterStore t;
  set_on(t, late_payment(t.member, {RiskCondition::cash_only}));
  NewRisk sooner = late_payment(t.member, {});
  sooner.kind = RiskKind::other;
  sooner.review_on = review_day("2026-04-01");
  set_on(t, sooner);
  {
    auto reading = t.reading();
    const auto all = list_risks(reading);
    REQUIRE(all.risks.size() == 2);
    CHECK(all.risks[0].kind == RiskKind::other);
    CHECK(all.risks[1].conditions == "cash_only");
    CHECK(list_risks(reading, {.due = true}).risks.empty());
    CHECK(list_risks(reading, {.limit = 1}).more);
  }
  t.set_day("2026-04-01");
  auto reading = t.reading();
  CHECK(list_risks(reading, {.due = true}).risks.size() == 1);
}

TEST_CASE("a merge carries a risk, and taking it back brings it back") {
  CounterStore t;
  MemberId other;
  MergeId merge;
  {
    auto tx = t.begin();
    other = add_member(tx, {.name = "张小伟"});
    tx.commit();
  }
  set_on(t, late_payment(other, {RiskCondition::cash_only}));
  CHECK_NOTHROW(t.sell({"A"}, {"account"}));
  {
    auto tx = t.begin();
    merge = merge_members(tx, {.from = other, .into = t.member});
    tx.commit();
  }
  CHECK(code_of([&] { return t.sell({"A"}, {"account"}); }) == Errc::refused);
  {
    auto tx = t.begin();
    unmerge_members(tx, merge);
    tx.commit();
  }
  CHECK_NOTHROW(t.sell({"A"}, {"account"}));
  auto reading = t.reading();
  CHECK(risk_conditions(reading, other).size() == 1);
}

TEST_CASE("a sale looks its member's risks up by an index") {
  CounterStore t;
  set_on(t, late_payment(t.member, {RiskCondition::cash_only}));
  t.sell({"A"});
  auto reading = t.reading();
  risk_conditions(reading, t.member);
  list_risks(reading, {.due = true});
  auto& db = vault::database(reading);
  int seen = 0;
  for (const std::string& sql : test::statements_of(db)) {
    if (sql.find("member_risk") == std::string::npos || !sql.starts_with("SELECT")) continue;
    ++seen;
    CAPTURE(sql);
    CHECK(test::walks_of(db, sql) == "");
  }
  CHECK(seen >= 2);
}

TEST_CASE("member risk at the terminal") {
  CounterStore t;
  const auto run = [&](const std::vector<std::string>& args) {
    return test::run(cli::member, t, args);
  };
  const auto set =
      run({"risk", "set", "M1", "--kind", "late_payment", "--condition", "cash_only", "--condition",
           "manager_sign_off", "--reason", "欠款", "--review", "2026-06-30"});
  CHECK(set.status == 0);
  CHECK(set.err ==
        "set a risk of M1: pays late (undo: member risk clear M1 --kind late_payment --reason"
        " typing)\n");
  CHECK(run({"risk", "list"}).out.find("cash_only,manager_sign_off") != std::string::npos);
  // One that is replaced is gone: nothing undoes that.
  CHECK(run({"risk", "set", "M1", "--kind", "late_payment", "--reason", "又欠", "--review",
             "2026-07-31"})
            .err == "set a risk of M1: pays late\n");
  CHECK(run({"risk", "list", "--due", "--fail-if-empty"}).status == 1);
  CHECK(run({"risk", "clear", "M1", "--reason", "已结清"}).err == "cleared of M1: pays late\n");
  CHECK(run({"risk", "clear", "M1", "--reason", "已结清"}).err ==
        "nothing changed: M1 has no such risk\n");
}
