#include <doctest/doctest.h>

#include "vault/access.h"
#include "visits/counter.h"

namespace pharmacy::test {

static std::string ids(const std::vector<Receipt>& receipts) {
  std::string all;
  for (const auto& receipt : receipts) all += (all.empty() ? "" : " ") + to_string(receipt.id);
  return all;
}

TEST_CASE("receipts are listed newest first, of a member and a period") {
  CounterStore t{"2026-03-01"};
  t.sell({"A"});
  NewSale sale;
  sale.items = items_of({"B"});
  t.sell(sale);
  t.set_day("2026-03-05");
  t.sell({"A"});
  t.take_back({.receipt = ReceiptId{1}, .all = true, .reason = "typing"});

  auto reading = t.reading();
  CHECK(ids(list_receipts(reading, {})) == "4 3 2 1");
  CHECK(ids(list_receipts(reading, {.member = t.member})) == "4 3 1");
  const Period first{*parse_date("2026-03-01"), *parse_date("2026-03-04")};
  CHECK(ids(list_receipts(reading, {.member = {}, .period = first})) == "2 1");
  CHECK(ids(list_receipts(reading, {.member = t.member, .period = first})) == "1");
  CHECK(ids(list_receipts(reading, {.member = {}, .period = {}, .limit = 2})) == "4 3");
  const auto newest = list_receipts(reading, {.member = {}, .period = {}, .limit = 1}).at(0);
  CHECK(newest.kind == ReceiptKind::refund);
  CHECK(newest.earned == Points{-28});
  CHECK(error_of([&] {
          list_receipts(reading, {.member = {}, .period = {}, .limit = 0});
        }).code() == Errc::invalid_input);
}

TEST_CASE("a receipt that is not there is told as such") {
  CounterStore t;
  CHECK(error_of([&] { t.receipt(ReceiptId{7}); }).faults()[0].message == "there is no receipt 7");
}

TEST_CASE("lines, payments and returns are kept for ever") {
  CounterStore t;
  t.sell({"A"});
  t.take_back({.receipt = ReceiptId{1}, .all = true, .reason = "typing"});
  auto tx = t.begin();
  auto& database = vault::database(tx);
  for (const char* sql : {"DELETE FROM line", "UPDATE line SET amount = amount",
                          "DELETE FROM payment", "UPDATE payment SET amount = amount",
                          "DELETE FROM line_return", "UPDATE line_return SET amount = amount",
                          "INSERT INTO line_return SELECT receipt, line, refund, refund_line + 1,"
                          " 1, 0 FROM line_return"}) {
    CAPTURE(sql);
    CHECK_THROWS_AS(database.run_script(sql), Error);
  }
}

}  // namespace pharmacy::test
