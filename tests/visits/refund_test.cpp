#include <doctest/doctest.h>

#include "support/counter_store.h"
#include "visits/importer.h"

namespace pharmacy::test {

TEST_CASE("a refund takes back lines, what they earned, and is paid back as it was paid") {
  CounterStore t;
  const auto sale = t.sell({"A=2#B1", "B"}, {"wechat=50", "cash"});
  CHECK(t.points() == 66);
  const auto id = t.take_back({.receipt = sale, .items = {{.line = 1}}, .reason = "quality"});
  const auto refund = t.receipt(id);
  CHECK(refund.receipt.kind == ReceiptKind::refund);
  CHECK(refund.receipt.refund_of == sale);
  CHECK(refund.receipt.member == t.member);
  CHECK(refund.receipt.amount == Money{5'600});
  CHECK(refund.receipt.reason == "quality");
  CHECK(refund.receipt.earned == Points{-56});
  REQUIRE(refund.lines.size() == 1);
  CHECK(refund.lines[0].refunded_line == 1);
  CHECK(refund.lines[0].batch == "B1");
  CHECK(payments_text(refund) == "cash 6.00, wechat 50.00");
  CHECK(t.points() == 10);
  const auto sold = t.receipt(sale);
  CHECK(sold.lines[0].returned == Quantity{2'000});
  CHECK(sold.lines[1].returned == Quantity{0});
}

TEST_CASE("the parts of a line are worth what the line is") {
  CounterStore t;
  const auto sale = t.sell({"B=3@3.3333"});  // 10.00
  std::int64_t sum = 0;
  for (int part = 0; part < 3; ++part) {
    const auto id = t.take_back(
        {.receipt = sale, .items = {{.line = 1, .quantity = Quantity{1'000}}}, .reason = "typing"});
    sum += t.receipt(id).receipt.amount.count();
  }
  CHECK(sum == 1'000);
  CHECK(t.points() == 0);
}

TEST_CASE("no more comes back than was sold") {
  CounterStore t;
  const auto sale = t.sell({"A=2", "B"});
  const auto refuse = [&](NewRefund refund) {
    refund.receipt = sale;
    refund.reason = "typing";
    return error_of([&] { t.take_back(refund); });
  };
  CHECK(refuse({.receipt = {}, .items = {{.line = 1, .quantity = Quantity{2'001}}}, .reason = {}})
            .code() == Errc::refused);
  const auto missing = refuse({.receipt = {}, .items = {{.line = 3}}, .reason = {}});
  CHECK(missing.code() == Errc::not_found);
  CHECK(missing.faults()[0].message == "the receipt has no line 3");
  CHECK(refuse({.receipt = {}, .reason = {}}).code() == Errc::invalid_input);
  CHECK(refuse({.receipt = {}, .items = {{.line = 1}, {.line = 1}}, .reason = {}}).code() ==
        Errc::invalid_input);
  CHECK(refuse({.receipt = {}, .all = true, .items = {{.line = 1}}, .reason = {}}).code() ==
        Errc::invalid_input);

  t.take_back({.receipt = sale,
               .items = {{.line = 1, .quantity = Quantity{500}}, {.line = 2}},
               .reason = "typing"});
  const auto error =
      refuse({.receipt = {}, .items = {{.line = 1, .quantity = Quantity{1'501}}}, .reason = {}});
  CHECK(error.faults()[0].message == "line 1: 1.501 to take back, 1.5 left");
  CHECK(error.faults()[0].hint == "take back what is left of it with: visit refund 1 1");
  const auto nothing = refuse({.receipt = {}, .items = {{.line = 2}}, .reason = {}});
  CHECK(nothing.code() == Errc::refused);
  CHECK(nothing.faults()[0].message == "nothing is left of line 2");
  const auto both = refuse({.receipt = {}, .items = {{.line = 2}, {.line = 9}}, .reason = {}});
  CHECK(both.code() == Errc::not_found);
  CHECK(both.faults().size() == 2);

  t.take_back({.receipt = sale, .all = true, .reason = "typing"});
  CHECK(t.points() == 0);
  CHECK(refuse({.receipt = {}, .all = true, .reason = {}}).faults()[0].message ==
        "nothing is left to take back");
}

TEST_CASE("a refund needs a sale and a reason") {
  CounterStore t;
  const auto sale = t.sell({"A"});
  CHECK(error_of([&] { t.take_back({.receipt = sale, .all = true, .reason = " "}); }).code() ==
        Errc::invalid_input);
  CHECK(error_of([&] {
          t.take_back({.receipt = ReceiptId{99}, .all = true, .reason = "typing"});
        }).code() == Errc::not_found);
  const auto refund = t.take_back({.receipt = sale, .all = true, .reason = "typing"});
  CHECK(error_of([&] {
          t.take_back({.receipt = refund, .all = true, .reason = "typing"});
        }).code() == Errc::refused);
}

TEST_CASE("buy, earn, spend and refund leave nobody richer") {
  CounterStore t;
  const auto first = t.sell({"A=10"});                 // earns 280
  const auto second = t.sell({"A@2.80"}, {"points"});  // spends them
  t.take_back({.receipt = first, .all = true, .reason = "typing"});
  CHECK(t.points() == -280);
  const auto id = t.take_back({.receipt = second, .all = true, .reason = "typing"});
  CHECK(payments_text(t.receipt(id)) == "points 2.80");
  CHECK(t.points() == 0);
}

TEST_CASE("what points paid comes back as points in its share, the rest as money") {
  CounterStore t;
  t.sell({"A=10"});
  const auto sale = t.sell({"B=3"}, {"points=2.50", "wechat=10", "cash"});  // 30.00
  CHECK(t.points() == 280 - 250 + 27);
  const auto id = t.take_back(
      {.receipt = sale, .items = {{.line = 1, .quantity = Quantity{1'000}}}, .reason = "typing"});
  // A third of 250 points is 83; 10.00 - 0.83 comes back by cash, which paid most.
  CHECK(payments_text(t.receipt(id)) == "cash 9.17, points 0.83");
  CHECK(t.points() == 57 + 83 - 9);  // 27 - floor(27.50 × 2/3 = 18.33)
  t.take_back({.receipt = sale, .all = true, .reason = "typing"});
  CHECK(t.points() == 280);
}

TEST_CASE("a line of a refund names the sale and the line it takes back") {
  CounterStore t;
  t.sell({"A"});
  const auto sale = t.sell({"A", "B"});
  const auto id = t.take_back({.receipt = sale, .items = {{.line = 2}}, .reason = "typing"});
  const auto refund = t.receipt(id);
  CHECK(refund.lines.at(0).refunded_line == 2);
  CHECK(refund.lines.at(0).refunded_receipt == sale);
  CHECK(!t.receipt(sale).lines.at(1).refunded_receipt.has_value());
}

TEST_CASE("what an imported refund of two sales paid back counts for each of them") {
  Importer importer;
  importer.run(
      "at,receipt,card,product,quantity,amount,payment\n"
      "2026-02-01,1,6001,A,2,20,wechat\n"
      "2026-02-01,1,6001,B,1,30,cash\n"
      "2026-02-02,2,6001,C,1,10,cash\n"
      "2026-02-03,3,6001,A,-1,-10,wechat\n"
      "2026-02-03,3,6001,C,-1,-10,wechat\n");
  const auto refund = [&] {
    auto reading = importer.t.reading();
    return get_receipt(reading, ReceiptId{3});
  }();
  CHECK(!refund.receipt.refund_of.has_value());
  CHECK(refund.lines.at(0).refunded_receipt == ReceiptId{1});
  CHECK(refund.lines.at(1).refunded_receipt == ReceiptId{2});

  // Of sale 1, 10.00 of the 20.00 by WeChat came back: no more than the rest does.
  auto tx = importer.t.begin();
  const auto id = add_refund(tx, {.receipt = ReceiptId{1}, .all = true, .reason = "typing"}).refund;
  CHECK(payments_text(get_receipt(tx, id)) == "cash 30.00, wechat 10.00");
}

TEST_CASE("what an import says was paid with points comes back as money: no point was taken") {
  Importer importer;
  importer.run(
      "at,receipt,card,product,quantity,amount,payment\n"
      "2026-02-01,1,6001,A,1,20,points\n"
      "2026-02-01,1,6001,B,1,30,wechat\n");
  auto tx = importer.t.begin();
  const auto first =
      add_refund(tx, {.receipt = ReceiptId{1}, .items = {{.line = 1}}, .reason = "typing"}).refund;
  CHECK(payments_text(get_receipt(tx, first)) == "wechat 20.00");
  const auto rest =
      add_refund(tx, {.receipt = ReceiptId{1}, .all = true, .reason = "typing"}).refund;
  CHECK(payments_text(get_receipt(tx, rest)) == "cash 20.00, wechat 10.00");
}

TEST_CASE("points that are worth more than a fen come back whole, and the rest as money") {
  CounterStore t;
  t.set_point_value(1);                                      // a point is worth a yuan
  t.sell({"A=10"});                                          // earns 280
  const auto sale = t.sell({"B=3"}, {"points=10", "cash"});  // 30.00, for 10 points and 20.00
  CHECK(t.points() == 280 - 10 + 20);
  const auto third = [&] {
    return payments_text(t.receipt(t.take_back({.receipt = sale,
                                                .items = {{.line = 1, .quantity = Quantity{1'000}}},
                                                .reason = "typing"})));
  };
  CHECK(third() == "cash 7.00, points 3.00");  // floor(10 / 3)
  CHECK(third() == "cash 7.00, points 3.00");
  CHECK(third() == "cash 6.00, points 4.00");
  CHECK(t.points() == 280);
}

TEST_CASE("where no money is left to pay a part of a point, the point comes back early") {
  CounterStore t;
  t.set_point_value(1);
  t.sell({"A=10"});
  const auto sale = t.sell({"B=3@3.3333"}, {"points=10"});  // nothing but points
  const auto third = [&] {
    const auto before = t.points();
    const auto id = t.take_back(
        {.receipt = sale, .items = {{.line = 1, .quantity = Quantity{1'000}}}, .reason = "typing"});
    return payments_text(t.receipt(id)) + ": " + std::to_string(t.points() - before);
  };
  CHECK(third() == "points 3.33: 4");
  CHECK(third() == "points 3.34: 3");
  CHECK(third() == "points 3.33: 3");
  CHECK(t.points() == 280);
}

TEST_CASE("a sale to nobody is taken back too") {
  CounterStore t;
  NewSale sale;
  sale.items = items_of({"A"});
  const auto id = t.sell(sale);
  const auto refund = t.take_back({.receipt = id, .all = true, .reason = "typing"});
  CHECK(t.receipt(refund).receipt.amount == Money{2'800});
  CHECK(payments_text(t.receipt(refund)) == "cash 28.00");
}

TEST_CASE("a gift of 0.00 is taken back for 0.00") {
  CounterStore t;
  const auto sale = t.sell({"A@0"});
  const auto refund = t.take_back({.receipt = sale, .all = true, .reason = "typing"});
  CHECK(t.receipt(refund).receipt.amount == Money{0});
  CHECK(t.receipt(refund).payments.empty());
}

}  // namespace pharmacy::test
