// Selling at a terminal: what was typed is not lost, and nobody is guessed.
#include <doctest/doctest.h>

#include "pharmacy/catalog.h"
#include "pharmacy/consent.h"
#include "pharmacy/health.h"
#include "pharmacy/members.h"
#include "pharmacy/text.h"
#include "support/counter_store.h"
#include "support/run.h"
#include "vault/access.h"
#include "visit/visit.h"

namespace pharmacy::test {

namespace {

Ran at_counter(TestStore& store, const std::vector<std::string>& words, std::string typed) {
  return run(cli::define_visit, store, words,
             {.in = std::move(typed), .terminal = true, .env = {{"NO_COLOR", "1"}}});
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// "A 2, B 1" of the newest receipt; empty where there is none.
std::string newest(CounterStore& store) {
  auto reading = store.reading();
  const auto receipts = list_receipts(reading, {});
  if (receipts.empty()) return "";
  std::string text;
  for (const auto& line : get_receipt(reading, receipts.front().id).lines) {
    text += (text.empty() ? "" : ", ") + line.code + ' ' + to_string(line.quantity);
  }
  return text;
}

MemberId add(CounterStore& store, const char* name, const char* phone) {
  auto tx = store.begin();
  NewMember person;
  person.name = name;
  person.phone = phone;
  person.shared_phone = true;
  const auto id = add_member(tx, person);
  tx.commit();
  return id;
}

}  // namespace

TEST_CASE("a full-width minus takes the last item off too") {
  CounterStore store;
  const auto ran = at_counter(store, {"buy", "-"}, "A\nB\n－\nH=10\n\n");
  CHECK(ran.status == 0);
  CHECK(has(ran.err, "taken off: 维生素C片; total 28.00\n"));
  CHECK(newest(store) == "A 1, H 10");
}

TEST_CASE("what a sale would refuse is refused at the scan, and the other items stay") {
  CounterStore store;
  const auto ran =
      at_counter(store, {"buy", "-"}, "A=9999999999999\nF\nB=x\nB@100000001\nzzz\nA\nB\x01\n\n");
  CHECK(ran.status == 0);
  for (const auto* said :
       {"too large a quantity: 9999999999999; give at most 1000000000\n",
        "the product F has no price; give one: F@PRICE\n", "not an item: B=x; CODE[=QUANTITY]",
        "too high a price: 100000001.00; give at most 100000000.00\n", "there is no product zzz; ",
        "this is not plain text\n"}) {
    CHECK_MESSAGE(has(ran.err, said), said);
  }
  CHECK(newest(store) == "A 1");
}

TEST_CASE("what is wrong with a sale whatever is scanned shows before the scanning") {
  CounterStore store;
  for (const auto& words :
       std::vector<std::vector<std::string>>{{"buy", "6001", "--channel", "z"},
                                             {"buy", "6001", "--on", "2027-01-01"},
                                             {"buy", "6001", "--pay", "cash", "--pay", "card"},
                                             {"buy", "-", "--pay", "points=1", "--pay", "cash"},
                                             {"buy", "M99"}}) {
    const auto ran = at_counter(store, words, "A\n\n");
    CHECK(ran.status != 0);
    CHECK(!has(ran.err, "item: "));
  }
  CHECK(newest(store).empty());
}

TEST_CASE("payments that do not add up are asked for again, and the items stay") {
  CounterStore store;
  const auto ran =
      at_counter(store, {"buy", "6001", "--pay", "cash=1"}, "A\nB\n\nwehcat\nwechat=20　现金\n");
  CHECK(ran.status == 0);
  CHECK(has(ran.err, "the payments come to 1.00, the receipt to 38.00"));
  CHECK(has(ran.err, "not a kind of payment: wehcat; did you mean wechat?\n"));
  CHECK(newest(store) == "A 1, B 1");
  CHECK(payments_text(store.receipt(ReceiptId{1})) == "cash 18.00, wechat 20.00");
}

TEST_CASE("points that are short lose nothing that was scanned") {
  CounterStore store;
  const auto ran =
      at_counter(store, {"buy", "6001", "--pay", "points=5", "--pay", "cash"}, "A\n\n\ncash\n");
  CHECK(ran.status == 0);
  CHECK(has(ran.err, "points are short: 500 are needed, 0 are there"));
  CHECK(payments_text(store.receipt(ReceiptId{1})) == "cash 28.00");
}

TEST_CASE("a discount above the items goes back to them") {
  CounterStore store;
  const auto ran = at_counter(store, {"buy", "6001", "--discount", "30"}, "A\n\nB\n\n");
  CHECK(ran.status == 0);
  CHECK(has(ran.err, "the discount 30.00 is more than the items 28.00\nthe items are kept\n"));
  CHECK(newest(store) == "A 1, B 1");
}

TEST_CASE("a minus at the payment goes back to the items, and the end of input sells nothing") {
  CounterStore store;
  CHECK(at_counter(store, {"buy", "-", "--pay", "cash=10"}, "A\n\n-\n-\nB\n\n").status == 0);
  CHECK(newest(store) == "B 1");
  const auto ended = at_counter(store, {"buy", "-", "--pay", "cash=1"}, "A\n\n");
  CHECK(ended.status == 1);
  CHECK(has(ended.err, "nothing was sold\n"));
  CHECK(at_counter(store, {"buy", "-"}, "\n").status == 1);
}

TEST_CASE("while the store is busy the items are kept, and the person tries again") {
  CounterStore store;
  const auto other = store.open_again();
  auto holding = const_cast<Store&>(other).begin({.id = new_operation_id(), .request = "hold"});
  const auto ran = at_counter(store, {"buy", "-", "--wait", "0"}, "A\n\n\n");
  CHECK(ran.status == 1);
  const std::string prompt = "the items are kept; press Enter to try again: ";
  const auto first = ran.err.find(prompt);
  CHECK(first != std::string::npos);
  CHECK(ran.err.find(prompt, first + 1) != std::string::npos);
}

TEST_CASE("a phone that several share is picked from a list at a terminal") {
  CounterStore store;
  const auto wife = add(store, "李娜", "13800138000");
  const auto son = add(store, "张小明", "13800138000");
  const auto ran = at_counter(store, {"buy", "13800138000", "A"}, "3\n2\n");
  CHECK(ran.status == 0);
  CHECK(has(ran.err, " 1. M2  李娜  *******8000\n 2. M3  张小明  *******8000\n"));
  CHECK(has(ran.err, "give 1 to 2\n"));
  CHECK(store.receipt(ReceiptId{1}).receipt.member == son);
  CHECK(at_counter(store, {"buy", "13800138000", "A"}, "\n").status == 1);

  const auto piped = run(cli::define_visit, store, {"buy", "13800138000", "A"});
  CHECK(piped.status == 4);
  CHECK(has(piped.err,
            "several members share this phone: " + to_string(wife) + ", " + to_string(son)));
}

TEST_CASE("a part of a name is never taken for a member, but offered at a terminal") {
  CounterStore store;
  add(store, "张小明", "13900139000");
  const auto asked = at_counter(store, {"buy"}, "张\n2\nB\n\n");
  CHECK(asked.status == 0);
  CHECK(has(asked.err, "张小明"));
  CHECK(store.receipt(ReceiptId{1}).receipt.member == MemberId{2});

  const auto one = at_counter(store, {"buy", "zhangwei", "A"}, "1\n");
  CHECK(one.status == 0);
  CHECK(store.receipt(ReceiptId{2}).receipt.member == store.member);

  const auto nobody = at_counter(store, {"buy", "王", "A", "nosuch"}, "");
  CHECK(nobody.status == 1);
  CHECK(has(nobody.err, "there is no such member: 王"));
  CHECK(has(nobody.err, "there is no product nosuch"));
  CHECK(run(cli::define_visit, store, {"buy", "张", "A"}).status == 1);
}

TEST_CASE("nobody is picked for a sale that is refused for what it says") {
  CounterStore store;
  const auto ran = at_counter(store, {"buy", "张", "nosuch"}, "1\n");
  CHECK(ran.status == 1);
  CHECK(!has(ran.err, "which one"));
}

TEST_CASE("a dry run never looks like a receipt") {
  CounterStore store;
  const auto ran = at_counter(store, {"buy", "-", "A", "--dry-run"}, "");
  CHECK(ran.status == 0);
  CHECK(ran.out.starts_with("Receipt (dry run) "));
  CHECK(has(ran.err, "would have: sold for 28.00\n"));
  CHECK(newest(store).empty());
}

TEST_CASE("a sale shown as a table is shown once") {
  CounterStore store;
  const auto ran = at_counter(store, {"buy", "-", "A", "--format", "table"}, "");
  const auto first = ran.out.find("苯磺酸氨氯地平片");
  CHECK(first != std::string::npos);
  CHECK(ran.out.find("苯磺酸氨氯地平片", first + 1) == std::string::npos);
}

TEST_CASE("the reason of a refund is asked for when it is clear what comes back") {
  CounterStore store;
  store.sell({"A"});
  const auto nothing = at_counter(store, {"refund", "1"}, "quality\n");
  CHECK(nothing.status == 2);
  CHECK(has(nothing.err, "nothing said to take back"));
  CHECK(!has(nothing.err, "--reason (quality"));
  const auto ran = at_counter(store, {"refund", "1", "1"}, "quality\n");
  CHECK(ran.status == 0);
  CHECK(store.receipt(ReceiptId{2}).receipt.reason == "quality");
}

TEST_CASE("the command that corrects a refund sells the same again") {
  CounterStore store;
  NewSale sale;
  sale.member = store.member;
  sale.items = items_of({"A=2#B1", "H=10"});
  sale.discount = Money{100};
  sale.payments = payments_of({"wechat=20", "cash"});
  store.sell(sale);
  const auto ran = at_counter(store, {"refund", "1", "--all", "--reason", "typing"}, "");
  CHECK(has(ran.err,
            "(undo: visit buy M1 'A=2@28.00#B1' 'H=10@0.035' --discount 1.00 --pay cash=35.35 "
            "--pay wechat=20.00)"));
  CHECK(at_counter(store,
                   {"buy", "M1", "A=2@28.00#B1", "H=10@0.035", "--discount", "1.00", "--pay",
                    "cash=35.35", "--pay", "wechat=20.00"},
                   "")
            .status == 0);
}

TEST_CASE("a part of a line is sold again for what it was worth, marks in its code or not") {
  CounterStore store;
  {
    auto tx = store.begin();
    NewProduct product;
    product.code = "X=1 'a'";
    product.price = UnitPrice{33'333};
    add_product(tx, product);
    tx.commit();
  }
  NewSale sale;
  sale.items = {{.code = "X=1 'a'", .quantity = Quantity{3'000}, .batch = "B 1"}};
  sale.discount = Money{1};
  store.sell(sale);
  const auto ran = at_counter(store, {"refund", "1", "1=1.5", "--reason", "typing"}, "");
  CHECK(store.receipt(ReceiptId{2}).receipt.amount == Money{500});
  CHECK(has(ran.err,
            "(undo: visit buy - --item='X=1 '\\''a'\\''' --qty 1.5 --price 3.3333 --batch='B 1' "
            "--pay cash=5.00)"));
  CHECK(at_counter(store,
                   {"buy", "-", "--item=X=1 'a'", "--qty", "1.5", "--price", "3.3333",
                    "--batch=B 1", "--pay", "cash=5.00"},
                   "")
            .status == 0);
}

TEST_CASE("the help of every verb fits a terminal of 60 columns, values that are many too") {
  const auto help = [](std::vector<std::string> words) {
    words.insert(words.begin(), "help");
    return run(cli::define_visit, words, {.terminal = true, .columns = 60}).out;
  };
  CHECK(has(help({"buy"}),
            "  --document id_card|passport|hk_macao_permit|taiwan_permit|\n"
            "    residence_permit|officer_card\n"));
  for (const std::vector<std::string>& verb : {std::vector<std::string>{"buy"},
                                               {"refund"},
                                               {"recall", "call"},
                                               {"lead", "add"},
                                               {"lead", "touch"},
                                               {"counsel", "add"},
                                               {"product", "edit"},
                                               {"request", "end"},
                                               {"account", "pay"}}) {
    const std::string text = help(verb);
    CAPTURE(verb.back());
    CHECK(text.size() > 300);
    for (std::size_t from = 0; from < text.size(); from = text.find('\n', from) + 1)
      CHECK(display_width(text.substr(from, text.find('\n', from) - from)) <= 60);
  }
}

TEST_CASE("a day without a time is its noon, and today is now") {
  CounterStore store{"2026-03-10"};
  const auto at = [&](const char* on) {
    const auto ran = at_counter(store, {"buy", "-", "A", "--on", on}, "");
    CHECK_MESSAGE(ran.status == 0, ran.err);
    auto reading = store.reading();
    const auto all = list_receipts(reading, {});
    auto newest = all.front();
    for (const auto& one : all) newest = one.id > newest.id ? one : newest;
    return to_minute_string(newest.at, reading.zone());
  };
  CHECK(at("today") == "2026-03-10 10:00");
  CHECK(at("今天") == "2026-03-10 10:00");
  CHECK(at("昨天") == "2026-03-09 12:00");
  CHECK(at("7d") == "2026-03-03 12:00");
  CHECK(at("2026-03-05") == "2026-03-05 12:00");
  CHECK(at("yesterday 18:05") == "2026-03-09 18:05");
  CHECK(at("2026-03-08T23:00Z") == "2026-03-09 07:00");
}

TEST_CASE("whoever gets what came is named, and it is said where nobody waits") {
  CounterStore store;
  CHECK(at_counter(store, {"request", "add", "M1", "A", "--qty", "3"}, "").status == 0);
  const auto held = at_counter(store, {"request", "hold", "A", "--qty", "2"}, "");
  CHECK(held.err ==
        "request 1: 2 of 苯磺酸氨氯地平片 for M1 张伟\n"
        "held for 1 member until 2026-03-04: tell her\n");
  CHECK(at_counter(store, {"request", "hold", "A", "--qty", "2"}, "").err ==
        "nobody waits for it\n");
  CHECK(has(at_counter(store, {"request", "end", "9", "--as", "declined"}, "").err,
            "there is no request 9 for goods"));
}

TEST_CASE("what a check tells of a health note is told once, and kept with no sale") {
  CounterStore store;
  auto tx = store.begin();
  give_consent(tx, {.member = store.member, .purpose = Purpose::health});
  add_health_note(
      tx, {.member = store.member, .facts = {.kind = HealthKind::regimen, .ingredient = "布洛芬"}});
  edit_product(tx, "A", {.ingredients = std::vector<std::string>{"布洛芬"}});
  tx.commit();
  const auto sold = run(cli::define_visit, store, {"buy", "M1", "A=1", "--op", "sale-1"});
  CHECK(sold.status == 0);
  CHECK(has(sold.err, "takes 布洛芬 already"));
  const auto again = run(cli::define_visit, store, {"buy", "M1", "A=1", "--op", "sale-1"});
  CHECK(again.status == 0);
  CHECK(again.out == sold.out);
  CHECK(!has(again.err, "布洛芬"));
  auto reading = store.reading();
  const auto kept = vault::database(reading).value<std::string>(
      "SELECT result FROM operation WHERE id = 'sale-1'");
  CHECK(!has(kept.value(), "布洛芬"));
}

}  // namespace pharmacy::test
