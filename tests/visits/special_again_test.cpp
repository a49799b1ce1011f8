// What a sale and a refund say of their undoing: a command that works for whoever reads it, or
// none.
#include <doctest/doctest.h>

#include "pharmacy/consent.h"
#include "pharmacy/health.h"
#include "pharmacy/policy.h"
#include "pharmacy/rights.h"
#include "pharmacy/risk.h"
#include "pharmacy/stock_requests.h"
#include "support/errors.h"
#include "support/run.h"
#include "visit/visit.h"
#include "visits/special_store.h"

using namespace pharmacy;
using test::code_of;
using test::id_card;
using test::Ran;
using test::run;
using test::SpecialStore;

namespace {

// A counter with a clerk and a pharmacist, who has the keys to health notes.
struct AgainStore : SpecialStore {
  std::string clerk_key = key_of(Role::clerk);
  std::string pharmacist_key = key_of(Role::pharmacist);

  Ran visit(const std::vector<std::string>& words, const std::string& key, std::string in = {}) {
    return run(cli::define_visit, *this, words,
               {.in = std::move(in), .env = {{"PHARMACY_KEY_FILE", key}}});
  }
  // By whoever opened the store.
  Ran visit(const std::vector<std::string>& words) { return visit(words, key_file_path()); }
  Ran refund(const std::string& receipt, const std::string& key) {
    return visit({"refund", receipt, "--all", "--reason", "typing"}, key);
  }
  void set_risk_of(std::int64_t who, RiskCondition condition) {
    auto tx = begin();
    set_risk(tx, {.member = MemberId{who},
                  .kind = RiskKind::late_payment,
                  .conditions = {condition},
                  .reason = "欠款",
                  .review_on = tx.today() + std::chrono::days{30}});
    tx.commit();
  }
};

bool has_words(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE(
    "a special drug is sold again once the document is shown again, and the command says so") {
  AgainStore t;
  t.sell_special({"E=2"}, {.member = 1, .number = id_card(1)});
  const auto back = t.refund("1", t.pharmacist_key);
  CHECK(back.status == 0);
  CHECK(back.err ==
        "took back 30.00 of receipt 1: refund 2 (undo, once the document is shown again:"
        " visit buy M1 'E=2@15.00' --pharmacist=wangli --pay cash=30.00 --buyer NAME --id-number "
        "-)\n");
  const auto again = t.visit({"buy", "M1", "E=2@15.00", "--pharmacist=wangli", "--pay",
                              "cash=30.00", "--buyer", "赵敏", "--id-number", "-"},
                             t.pharmacist_key, id_card(1) + "\n");
  CHECK_MESSAGE(again.status == 0, again.err);
}

TEST_CASE("what is sold again has its last day, and its part of the days that it was to last") {
  AgainStore t;
  const auto sold =
      t.visit({"buy", "M1", "--item", "E", "--qty", "2", "--batch", "B1", "--expiry", "2027-05-31",
               "--days-supply", "7", "--item", "A", "--buyer", "赵敏", "--id-number", id_card(1)});
  CHECK_MESSAGE(sold.status == 0, sold.err);
  const auto part = t.visit({"refund", "1", "1=1", "2", "--reason", "typing"});
  CHECK(has_words(part.err,
                  "visit buy M1 --item=E --qty 1 --price 15.00 --batch=B1 --expiry 2027-05-31"
                  " --days-supply 3 --item=A --qty 1 --price 28.00 --pay cash=43.00 --buyer NAME"));
  const auto again = t.visit(
      {"buy",         "M1",       "--item=E",   "--qty",         "1",          "--price",  "15.00",
       "--batch=B1",  "--expiry", "2027-05-31", "--days-supply", "3",          "--item=A", "--qty",
       "1",           "--price",  "28.00",      "--pay",         "cash=43.00", "--buyer",  "赵敏",
       "--id-number", id_card(1)});
  CHECK_MESSAGE(again.status == 0, again.err);
  const auto receipt = t.receipt(ReceiptId{3});
  CHECK(receipt.lines[0].expiry == parse_date("2027-05-31"));
  CHECK(receipt.lines[0].days_supply == 3);
  CHECK_FALSE(receipt.lines[1].expiry);
}

TEST_CASE("days that the catalog knows are not said again") {
  AgainStore t;
  {
    auto tx = t.begin();
    edit_product(tx, "B", {.days_supply = 28});
    tx.commit();
  }
  t.sell({"B=2"});
  t.visit({"buy", "M1", "--item", "B", "--qty", "2", "--days-supply", "20"});
  CHECK(t.receipt(ReceiptId{1}).lines[0].days_supply == 56);
  CHECK(has_words(t.refund("1", t.key_file_path()).err, "visit buy M1 'B=2@10.00' --pay"));
  CHECK(has_words(t.refund("2", t.key_file_path()).err,
                  "visit buy M1 --item=B --qty 2 --price 10.00 --days-supply 20 --pay"));
}

TEST_CASE("a refund of what was mistyped tells whose request waits again") {
  AgainStore t;
  {
    auto tx = t.begin();
    add_stock_request(tx, {.member = t.member, .product = "A"});
    tx.commit();
  }
  t.sell({"A"});
  const auto dry = t.visit({"refund", "1", "--all", "--reason", "typing", "--dry-run"});
  CHECK(has_words(dry.err, "request 1 waits again: 苯磺酸氨氯地平片 for M1\n"));
  const auto back = t.refund("1", t.key_file_path());
  CHECK(has_words(back.err, "request 1 waits again: 苯磺酸氨氯地平片 for M1\n"));
  t.sell({"A"});
  const auto quality = t.visit({"refund", "3", "--all", "--reason", "quality"});
  CHECK(quality.status == 0);
  CHECK_FALSE(has_words(quality.err, "waits again"));
}

TEST_CASE("what became a special drug since is asked for too, and what is none any more is not") {
  AgainStore t;
  t.sell({"N"});
  t.sell_special({"E"}, {.number = id_card(1)});
  auto tx = t.begin();
  edit_product(tx, "N", {.special = SpecialDrug::ephedrine});
  edit_product(tx, "E", {.special = std::optional<SpecialDrug>{}});
  tx.commit();
  CHECK(has_words(t.refund("1", t.clerk_key).err, "--buyer NAME --id-number -)"));
  CHECK(has_words(t.refund("2", t.pharmacist_key).err, "(undo: visit buy - 'E=1@15.00' "));
}

TEST_CASE("a clerk is shown no refund that takes a pharmacist") {
  AgainStore t;
  const auto special =
      t.visit({"buy", "M1", "E", "--buyer", "赵敏", "--id-number", id_card(1)}, t.clerk_key);
  CHECK(special.status == 0);
  CHECK(has_words(special.err, "sold receipt 1: 15.00\n"));
  CHECK(t.refund("1", t.clerk_key).status == 77);
  const auto costly = t.visit({"buy", "M1", "A=8"}, t.clerk_key);  // 224 of 200 yuan
  CHECK(has_words(costly.err, "sold receipt 2: 224.00\n"));
  CHECK(t.refund("2", t.clerk_key).status == 77);
  const auto late = t.visit({"buy", "M1", "B", "--on", "yesterday"}, t.clerk_key);
  CHECK(has_words(late.err, "sold receipt 3: 10.00\n"));
  CHECK(t.refund("3", t.clerk_key).status == 77);
  const auto usual = t.visit({"buy", "M1", "B"}, t.clerk_key);
  CHECK(
      has_words(usual.err, "sold receipt 4: 10.00 (undo: visit refund 4 --all --reason typing)\n"));
  CHECK(t.refund("4", t.clerk_key).status == 0);
  const auto by_manager = t.visit({"buy", "M2", "E", "--buyer", "李娜", "--id-number", id_card(2)});
  CHECK(has_words(by_manager.err, "(undo: visit refund 6 --all --reason typing)\n"));
}

TEST_CASE("what a check spoke against is sold again by a pharmacist alone, for the same reason") {
  AgainStore t;
  {
    auto tx = t.begin();
    give_consent(tx, {.member = t.member, .purpose = Purpose::health});
    add_health_note(
        tx, {.member = t.member, .facts = {.kind = HealthKind::allergy, .ingredient = "布洛芬"}});
    edit_product(tx, "A", {.ingredients = std::vector<std::string>{"布洛芬"}});
    tx.commit();
  }
  NewSale sale{.member = t.member, .items = test::items_of({"A"})};
  sale.overrides = true;
  sale.reason = "医生 已知";
  t.sell(sale);
  t.sell(sale);
  CHECK(has_words(t.refund("1", t.clerk_key).err, "took back 28.00 of receipt 1: refund 3\n"));
  CHECK(has_words(t.refund("2", t.pharmacist_key).err,
                  "(undo: visit buy M1 'A=1@28.00' --pharmacist=wangli --pay cash=28.00 --override"
                  " --reason='医生 已知')\n"));
  const auto again = t.visit({"buy", "M1", "A=1@28.00", "--pharmacist=wangli", "--pay",
                              "cash=28.00", "--override", "--reason=医生 已知"},
                             t.pharmacist_key);
  CHECK_MESSAGE(again.status == 0, again.err);
}

TEST_CASE("a risk leaves the undoing to a manager, or to nobody") {
  AgainStore t;
  for (int i = 0; i < 2; ++i) t.sell({"B"});
  t.sell({"B"}, {"account"});
  t.set_risk_of(1, RiskCondition::manager_sign_off);
  CHECK(has_words(t.refund("1", t.clerk_key).err, "refund 4\n"));
  CHECK(has_words(t.refund("2", t.key_file_path()).err, "(undo: visit buy M1 'B=1@10.00' "));
  t.set_risk_of(1, RiskCondition::cash_only);
  CHECK(has_words(t.refund("3", t.key_file_path()).err, "refund 6\n"));
}

TEST_CASE("nothing is sold again to whoever is restricted, nor without a step that is needed now") {
  AgainStore t;
  t.sell({"B"});
  NewSale sale{.member = t.member, .items = test::items_of({"A#B1"}), .channel = "phone"};
  t.sell(sale);
  {
    auto tx = t.begin();
    edit_product(tx, "B", {.product_class = ProductClass::rx});
    tx.commit();
  }
  t.sell({"B"});  // without a prescription
  CHECK(has_words(t.refund("2", t.key_file_path()).err,
                  "(undo: visit buy M1 'A=1@28.00#B1' --channel=phone --pay cash=28.00)\n"));
  {
    auto tx = t.begin();
    set_policy(tx, {.document = "[service]\nrefused_without = [\"prescription\"]\n",
                    .name = "policy.toml",
                    .effective_on = tx.today()});
    tx.commit();
  }
  CHECK(has_words(t.refund("3", t.key_file_path()).err, "refund 5\n"));
  {
    auto tx = t.begin();
    restrict_member(tx, t.member, "本人要求");
    tx.commit();
  }
  CHECK(has_words(t.refund("1", t.key_file_path()).err, "refund 6\n"));
  auto reading = t.reading();
  CHECK_FALSE(sale_again(reading, ReceiptId{6}));
  CHECK(code_of([&] { sale_again(reading, ReceiptId{1}); }) == Errc::not_found);
  CHECK(code_of([&] { sale_again(reading, ReceiptId{99}); }) == Errc::not_found);
}
