// Who bought special drugs, for those who may know: sealed for everybody else, in no page of the
// store, no log and no result in the clear.
#include <doctest/doctest.h>

#include <chrono>

#include "db/page_seal.h"
#include "member/member.h"
#include "pharmacy/approval.h"
#include "pharmacy/audit.h"
#include "pharmacy/complaint_erasure.h"
#include "pharmacy/points.h"
#include "pharmacy/rights.h"
#include "pharmacy/special.h"
#include "report/report.h"
#include "support/errors.h"
#include "support/run.h"
#include "support/vault.h"
#include "vault/access.h"
#include "visit/visit.h"
#include "visits/special/identity.h"
#include "visits/special_store.h"

using namespace pharmacy;
using test::code_of;
using test::id_card;
using test::run;
using test::SpecialStore;

namespace {

constexpr Period march{Date{std::chrono::year{2026} / 3 / 1},
                       Date{std::chrono::year{2026} / 3 / 31}};

// All pages as SQLite knows them, once the log is empty.
std::string all_pages(test::TestStore& t) {
  t.close();
  const test::KeyringInHand hand{t};
  test::empty_log(hand);
  const std::string file = test::bytes_of(hand.place.database());
  const auto keys = hand.keys();
  std::string pages;
  for (std::uint32_t number = 1; number <= file.size() / db::page_size; ++number) {
    const test::Page page = test::opened_page(keys, number, file);
    pages.append(page.begin(), page.end());
  }
  t.reopen();
  return pages;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the register has what the law asks for, and who has the key reads the buyer") {
  SpecialStore t;
  NewSale sale = t.sale({"E=2#B7", "A=1"}, {.member = 1, .number = id_card(1)});
  const ReceiptId id = t.sell(sale);
  t.take_back(
      {.receipt = id, .items = {{.line = 1, .quantity = Quantity{1000}}}, .reason = "quality"});
  auto reading = t.reading();
  const auto sales = special_register(reading, march);
  REQUIRE(sales.size() == 1);
  const SpecialSale& one = sales[0];
  CHECK(one.name == "氨酚伪麻那敏片");
  CHECK(one.strength == "24 片");
  CHECK(one.maker == "某药厂");
  CHECK(one.batch == "B7");
  CHECK(one.quantity == Quantity{2000});
  CHECK(one.returned == Quantity{1000});
  CHECK(one.record == BuyerRecord::opened);
  CHECK(one.buyer == "赵敏");
  CHECK(one.document == IdDocument::id_card);
  CHECK(one.number == id_card(1));
  CHECK(one.member == MemberId{1});
  CHECK(one.staff == "wangli");
  CHECK(special_register(reading, {march.from, march.from}).empty());
}

TEST_CASE("a clerk sells and cannot look, and an auditor looks, and the buyers are sealed") {
  SpecialStore t;
  {
    Store clerk = t.let_in(Role::clerk);
    {
      auto tx = clerk.begin({.id = new_operation_id(), .request = "sale"});
      add_sale(tx, t.sale({"E=1"}, {.number = id_card(1)}));
      tx.commit();
    }
    CHECK(code_of([&] {
            clerk.view([](Reading& reading) { special_register(reading, march); });
          }) == Errc::not_permitted);
  }
  Store auditor = t.let_in(Role::auditor);
  std::vector<SpecialSale> sales;
  auditor.view([&](Reading& reading) { sales = special_register(reading, march); });
  REQUIRE(sales.size() == 1);
  CHECK(sales[0].record == BuyerRecord::sealed);
  CHECK_FALSE(sales[0].buyer.has_value());
  CHECK_FALSE(sales[0].number.has_value());
}

TEST_CASE("a record that is moved to another sale, or made by hand, is told from what was sealed") {
  SpecialStore t;
  t.sell_special({"E=1"}, {.number = id_card(1)});
  t.sell_special({"E=1"}, {.number = id_card(2)});
  t.sell_special({"E=1"}, {.number = id_card(3)});
  auto tx = t.begin();
  auto& db = vault::database(tx);
  CHECK_THROWS(db.run("UPDATE special_buyer SET receipt = 9 WHERE receipt = 2"));
  CHECK_THROWS(db.run("DELETE FROM special_buyer"));
  db.run("DROP TRIGGER special_buyer_is_fixed");
  db.run(
      "UPDATE special_buyer SET sealed = (SELECT sealed FROM special_buyer WHERE receipt = 1)"
      " WHERE receipt = 2");
  db.run("UPDATE special_buyer SET sealed = randomblob(560) WHERE receipt = 3");
  const auto sales = special_register(tx, march);
  REQUIRE(sales.size() == 3);
  CHECK(sales[0].record == BuyerRecord::opened);
  CHECK(sales[1].record == BuyerRecord::damaged);
  CHECK(sales[2].record == BuyerRecord::damaged);
  CHECK_FALSE(sales[1].number.has_value());
}

TEST_CASE("what is sealed is read back, and nothing but what is written") {
  const visits::SealedBuyer buyer{.receipt = ReceiptId{17},
                                  .name = "赵敏",
                                  .document = IdDocument::id_card,
                                  .number = id_card(1)};
  const std::string text = visits::written(buyer);
  CHECK(text.size() == 512);
  CHECK(text.starts_with("pharmacy-buyer-1\nreceipt=17\nname=赵敏\ndocument=id_card\nnumber="));
  REQUIRE(visits::read_buyer(text).has_value());
  CHECK(visits::read_buyer(text)->number == id_card(1));
  for (std::size_t i = 0; i < text.size(); i += 7) {
    std::string other = text;
    other[i] = '=';
    if (other == text) continue;
    const auto read = visits::read_buyer(other);
    if (read) CHECK(visits::written(*read) == other);
  }
  CHECK_FALSE(visits::read_buyer(text.substr(0, 511)).has_value());
  CHECK_FALSE(visits::read_buyer("").has_value());
}

TEST_CASE(
    "the number of a buyer is in no page in the clear, and a remark of a member is found there") {
  SpecialStore t;
  const std::string number = id_card(123);
  const std::string name = "买药的张三丰";
  CHECK(run(cli::define_visit, t,
            {"buy", "M1", "E=1", "--buyer", name, "--id-number", number, "--op", "sale-1"})
            .status == 0);
  // Once more, whose result is printed again; and one that is refused, which is logged.
  const auto again = run(cli::define_visit, t,
                         {"buy", "M1", "E=1", "--buyer", name, "--id-number", number, "--op",
                          "sale-1", "--format", "json"});
  CHECK(again.status == 0);
  CHECK_FALSE(has(again.out + again.err, number));
  const auto refused =
      run(cli::define_visit, t, {"buy", "M2", "E=2", "--buyer", name, "--id-number", number});
  CHECK(refused.status == 3);
  CHECK_FALSE(has(refused.err, number));
  const auto piped =
      run(cli::define_visit, t, {"buy", "-", "E=1", "--buyer", name, "--id-number", "-"},
          {.in = number + "\n"});
  CHECK(piped.status == 0);
  const auto looked = run(cli::report, t, {"special", "2026-03", "--format", "csv"});
  CHECK(has(looked.out, number));  // the control of all these
  CHECK(run(cli::member, t, {"edit", "M1", "--note", "canary" + number}).status == 0);

  const std::string pages = all_pages(t);
  CHECK(has(pages, "canary" + number));
  std::size_t found = 0;
  for (auto at = pages.find(number); at != std::string::npos; at = pages.find(number, at + 1)) {
    if (pages.substr(at - 6, 6) != "canary") ++found;
  }
  CHECK(found == 0);
  CHECK_FALSE(has(pages, name));
}

TEST_CASE("looking at the register is logged with the members it shows") {
  SpecialStore t;
  t.sell_special({"E=1"}, {.member = 3, .number = id_card(1)});
  CHECK(run(cli::report, t, {"special", "2026-03"}).status == 0);
  auto reading = t.reading();
  const auto entries = list_accesses(reading, {.member = MemberId{3}});
  const auto looked = std::ranges::find(entries, "report special", &AccessEntry::command);
  REQUIRE(looked != entries.end());
  CHECK(has(looked->detail.value_or(""), "special register 2026-03-01..2026-03-31, buyers 1"));
  const auto of_another = list_accesses(reading, {.member = MemberId{4}});
  CHECK(std::ranges::find(of_another, "report special", &AccessEntry::command) == of_another.end());
}

TEST_CASE("unusual buying is listed by household and by document") {
  SpecialStore t{"2026-04-01"};
  t.live_together(2, 3);
  const auto sell = [&t](const char* day, std::optional<std::int64_t> member, int card, int packs) {
    t.set_day(day);
    t.sell_special({"E=" + std::to_string(packs)}, {.member = member, .number = id_card(card)});
  };
  sell("2026-04-01", 2, 1, 1);
  sell("2026-04-02", {}, 5, 1);
  sell("2026-04-05", 4, 6, 1);
  sell("2026-04-10", 3, 2, 1);
  sell("2026-04-11", {}, 5, 1);
  sell("2026-04-15", 4, 6, 1);
  sell("2026-04-20", 2, 1, 2);
  sell("2026-04-21", {}, 5, 1);
  sell("2026-04-29", {}, 5, 1);
  auto reading = t.reading();
  const Period april{Date{std::chrono::year{2026} / 4 / 1}, Date{std::chrono::year{2026} / 4 / 30}};
  const auto found = unusual_buying(reading, april);
  REQUIRE(found.size() == 2);
  CHECK(found[0].purchases == 4);
  CHECK_FALSE(found[0].member.has_value());
  CHECK(found[0].packs == Quantity{4000});
  CHECK(found[1].purchases == 3);
  CHECK(found[1].packs == Quantity{4000});
  CHECK(found[1].household == HouseholdId{1});
  CHECK(found[1].to == Date{std::chrono::year{2026} / 4 / 20});
  CHECK(unusual_buying(reading, {april.from, parse_date("2026-04-19").value()}).empty());
}

TEST_CASE("whoever was erased stays in the register by her document alone, and that is told") {
  SpecialStore t{"2026-04-01"};
  for (const char* day : {"2026-04-01", "2026-04-10"}) {
    t.set_day(day);
    t.sell_special({"E=1"}, {.member = 2, .number = id_card(2)});
    t.sell_special({"E=1"}, {.member = 3, .number = id_card(3)});
  }
  for (const std::int64_t number : {2, 3}) {
    auto tx = t.begin();
    const ErasurePlan plan = plan_erasure(tx, MemberId{number});
    const auto line =
        std::ranges::find(plan.lines, PersonalRecord::special_buyers, &ErasureLine::record);
    REQUIRE(line != plan.lines.end());
    CHECK(line->held == 2);
    CHECK(line->fate == ErasureFate::stays);
    CHECK(line->until == parse_date("2031-04-10"));
    approve_alone(tx, Approvable::erase_person, test::KeyringInHand::key_of(t), "本人要求");
    erase_member(tx, {.member = MemberId{number},
                      .reason = "本人要求",
                      .empty_purse = forfeit_points,
                      .erase_complaints = erase_complaints_of});
    tx.commit();
  }
  auto reading = t.reading();
  const Period april{Date{std::chrono::year{2026} / 4 / 1}, Date{std::chrono::year{2026} / 4 / 30}};
  const auto sales = special_register(reading, april);
  REQUIRE(sales.size() == 4);
  CHECK_FALSE(sales[0].member.has_value());
  CHECK(sales[0].number == id_card(2));
  CHECK(unusual_buying(reading, april).empty());  // four purchases of nobody are none of one person
}

TEST_CASE("the seller is warned, and sells, and on a terminal she is asked who buys") {
  SpecialStore t{"2026-04-05"};
  for (const char* day : {"2026-04-05", "2026-04-15"}) {
    t.set_day(day);
    t.sell_special({"E=1"}, {.number = id_card(1)});
  }
  t.set_day("2026-04-30");
  const auto sold = run(cli::define_visit, t, {"buy", "-", "E=1"},
                        {.in = "赵敏\n110101199003070010\n" + id_card(1) + "\n", .terminal = true});
  CHECK(sold.status == 0);
  CHECK(has(sold.err, "3 purchases within 30 days"));
  CHECK(has(sold.err, "this is not the number of an ID card"));
  const auto listed = run(cli::report, t, {"special", "2026-04", "--unusual", "--format", "csv"});
  CHECK(has(listed.out, "ephedrine,3,3000,2026-04-05,2026-04-30,,,3\n"));
}

TEST_CASE("nobody is asked for a document where the sale is refused whoever buys") {
  SpecialStore t;
  const auto buy = [&](const std::vector<std::string>& more, std::string typed = "") {
    std::vector<std::string> args{"buy"};
    args.insert(args.end(), more.begin(), more.end());
    return run(cli::define_visit, t, args, {.in = std::move(typed), .terminal = true});
  };
  for (const auto& args : {std::vector<std::string>{"-", "E=3"},
                           {"-", "E", "--channel", "phone"},
                           {"-", "E=3", "--channel", "online"}}) {
    CAPTURE(args[1]);
    const auto refused = buy(args);
    CHECK(refused.status == 3);
    CHECK_FALSE(has(refused.err, "look at the ID card of whoever buys"));
  }
  CHECK(has(buy({"-", "E=3"}).err, "3 packs of compounds with ephedrine in one sale: at most 2"));
  // What she bought before counts too, and at the till the items stay.
  t.sell_special({"E=2"}, {.member = t.member.number(), .number = id_card(1)});
  const auto again = buy({to_string(t.member), "E"});
  CHECK(again.status == 3);
  CHECK_FALSE(has(again.err, "look at the ID card of whoever buys"));
  const auto scanned = buy({to_string(t.member)}, "A\nE\n\n-\n\n");
  CHECK(scanned.status == 0);
  CHECK(has(scanned.err, "at most 2"));
  CHECK_FALSE(has(scanned.err, "number of the ID card"));
  // The control: where nothing speaks against it, she is asked.
  CHECK(has(buy({"-", "E"}, "\n").err, "look at the ID card of whoever buys"));
}

TEST_CASE("at the till a special drug is taken out after a refusal, or sold to somebody else") {
  SpecialStore t;
  t.sell_special({"E=2"}, {.number = id_card(1)});
  const std::string too_many = "E\n\n赵敏\n" + id_card(1) + "\n-\n";  // back to the items
  const auto without =
      run(cli::define_visit, t, {"buy", "-"}, {.in = "A\n" + too_many + "-\n\n", .terminal = true});
  CHECK(has(without.err, "at most 2"));
  CHECK(without.status == 0);
  const auto another = run(cli::define_visit, t, {"buy", "-"},
                           {.in = too_many + "\n钱进\n" + id_card(2) + "\n", .terminal = true});
  CHECK(another.status == 0);
  auto reading = t.reading();
  const auto sales = special_register(reading, march);
  REQUIRE(sales.size() == 2);
  CHECK(sales[1].buyer == "钱进");
  CHECK(get_receipt(reading, ReceiptId{2}).lines.size() == 1);
}

TEST_CASE("whoever has the data key and the files finds a document by trying: how fast") {
  SpecialStore t;
  t.sell_special({"E=1"}, {.number = id_card(777)});
  auto tx = t.begin();
  auto& db = vault::database(tx);
  const auto stored = db.value<db::Bytes>("SELECT tag FROM special_buyer").value();
  const auto key = visits::document_tag_key(db);
  // A region, a day of birth and a sex known, 500 are left; here a day and a region, 100 times.
  constexpr int rounds = 100;
  int found = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int round = 0; round < rounds; ++round) {
    for (int n = 0; n < 1000; ++n) {
      if (visits::document_tag(key, IdDocument::id_card, id_card(n)) == stored) ++found;
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  MESSAGE("tried " << (rounds * 1000) << " numbers in " << took.count() << " s");
  CHECK(found == rounds);
}
