// No statement of the counter walks a table that grows: the till is as fast in its tenth year as
// in its first.
#include "support/plans.h"

#include <doctest/doctest.h>

#include "pharmacy/catalog.h"
#include "pharmacy/consent.h"
#include "pharmacy/counter_check.h"
#include "pharmacy/credit.h"
#include "pharmacy/habits.h"
#include "pharmacy/health.h"
#include "pharmacy/household.h"
#include "pharmacy/recall.h"
#include "pharmacy/stock_requests.h"
#include "support/counter_store.h"
#include "vault/access.h"

namespace pharmacy::test {

// A recall of what the member bought, of which she was told.
static RecallId recall_of(CounterStore& t) {
  t.sell({"A=2#B1"});
  auto tx = t.begin();
  const RecallId id = open_recall(tx, {.what = {.product = "A", .batches = {"B1"}}});
  record_recall_call(tx, {.recall = id, .member = t.member});
  tx.commit();
  return id;
}

// What a check has to look up: substances of the products, a note, tables.
static void note_of(CounterStore& t) {
  auto tx = t.begin();
  edit_product(tx, "A", {.ingredients = std::vector<std::string>{"阿莫西林"}, .atc = "J01CA04"});
  edit_product(tx, "B", {.ingredients = std::vector<std::string>{"华法林"}});
  give_consent(tx, {.member = t.member, .purpose = Purpose::health});
  add_health_note(
      tx, {.member = t.member, .facts = {.kind = HealthKind::allergy, .drug_class = "J01D"}});
  auto& db = vault::database(tx);
  for (const char* sql :
       {"INSERT INTO reference_atc (code, name, key) VALUES ('J01CA04', 'x', 'x')",
        "INSERT INTO reference_interaction (a, b, severity) VALUES ('a:J01C', 'i:y', 'major')",
        "INSERT INTO reference_interaction (a, b, severity) VALUES ('a:B01', 'a:J01C', 'minor')",
        "INSERT INTO reference_allergen_class (key, name) VALUES ('c', 'c')",
        "INSERT INTO reference_allergen (substance, class) VALUES ('a:J01C', 'c')"})
    db.run(sql);
  tx.commit();
}

// What the guard of special drugs has to look up: a household, a document, what was bought.
static void sell_special(CounterStore& t) {
  {
    auto tx = t.begin();
    const MemberId other = add_member(tx, {.name = "李娜"});
    join_household(tx, {.member = t.member, .with = other});
    edit_product(tx, "N", {.special = std::optional{SpecialDrug::ephedrine}});
    tx.commit();
  }
  NewSale sale;
  sale.member = t.member;
  sale.items = items_of({"N=1"});
  sale.buyer = BuyerIdentity{.number = "11010519491231002X"};
  t.sell(sale);
  t.sell(sale);
  CHECK(error_of([&] { t.sell(sale); }).code() == Errc::refused);
}

TEST_CASE("no statement of a sale, a refund, a recall or a look at them walks a whole table") {
  CounterStore t;
  t.sell({"A=10"});
  {
    auto tx = t.begin();
    add_stock_request(tx, {.member = t.member, .product = "B"});
    give_consent(tx, {.member = t.member, .purpose = Purpose::profiling});
    tx.commit();
  }
  const auto sale = t.sell({"A", "B"}, {"points=1.00", "cash"});
  t.take_back({.receipt = sale, .items = {{.line = 1}}, .reason = "typing"});
  t.take_back({.receipt = sale, .all = true, .reason = "typing"});
  t.sell({"A"}, {"account"});
  {
    auto tx = t.begin();
    void_account_payment(tx, add_account_payment(tx, {.member = t.member, .amount = Money{1}}),
                         "录错");
    tx.commit();
  }
  const auto recall = recall_of(t);
  note_of(t);
  sell_special(t);
  auto reading = t.reading();
  check_products(reading, t.member, {"A", "B"});
  check_cart(reading, {.member = t.member, .items = items_of({"N=1"})});
  may_take_back(reading, sale);
  sale_again(reading, ReceiptId{sale.number() + 1});
  get_receipt(reading, sale);
  list_receipts(reading, {.member = t.member});
  list_receipts(reading, {});
  points_balance(reading, t.member, reading.today());
  points_entries(reading, t.member);
  get_product(reading, "A");
  get_tenure(reading, t.member);
  derive_habits(reading, t.member);
  get_account(reading, t.member);
  list_credit(reading, t.member);
  recall_report(reading, recall);
  trace_batches(reading, {.product = "A", .batches = {"B1"}});
  list_household(reading, t.member);
  household_history(reading, t.member);
  special_register(reading, {reading.today(), reading.today()});
  unusual_buying(reading, {reading.today(), reading.today()});

  auto& database = vault::database(reading);
  int seen = 0;
  for (const auto& sql : statements_of(database)) {
    if (!sql.starts_with("SELECT") && !sql.starts_with("INSERT") && !sql.starts_with("WITH")) {
      continue;
    }
    ++seen;
    CAPTURE(sql);
    CHECK(walks_of(database, sql).empty());
  }
  CHECK(seen > 60);
}

}  // namespace pharmacy::test
