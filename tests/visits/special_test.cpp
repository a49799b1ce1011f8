// Compounds with ephedrine: how many packs, to whom, and by which document.
#include "pharmacy/special.h"

#include <doctest/doctest.h>

#include "pharmacy/imports.h"
#include "pharmacy/policy.h"
#include "support/errors.h"
#include "visits/special_store.h"

using namespace pharmacy;
using test::code_of;
using test::id_card;
using test::SpecialStore;

namespace {

bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("two packs at once, and no more") {
  SpecialStore t;
  CHECK(has(t.refusal({"E=3"}, {.member = 1, .number = id_card(1)}),
            "3 packs of compounds with ephedrine in one sale: at most 2"));
  CHECK(has(t.refusal({"E=2.001"}, {.number = id_card(1)}), "2.001 packs"));
  CHECK(has(t.refusal({"E=1", "A=1", "E=2"}, {.number = id_card(1)}), "3 packs"));
  CHECK(has(t.refusal({"E=2", "R=1"}, {.number = id_card(1)}), "3 packs"));
  t.sell_special({"E=1", "A=5", "E=1"}, {.member = 1, .number = id_card(1)});
}

TEST_CASE("nobody gets one without a name and a number, member or not") {
  SpecialStore t;
  CHECK(has(t.refusal({"E=1"}, {.member = 1}), "sold to nobody without a name"));
  CHECK(has(t.refusal({"E=1"}, {}), "sold to nobody without a name"));
  NewSale sale = t.sale({"E=1"}, {.number = id_card(1)});
  sale.buyer->name.reset();
  CHECK(code_of([&] { return t.sell(sale); }) == Errc::refused);
  sale.member = MemberId{2};
  t.sell(sale);  // 李娜 buys it herself
  auto reading = t.reading();
  const Period day{reading.today(), reading.today()};
  REQUIRE(special_register(reading, day).size() == 1);
  CHECK(special_register(reading, day)[0].buyer == "李娜");
}

TEST_CASE("what is no number of a document is refused with all else that is wrong, and not said") {
  SpecialStore t;
  NewSale sale = t.sale({"E=1", "Z=1"}, {.number = "110101199003070012"});
  try {
    t.sell(sale);
    FAIL("sold");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::invalid_input);
    REQUIRE(error.faults().size() == 2);
    CHECK(error.faults()[0].message == "this is not the number of an ID card");
  }
  sale = t.sale({"E=1"}, {.number = "e 1234-5678"});
  sale.buyer->document = IdDocument::passport;
  t.sell(sale);
  sale.buyer->number = "E12345678！";
  CHECK(code_of([&] { return t.sell(sale); }) == Errc::invalid_input);
  sale.buyer->number = "Ｅ12345678";  // the same passport
  CHECK(t.sell(sale) == ReceiptId{2});
  CHECK(code_of([&] { return t.sell(sale); }) == Errc::refused);
  sale.buyer->document = IdDocument::residence_permit;  // another document of the same number
  t.sell(sale);
}

TEST_CASE("an ID card's number is no other document's, and a residence permit's is the same card") {
  SpecialStore t;
  NewSale sale = t.sale({"E=2"}, {.number = id_card(1)});
  for (const auto& [document, word] : EnumNames<IdDocument>::table) {
    CAPTURE(word);
    if (document == IdDocument::id_card || document == IdDocument::residence_permit) continue;
    sale.buyer->document = document;
    for (const std::string& number : {id_card(1), "1101 0119-" + id_card(1).substr(8)}) {
      sale.buyer->number = number;
      CHECK(code_of([&] { return t.sell(sale); }) == Errc::invalid_input);
    }
    sale.buyer->number = id_card(1).substr(1);  // of 17 characters: none
    t.sell(sale);
  }
  sale.buyer->document = IdDocument::residence_permit;
  sale.buyer->number = id_card(1);
  t.sell(sale);
  CHECK(has(t.refusal({"E=1"}, {.number = id_card(1)}), "at most 2"));
}

