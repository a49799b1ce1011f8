#include <doctest/doctest.h>

#include "pharmacy/visits.h"

namespace pharmacy::test {

TEST_CASE("an item is a code with what is known of it") {
  const auto plain = parse_sale_item("6901234567890");
  REQUIRE(plain.has_value());
  CHECK(plain->code == "6901234567890");
  CHECK(plain->quantity == Quantity{1'000});
  CHECK(!plain->price.has_value());
  CHECK(!plain->batch.has_value());

  const auto full = parse_sale_item("6901234567890=2@28.00#B2291");
  REQUIRE(full.has_value());
  CHECK(full->code == "6901234567890");
  CHECK(full->quantity == Quantity{2'000});
  CHECK(full->price == UnitPrice{280'000});
  CHECK(full->batch == "B2291");

  const auto wide = parse_sale_item("６９０１＝２．５＠０．０３５＃Ｂ１");
  REQUIRE(wide.has_value());
  CHECK(wide->quantity == Quantity{2'500});
  CHECK(wide->price == UnitPrice{350});
  CHECK(wide->batch == "B1");

  CHECK(parse_sale_item("A 1/2#x=y@z")->batch == "x=y@z");
  CHECK(parse_sale_item("A@0")->price == UnitPrice{0});
}

TEST_CASE("what is not an item is refused") {
  for (const char* text : {"", " ", "=2", "A=", "A=0", "A=-1", "A=2x", "A=1.2345", "A@", "A@-1",
                           "A@1,5", "A#", "A# ", "A@1=2", "A=1=2", "A@1@2", "A=01", "A\x01"}) {
    CAPTURE(text);
    CHECK(!parse_sale_item(text).has_value());
  }
}

TEST_CASE("a payment is a kind, with an amount or for the rest") {
  CHECK(parse_payment("cash")->kind == PaymentKind::cash);
  CHECK(!parse_payment("cash")->amount.has_value());
  CHECK(parse_payment("wechat=20.00")->kind == PaymentKind::wechat);
  CHECK(parse_payment("wechat=20.00")->amount == Money{2'000});
  CHECK(parse_payment("points＝１")->amount == Money{100});
  for (const char* text : {"", "gold", "cash=", "cash=0", "cash=-1", "cash=1.234", "=1"}) {
    CAPTURE(text);
    CHECK(!parse_payment(text).has_value());
  }
}

TEST_CASE("a payment goes by the names that tills give it too") {
  CHECK(parse_payment("现金")->kind == PaymentKind::cash);
  CHECK(parse_payment("微信=20")->kind == PaymentKind::wechat);
  CHECK(parse_payment("支付宝＝20")->amount == Money{2'000});
  CHECK(parse_payment("银行卡")->kind == PaymentKind::card);
  CHECK(parse_payment("医保")->kind == PaymentKind::insurance_personal);
  CHECK(parse_payment("Cash")->kind == PaymentKind::cash);
}

TEST_CASE("of a bad payment, the kind or the amount is blamed") {
  const auto told = [](const char* text) {
    const auto [message, hint] = payment_fault(text);
    return message + " / " + hint;
  };
  CHECK(told("wehcat") == "not a kind of payment: wehcat / did you mean wechat?");
  CHECK(told("gold=1").starts_with("not a kind of payment: gold / one of: cash, card, "));
  CHECK(told("cash=0.355") ==
        "not an amount of money: 0.355 / yuan with at most 2 decimals, like 28 or 28.50");
  CHECK(told("现金=").starts_with("not an amount of money: '' / "));
  CHECK(told("cash=0") == "not an amount to pay: 0 / an amount is above 0");
  CHECK(told("cash=-1") == "not an amount to pay: -1 / an amount is above 0");
}

TEST_CASE("a batch expires on a day, or at the end of a month") {
  CHECK(to_string(parse_expiry("2027-05").value()) == "2027-05-31");
  CHECK(to_string(parse_expiry("2028年2月").value()) == "2028-02-29");
  CHECK(to_string(parse_expiry("20270531").value()) == "2027-05-31");
  CHECK(to_string(parse_expiry("2027-05-30").value()) == "2027-05-30");
  CHECK(!parse_expiry("tomorrow").has_value());
  CHECK(!parse_expiry("2027-13").has_value());
}

}  // namespace pharmacy::test
