#include <doctest/doctest.h>

#include "vault/access.h"
#include "support/counter_store.h"

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
  CHECK(ids(list_receipts(reading, {.member = {}, .period = {}, .before = {}, .limit = 2})) ==
        "4 3");
  const auto newest =
      list_receipts(reading, {.member = {}, .period = {}, .before = {}, .limit = 1}).at(0);
  CHECK(newest.kind == ReceiptKind::refund);
  CHECK(newest.earned == Points{-28});
  CHECK(error_of([&] {
          list_receipts(reading, {.member = {}, .period = {}, .before = {}, .limit = 0});
        }).code() == Errc::invalid_input);
}

TEST_CASE("a list of receipts goes on where an earlier one was cut") {
  CounterStore t{"2026-03-01"};
  const Zone zone{"Asia/Shanghai"};
  const auto sell_at = [&](const char* at) {
    NewSale sale;
    sale.items = items_of({"A"});
    sale.on = parse_instant(at, zone);
    t.sell(sale);
  };
  for (const auto* at : {"2026-02-27 09:00", "2026-03-01 09:00", "2026-03-01 08:00",
                         "2026-03-01 09:00", "2026-02-28 23:00"}) {
    sell_at(at);
  }
  auto reading = t.reading();
  CHECK(ids(list_receipts(reading, {})) == "4 2 3 5 1");
  std::string parts;
  for (std::optional<ReceiptId> last;;) {
    const auto part =
        list_receipts(reading, {.member = {}, .period = {}, .before = last, .limit = 2});
    if (part.empty()) break;
    parts += ids(part) + '|';
    last = part.back().id;
  }
  CHECK(parts == "4 2|3 5|1|");
  const Period day{*parse_date("2026-03-01"), *parse_date("2026-03-01")};
  CHECK(ids(list_receipts(reading, {.member = {}, .period = day, .before = ReceiptId{2}})) == "3");
  CHECK(ids(list_receipts(reading, {.member = {}, .period = day, .before = ReceiptId{5}})).empty());
  CHECK(ids(list_receipts(reading, {.member = t.member, .before = ReceiptId{2}})).empty());
  CHECK(error_of([&] {
          list_receipts(reading, {.member = {}, .period = {}, .before = ReceiptId{9}});
        }).code() == Errc::not_found);
}

TEST_CASE("a list without a limit has them all, and each says how it was paid") {
  CounterStore t;
  for (int i = 0; i < 101; ++i) t.sell({"A"}, {"wechat=20", "cash"});
  t.sell({"A@0"});
  auto reading = t.reading();
  const auto all =
      list_receipts(reading, {.member = {}, .period = {}, .before = {}, .limit = std::nullopt});
  CHECK(all.size() == 102);
  CHECK(all.back().paid_by == "wechat,cash");
  CHECK(all.front().paid_by.empty());
  CHECK(list_receipts(reading, {}).size() == 100);
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