TEST_CASE("a special drug is handed over at the counter, and nowhere else") {
  SpecialStore t;
  NewSale sale = t.sale({"E=1"}, {.number = id_card(1)});
  for (const char* channel : {"phone", "online"}) {
    sale.channel = channel;
    CHECK(code_of([&] { return t.sell(sale); }) == Errc::refused);
  }
  sale.channel = "counter";
  sale.deliver_by =
      Zone{"Asia/Shanghai"}.at_local(parse_date("2026-03-21").value(), std::chrono::hours{8});
  CHECK(code_of([&] { return t.sell(sale); }) == Errc::refused);
  sale.items = test::items_of({"A=1"});
  sale.buyer.reset();
  t.sell(sale);
}

TEST_CASE("who buys nothing special is not asked who she is") {
  SpecialStore t;
  CHECK(code_of([&] { return t.sell(t.sale({"A=1"}, {.number = id_card(1)})); }) ==
        Errc::invalid_input);
  auto reading = t.reading();
  CHECK(needs_buyer(reading, {"A", "E"}));
  CHECK_FALSE(needs_buyer(reading, {"A", "Z"}));
}

TEST_CASE("a window is any seven days, and says what was bought when and when there is more") {
  SpecialStore t;
  t.sell_special({"E=2"}, {.member = 1, .number = id_card(1)});
  t.set_day("2026-03-26");  // the seventh day
  const std::string refused = t.refusal({"E=1"}, {.member = 1, .number = id_card(1)});
  CHECK(refused ==
        "at most 2 packs of compounds with ephedrine within 7 days; by this document or household"
        " there were 2 on 2026-03-20 (receipt 1) / 1 can be sold again from 2026-03-27 on\n");
  t.set_day("2026-03-27");
  t.sell_special({"E=1"}, {.member = 1, .number = id_card(1)});
  t.set_day("2026-03-28");
  t.sell_special({"E=1"}, {.member = 1, .number = id_card(1)});
  t.set_day("2026-04-02");
  CHECK(has(t.refusal({"E=2"}, {.number = id_card(1)}), "2 can be sold again from 2026-04-04 on"));
  CHECK(has(t.refusal({"E=1"}, {.number = id_card(1)}), "1 can be sold again from 2026-04-03 on"));
}

TEST_CASE("a sale dated back counts on its day, also for what was sold later") {
  SpecialStore t{"2026-03-20"};
  t.sell_special({"E=2"}, {.number = id_card(1)});
  t.set_day("2026-04-10");
  // In the week from 14 to 20 March there are two already; in none that ends before.
  CHECK(t.refusal({"E=1"}, {.number = id_card(1), .day = "2026-03-14"}) ==
        "at most 2 packs of compounds with ephedrine within 7 days; by this document or household"
        " there were 2 on 2026-03-20 (receipt 1) / 1 can be sold again from 2026-04-11 on\n");
  CHECK(has(t.refusal({"E=1"}, {.number = id_card(1), .day = "2026-03-26"}), "at most 2"));
  t.sell_special({"E=1"}, {.number = id_card(1), .day = "2026-03-13"});
}

TEST_CASE("a sale dated back counts on the day of its record too, and a clerk dates none back") {
  SpecialStore t{"2026-03-20"};
  t.sell_special({"E=2"}, {.number = id_card(1), .day = "2026-03-10"});
  CHECK(has(t.refusal({"E=1"}, {.number = id_card(1)}), "2 on 2026-03-10 (receipt 1)"));
  CHECK(has(t.refusal({"E=1"}, {.number = id_card(1), .day = "2026-01-10"}), "at most 2"));
  t.set_day("2026-03-26");
  CHECK(has(t.refusal({"E=1"}, {.number = id_card(1)}), "1 can be sold again from 2026-03-27 on"));
  t.set_day("2026-03-27");
  t.sell_special({"E=2"}, {.number = id_card(1)});

  Store clerk = t.let_in(Role::clerk);
  const auto sell = [&](const char* day) {
    auto tx = clerk.begin({.id = new_operation_id(), .request = "sale"});
    add_sale(tx, t.sale({"E=1"}, {.number = id_card(2), .day = day}));
    tx.commit();
    return 0;
  };
  CHECK(code_of([&] { return sell("2026-03-26"); }) == Errc::not_permitted);
  CHECK(sell("2026-03-27") == 0);  // earlier on the same day
}

