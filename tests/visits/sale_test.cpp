#include <doctest/doctest.h>

#include "support/counter_store.h"
#include "vault/access.h"

namespace pharmacy::test {

TEST_CASE("a sale takes the catalog's prices, rounds each line once and is paid in cash") {
  CounterStore t;
  const auto id = t.sell({"A=2#B2291", "H=12.5", "B@9.90"});
  const auto [receipt, lines, payments, lacking] = t.receipt(id);
  CHECK(receipt.kind == ReceiptKind::sale);
  CHECK(receipt.member == t.member);
  CHECK(to_string(receipt.day) == "2026-03-01");
  CHECK(receipt.amount == Money{5'600 + 44 + 990});  // 12.5 × 0.035 = 0.4375
  CHECK(receipt.channel == "counter");
  CHECK(receipt.staff == "wangli");
  CHECK(receipt.earned == Points{66});
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].code == "A");
  CHECK(lines[0].name == "苯磺酸氨氯地平片");
  CHECK(lines[0].quantity == Quantity{2'000});
  CHECK(lines[0].unit_price == UnitPrice{280'000});
  CHECK(lines[0].batch == "B2291");
  CHECK(lines[1].amount == Money{44});
  CHECK(lines[2].unit_price == UnitPrice{99'000});
  REQUIRE(payments.size() == 1);
  CHECK(payments[0].kind == PaymentKind::cash);
  CHECK(payments[0].amount == receipt.amount);
  CHECK(t.points() == 66);
}

TEST_CASE("a discount is shared over the lines") {
  CounterStore t;
  NewSale sale;
  sale.items = items_of({"B", "B", "B"});
  sale.discount = Money{100};
  const auto receipt = t.receipt(t.sell(sale));
  CHECK(receipt.receipt.amount == Money{2'900});
  CHECK(receipt.lines[0].amount == Money{966});
  CHECK(receipt.lines[1].amount == Money{967});
  CHECK(receipt.lines[2].amount == Money{967});
  CHECK(receipt.lines[0].list_amount == Money{1'000});
  CHECK(!receipt.receipt.member.has_value());
  CHECK(receipt.receipt.earned == Points{0});
}

TEST_CASE("payments add up, and one without an amount takes the rest") {
  CounterStore t;
  CHECK(payments_text(t.receipt(t.sell({"A"}, {"wechat=20.00", "cash"}))) ==
        "cash 8.00, wechat 20.00");
  CHECK(payments_text(t.receipt(t.sell({"A"}, {"cash=8", "cash=20"}))) == "cash 28.00");
  CHECK(payments_text(t.receipt(t.sell({"A"}, {"cash=28", "wechat"}))) == "cash 28.00");
  CHECK(payments_text(t.receipt(t.sell({"A@0"}))).empty());

  const auto error = error_of([&] { t.sell({"A"}, {"cash=27.99"}); });
  CHECK(error.code() == Errc::refused);
  CHECK(error.faults()[0].message == "the payments come to 27.99, the receipt to 28.00");
  CHECK(error_of([&] { t.sell({"A"}, {"cash=28.01", "wechat"}); }).code() == Errc::refused);
}

TEST_CASE("insurance and points earn nothing, nor do products that the catalog excludes") {
  CounterStore t;
  CHECK(t.receipt(t.sell({"A"}, {"insurance_personal=10.00", "cash"})).receipt.earned ==
        Points{18});
  CHECK(t.receipt(t.sell({"B", "N=2"})).receipt.earned == Points{10});
  // 20.00, half of it eligible, half of it paid by insurance: 10 × 1/2.
  CHECK(t.receipt(t.sell({"B", "N=2"}, {"insurance_pooled=10", "cash"})).receipt.earned ==
        Points{5});
  CHECK(t.points() == 33);
  CHECK(t.receipt(t.sell({"A"}, {"points=0.33", "cash"})).receipt.earned == Points{27});
  CHECK(t.points() == 27);
}

TEST_CASE("points pay what they are worth, and never more than there are") {
  CounterStore t;
  t.sell({"A=10"});
  CHECK(t.points() == 280);
  const auto error = error_of([&] { t.sell({"A"}, {"points=2.81", "cash"}); });
  CHECK(error.code() == Errc::refused);
  CHECK(error.faults()[0].message == "points are short: 281 are needed, 280 are there");
  CHECK(t.points() == 280);
  CHECK(payments_text(t.receipt(t.sell({"A@2.80"}, {"points"}))) == "points 2.80");
  CHECK(t.points() == 0);

  NewSale anonymous;
  anonymous.items = items_of({"A"});
  anonymous.payments = payments_of({"points=0.01", "cash"});
  CHECK(error_of([&] { t.sell(anonymous); }).code() == Errc::invalid_input);
}

TEST_CASE("all faults of a sale are told at once, and nothing is stored") {
  CounterStore t;
  NewSale sale;
  sale.member = t.member;
  sale.items = items_of({"A", "B"});
  sale.items[0].quantity = Quantity{0};
  sale.items[1].days_supply = 0;
  sale.items[1].price = UnitPrice{-1};
  sale.discount = Money{-1};
  sale.channel = "pigeon";
  sale.payments = {
      {PaymentKind::cash, {}}, {PaymentKind::card, {}}, {PaymentKind::wechat, Money{0}}};
  const auto error = error_of([&] { t.sell(sale); });
  CHECK(error.code() == Errc::invalid_input);
  CHECK(error.faults().size() == 7);

  const auto unknown = error_of([&] { t.sell({"X1", "A", "X2"}); });
  CHECK(unknown.code() == Errc::not_found);
  CHECK(unknown.faults().size() == 2);
  CHECK(error_of([&] { t.sell({"F"}); }).faults()[0].message == "the product F has no price");
  NewSale empty;
  CHECK(error_of([&] { t.sell(empty); }).faults()[0].message == "no item to sell");
  empty.items.resize(sale_items_max + 1);
  CHECK(error_of([&] { t.sell(empty); }).faults()[0].message == "a sale has at most 500 items");
  sale = NewSale{};
  sale.items = items_of({"B"});
  sale.discount = Money{1'001};
  CHECK(error_of([&] { t.sell(sale); }).code() == Errc::invalid_input);
  sale.items = items_of({"B=1000000000@100000000"});
  CHECK(error_of([&] { t.sell(sale); }).code() == Errc::invalid_input);

  auto reading = t.reading();
  CHECK(list_receipts(reading, {}).empty());
}

// "message / hint" of each fault.
static std::vector<std::string> told(const Error& error) {
  std::vector<std::string> all;
  for (const auto& [message, hint] : error.faults()) all.push_back(message + " / " + hint);
  return all;
}

TEST_CASE("faults of items, terms and payments are told together") {
  CounterStore t{"2026-03-10"};
  NewSale sale;
  sale.member = MemberId{99};
  sale.items = items_of({"nosuch", "A", "nosuch2"});
  const auto missing = error_of([&] { t.sell(sale); });
  CHECK(missing.code() == Errc::not_found);
  CHECK(told(missing) ==
        std::vector<std::string>{
            "there is no such member: M99 / look for the name with: member find",
            "there is no product nosuch / list products with: visit product list",
            "there is no product nosuch2 / list products with: visit product list"});

  sale.member = t.member;
  sale.items = items_of({"N"});
  sale.channel = "phnoe";
  sale.discount = Money{501};
  sale.on = parse_instant("2027-01-01", Zone{"Asia/Shanghai"});
  const auto wrong = error_of([&] { t.sell(sale); });
  CHECK(wrong.code() == Errc::invalid_input);
  CHECK(told(wrong) ==
        std::vector<std::string>{"not a channel: phnoe / did you mean phone?",
                                 "this has not happened yet: 2027-01-01T00:00:00+08:00 / ",
                                 "the discount 5.01 is more than the items 5.00 / "});

  sale.discount = Money{0};
  sale.payments = payments_of({"cash=1"});
  const auto unpaid = error_of([&] { t.sell(sale); });
  CHECK(unpaid.code() == Errc::invalid_input);  // the gravest of them
  CHECK(unpaid.faults().back().message == "the payments come to 1.00, the receipt to 5.00");
}

TEST_CASE("the terms of a sale can be checked before its items are there") {
  CounterStore t{"2026-03-10"};
  NewSale sale;
  sale.member = t.member;
  auto reading = t.reading();
  check_sale_terms(reading, sale);
  sale.channel = "z";
  sale.payments = {{PaymentKind::cash, {}}, {PaymentKind::card, {}}};
  sale.discount = Money{-1};
  sale.on = parse_instant("2027-01-01", Zone{"Asia/Shanghai"});
  CHECK(error_of([&] { check_sale_terms(reading, sale); }).faults().size() == 4);
  CHECK(error_of([&] { check_sale(reading, sale); }).faults().size() == 5);  // and no item
}

TEST_CASE("an item is priced as a sale prices it, limits and all") {
  CounterStore t;
  auto reading = t.reading();
  const auto price = [&](const char* text) { return price_item(reading, items_of({text}).at(0)); };
  const auto herb = price("Ｈ=12.5");
  CHECK(herb.name == "黄芪");
  CHECK(herb.price == UnitPrice{350});
  CHECK(herb.amount == Money{44});
  CHECK(price("F@0.01").amount == Money{1});

  const auto refusal = [&](const char* text) {
    const auto error = error_of([&] { price(text); });
    CHECK(error.code() == (text[0] == 'X' ? Errc::not_found : Errc::invalid_input));
    return told(error).at(0);
  };
  CHECK(refusal("A=9999999999999") ==
        "too large a quantity: 9999999999999 / give at most 1000000000");
  CHECK(refusal("A@100000001") == "too high a price: 100000001.00 / give at most 100000000.00");
  CHECK(refusal("A=1000000000@100000000") ==
        "too large for one receipt: 1000000000 × 100000000.00 / ");
  CHECK(refusal("F") == "the product F has no price / give one: F@PRICE");
  CHECK(refusal("X") == "there is no product X / list products with: visit product list");
}

TEST_CASE("nothing is sold before 1900") {
  CounterStore t;
  NewSale sale;
  sale.items = items_of({"A"});
  sale.reason = "补录";
  sale.on = parse_instant("1899-12-31 23:59", Zone{"Asia/Shanghai"});
  const auto error = error_of([&] { t.sell(sale); });
  CHECK(error.code() == Errc::invalid_input);
  CHECK(error.faults().at(0).message.ends_with("lies before the year 1900"));
  sale.on = parse_instant("1900-01-01", Zone{"Asia/Shanghai"});
  CHECK(to_string(t.receipt(t.sell(sale)).receipt.day) == "1900-01-01");
}

TEST_CASE("a member who is not there cannot buy") {
  CounterStore t;
  NewSale sale;
  sale.member = MemberId{99};
  sale.items = items_of({"A"});
  CHECK(error_of([&] { t.sell(sale); }).code() == Errc::not_found);
  sale.items = items_of({"A@0.01"});
  CHECK(error_of([&] { t.sell(sale); }).code() == Errc::not_found);
}

TEST_CASE("a sale is dated back within the rules") {
  CounterStore t{"2026-03-10"};
  const Zone zone{"Asia/Shanghai"};
  NewSale sale;
  sale.member = t.member;
  sale.items = items_of({"A"});

  sale.on = parse_instant("2026-03-04 23:59", zone);
  const auto receipt = t.receipt(t.sell(sale)).receipt;
  CHECK(to_string(receipt.day) == "2026-03-04");
  CHECK(receipt.recorded_at > receipt.at);
  {
    auto reading = t.reading();
    CHECK(points_balance(reading, t.member, *parse_date("2026-03-03")).balance == Points{0});
    CHECK(points_balance(reading, t.member, *parse_date("2026-03-04")).balance == Points{28});
  }

  sale.on = parse_instant("2026-03-10 10:01", zone);
  CHECK(error_of([&] { t.sell(sale); }).code() == Errc::invalid_input);  // not yet

  sale.on = parse_instant("2026-03-02", zone);  // by more days than a clerk may
  CHECK(error_of([&] { t.sell(sale); }).code() == Errc::invalid_input);
  sale.reason = "盘点时发现漏记";
  CHECK(t.receipt(t.sell(sale)).receipt.reason == "盘点时发现漏记");

  sale.payments = payments_of({"points=0.10", "cash"});
  CHECK(error_of([&] { t.sell(sale); }).code() == Errc::refused);
}

TEST_CASE("a sale of long ago earns nothing, and says so") {
  CounterStore t{"2026-03-10"};
  NewSale sale;
  sale.member = t.member;
  sale.items = items_of({"A"});
  sale.on = parse_instant("2024-12-31", Zone{"Asia/Shanghai"});
  sale.reason = "补录";
  auto tx = t.begin();
  const auto earned = add_sale(tx, sale).earned;
  CHECK(earned.ended);
  CHECK(earned.points == Points{0});
}

}  // namespace pharmacy::test
