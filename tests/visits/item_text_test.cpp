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
  for (const char* text : {"", "gold", "Cash", "cash=", "cash=0", "cash=-1", "cash=1.234", "=1"}) {
    CAPTURE(text);
    CHECK(!parse_payment(text).has_value());
  }
}

}  // namespace pharmacy::test