TEST_CASE("what a product becomes changes nothing of what it was when it was sold") {
  SpecialStore t;
  const auto edit = [&t](const char* code, const ProductEdit& change) {
    auto tx = t.begin();
    edit_product(tx, code, change);
    tx.commit();
  };
  t.sell_special({"E=2"}, {.number = id_card(1)});
  t.sell_special({"R=5"}, {.number = id_card(2), .prescription = "RX-1"});
  t.sell_special({"N=5"}, {.member = 3});
  edit("E", {.special = std::optional<SpecialDrug>{}});
  edit("R", {.product_class = ProductClass::otc_a});
  edit("N", {.special = SpecialDrug::ephedrine});
  CHECK(has(t.refusal({"R=1"}, {.number = id_card(1)}), "2 on 2026-03-20"));
  t.sell_special({"R=2"}, {.number = id_card(2)});
  t.sell_special({"N=2"}, {.member = 3, .number = id_card(3)});
  t.sell_special({"E=9"}, {.member = 3});
  auto reading = t.reading();
  const auto sales = special_register(reading, {reading.today(), reading.today()});
  REQUIRE(sales.size() == 4);
  CHECK(sales[0].code == "E");
  CHECK(sales[0].special == SpecialDrug::ephedrine);
}

TEST_CASE("a refund gives packs back on the day they were sold") {
  SpecialStore t;
  const ReceiptId first = t.sell_special({"E=2"}, {.number = id_card(1)});
  CHECK(has(t.refusal({"E=1"}, {.number = id_card(1)}), "at most 2"));
  t.take_back(
      {.receipt = first, .items = {{.line = 1, .quantity = Quantity{1000}}}, .reason = "quality"});
  t.sell_special({"E=1"}, {.number = id_card(1)});
  CHECK(has(t.refusal({"E=1"}, {.number = id_card(1)}), "1 on 2026-03-20 (receipt 1), 1 on"));
}

TEST_CASE("a prescription measures what it is for, and nothing else") {
  SpecialStore t;
  t.sell_special({"R=5"}, {.member = 1, .number = id_card(1), .prescription = "RX-1"});
  t.sell_special({"E=2"}, {.member = 1, .number = id_card(1)});
  CHECK(has(t.refusal({"R=1"}, {.member = 1, .number = id_card(1)}), "at most 2"));
  CHECK(has(t.refusal({"E=1"}, {.member = 1, .number = id_card(1), .prescription = "RX-2"}),
            "at most 2"));
  CHECK(has(t.refusal({"R=1"}, {.member = 1, .prescription = "RX-2"}), "sold to nobody without"));
  t.sell_special({"R=3"}, {.member = 1, .number = id_card(1), .prescription = "RX-2"});
}

TEST_CASE("no override sells more: that is for checks of health") {
  SpecialStore t;
  NewSale sale = t.sale({"E=3"}, {.member = 1, .number = id_card(1)});
  sale.overrides = true;
  CHECK(code_of([&] { return t.sell(sale); }) == Errc::refused);
}

TEST_CASE("the policy of the day says how many, and within how long") {
  SpecialStore t;
  t.set_limits("packs_per_sale = 3\npacks_per_window = 4\nwindow_days = 2");
  t.sell_special({"E=3"}, {.number = id_card(1)});
  CHECK(has(t.refusal({"E=2"}, {.number = id_card(1)}),
            "at most 4 packs of compounds with"
            " ephedrine within 2 days"));
  t.set_day("2026-03-22");
  t.sell_special({"E=3"}, {.number = id_card(1)});
  t.set_limits("packs_per_sale = 9\npacks_per_window = 1");
  CHECK(has(t.refusal({"E=2"}, {.number = id_card(2)}),
            "2 packs of compounds with ephedrine within 7 days: at most 1"));
  CHECK(code_of([] { return parse_policy("[ephedrine]\nwindow_days = 0\n", "p"); }) ==
        Errc::bad_data);
}

TEST_CASE("what was imported counts where it names a member") {
  SpecialStore t;
  {
    ImportOptions options;
    options.source = "till";
    auto plan = [&] {
      auto reading = t.reading();
      return plan_purchase_import(reading,
                                  "at,card,product,quantity,amount\n"
                                  "2026-03-18 09:00,6001,E,2,30\n2026-03-18 09:00,,E,2,30\n",
                                  options);
    }();
    auto tx = t.begin();
    run_import(tx, plan);
    tx.commit();
  }
  CHECK(has(t.refusal({"E=1"}, {.member = 1, .number = id_card(1)}), "2 on 2026-03-18"));
  t.sell_special({"E=1"}, {.member = 2, .number = id_card(2)});
}

namespace {

std::vector<RepeatBuying> sold_on(SpecialStore& t, const char* day, int card) {
  t.set_day(day);
  auto tx = t.begin();
  auto found = add_sale(tx, t.sale({"E=1"}, {.number = id_card(card)}));
  tx.commit();
  return std::move(found.unusual);
}

void take_all_back(SpecialStore& t, std::int64_t receipt, const char* reason) {
  t.take_back({.receipt = ReceiptId{receipt}, .all = true, .reason = reason});
}

}  // namespace

TEST_CASE("the third purchase within thirty days is told to the seller") {
  SpecialStore t{"2026-04-01"};
  CHECK(sold_on(t, "2026-04-01", 1).empty());
  CHECK(sold_on(t, "2026-04-10", 1).empty());
  CHECK(sold_on(t, "2026-04-20", 2).empty());
  const auto third = sold_on(t, "2026-04-30", 1);
  REQUIRE(third.size() == 1);
  CHECK(third[0].purchases == 3);
  CHECK(third[0].days == 30);
  CHECK(sold_on(t, "2026-05-10", 1).empty());  // since 11 April there was one
}

TEST_CASE("what came back was bought all the same, but for what was mistyped") {
  SpecialStore t;
  CHECK(sold_on(t, "2026-03-20", 1).empty());
  take_all_back(t, 1, "quality");
  CHECK(sold_on(t, "2026-03-20", 1).empty());
  take_all_back(t, 3, "typing");
  CHECK(sold_on(t, "2026-03-20", 1).empty());
  take_all_back(t, 5, "quality");
  const auto third = sold_on(t, "2026-03-20", 1);
  REQUIRE(third.size() == 1);
  CHECK(third[0].purchases == 3);
  auto reading = t.reading();
  const auto listed = unusual_buying(reading, {reading.today(), reading.today()});
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].purchases == 3);
  CHECK(listed[0].packs == Quantity{1000});
}

TEST_CASE("a clerk takes back no special drug, and what else was on the receipt") {
  SpecialStore t;
  t.sell_special({"A=1", "E=1"}, {.number = id_card(1)});
  Store clerk = t.let_in(Role::clerk);
  const auto refund = [&](std::int64_t line) {
    auto tx = clerk.begin({.id = new_operation_id(), .request = "refund"});
    add_refund(tx, {.receipt = ReceiptId{1}, .items = {{.line = line}}, .reason = "typing"});
    tx.commit();
    return 0;
  };
  CHECK(code_of([&] { return refund(2); }) == Errc::not_permitted);
  CHECK(refund(1) == 0);
}
