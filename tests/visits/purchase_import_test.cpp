#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pharmacy/error.h"
#include "pharmacy/imports.h"
#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

TEST_CASE("rows with one receipt number are one receipt, with the time of its first row") {
  Importer i;
  const auto summary = i.run(
      "at,receipt,card,product,quantity,amount\n"
      "2026-01-05 09:30,T1,6001,A,2,56.00\n"
      "2026-01-05 09:20,T2,6002,A,1,28.00\n"
      "2026-01-05 09:31,T1,6001,B,1,5.50\n");
  CHECK(i.receipts() == Lines{"sale 6002 2026-01-05T09:20:00 2800 / A 1000 2800",
                              "sale 6001 2026-01-05T09:30:00 6150 / A 2000 5600 / B 1000 550"});
  CHECK(i.rows("SELECT reference FROM receipt ORDER BY id") == Lines{"T2", "T1"});
  CHECK(summary.rows == 3);
  CHECK(summary.added == 3);
  CHECK(summary.sales == 2);
  CHECK(summary.members_created == 2);
  CHECK(summary.products_created == 2);
  CHECK(summary.net == Money{8950});
}

TEST_CASE("without numbers, the rows of one card and one local day are one receipt") {
  Importer i;
  // 15:59Z and 16:00Z are two days in Shanghai.
  i.run(
      "at,card,product,quantity,amount\n"
      "2026-01-05T15:59:00Z,6001,A,1,1\n"
      "2026-01-05T16:00:00Z,6001,A,1,2\n"
      "2026-01-06T09:00:00+08:00,6001,B,1,4\n"
      "2026-01-06T09:00:00,6002,B,1,8\n");
  CHECK(i.receipts() == Lines{"sale 6001 2026-01-05T23:59:00 100 / A 1000 100",
                              "sale 6001 2026-01-06T00:00:00 600 / A 1000 200 / B 1000 400",
                              "sale 6002 2026-01-06T09:00:00 800 / B 1000 800"});
}

TEST_CASE("without a card or a number each row is its own, a sale to a non-member") {
  Importer i;
  const auto summary = i.run(
      "at,card,product,quantity,amount\n"
      "2026-01-05,,A,1,1\n2026-01-05,,A,1,1\n2026-01-05,6001,A,1,1\n");
  CHECK(summary.sales == 3);
  CHECK(summary.anonymous == 2);
  CHECK(i.rows("SELECT count(*) FROM receipt WHERE member IS NULL") == Lines{"2"});
}

TEST_CASE("a member that is made has a card, no name, and joined when first seen") {
  Importer i;
  i.run("at,card,product,quantity,amount\n2026-01-07,6001,A,1,1\n2025-12-31,6001,A,1,1\n");
  CHECK(i.rows("SELECT m.name, c.number, date(m.joined * 86400, 'unixepoch') FROM member m"
               " JOIN card c ON c.member = m.id") == Lines{"- 6001 2025-12-31"});
}

TEST_CASE("without being told to make them, unknown cards and products are rejected") {
  Importer i;
  i.options.create_members = false;
  i.options.create_products = false;
  const auto plan = i.plan("at,card,product,quantity,amount\n2026-01-05,6001,A,1,1\n");
  CHECK(test::rejects(plan) ==
        Lines{"2 card, product: card: no member has the card 6001; --create-members makes one; "
              "product: no product has the code A; --create-products makes one"});
  CHECK_THROWS_AS(i.run("at,product,quantity,amount\n2026-01-05,A,1,1\n"), Error);
  CHECK(i.rows("SELECT count(*) FROM import_batch") == Lines{"0"});
}

TEST_CASE("details of a row are kept, and payments summed by kind") {
  Importer i;
  i.run(
      "at,receipt,card,product,quantity,unit_price,amount,list_amount,payment,channel,batch,"
      "expiry,days_supply,staff\n"
      "2026-01-05,T1,6001,A,2,28.00,50.00,56.00,微信支付,线上,B2291,2027年5月,30,李娜\n"
      "2026-01-05,T1,6001,B,1,5.00,5.00,,现金,,,,,\n"
      "2026-01-05,T1,6001,C,1,1.00,1.00,,WeChat,,,,,\n");
  CHECK(i.rows("SELECT amount, discount, channel, staff_name FROM receipt") ==
        Lines{"5600 600 online 李娜"});
  CHECK(i.rows("SELECT unit_price, amount, list_amount, batch, expiry = julianday('2027-05-31') -"
               " julianday('1970-01-01'), days_supply FROM line ORDER BY line") ==
        Lines{"280000 5000 5600 B2291 1 30", "50000 500 - - - -", "10000 100 - - - -"});
  CHECK(i.rows("SELECT kind, amount FROM payment ORDER BY kind") ==
        Lines{"cash 500", "wechat 5100"});
}

TEST_CASE("imported sales earn nothing unless asked, then by the day they happened") {
  const std::string csv =
      "at,receipt,card,product,quantity,amount,payment\n"
      "2026-01-05,T1,6001,A,2,56.00,cash\n"    // 56 points
      "2026-01-06,T2,6001,A,-1,-28.00,cash\n"  // takes 28 of them back
      "2026-01-07,T3,6001,A,1,28.00,医保\n"    // insurance earns nothing
      "2023-01-07,T4,6001,A,1,28.00,cash\n";   // ended with 2024
  Importer without;
  CHECK(without.run(csv).points == Points{0});
  CHECK(without.rows("SELECT count(*) FROM points_lot") == Lines{"0"});

  Importer i;
  i.options.earn = true;
  const auto plan_and_run = [&] {
    auto plan = i.plan(csv);
    auto tx = i.t.begin();
    const auto summary = run_import(tx, plan);
    tx.commit();
    CHECK(test::notices(plan) == Lines{"points_ended 5 1"});  // and nobody wonders why
    return summary;
  };
  CHECK(plan_and_run().points == Points{56});
  CHECK(i.rows("SELECT l.points, date(l.earned_on * 86400, 'unixepoch'),"
               " date(l.expires_on * 86400, 'unixepoch') FROM points_lot l") ==
        Lines{"56 2026-01-05 2027-12-31"});
  CHECK(i.rows("SELECT kind, points FROM points_debit") == Lines{"revoke 28"});
}

TEST_CASE("a till's export in Chinese, with words after the date, is read without a map") {
  Importer i;
  i.options.at_format = "%Y-%m-%d*";
  i.options.keep_good = true;
  const std::string csv =
      "\xEF\xBB\xBF购药时间,社保卡号,商品编码,商品名称,销售数量,应收金额,实收金额\r\n"
      "2018-01-01 星期五,001616528,236701,强力VC银翘片,6,82.8,69\r\n"
      "2018-01-02 星期六,001616528,236701,清热解毒口服液,1,28,28\r\n"
      "2018-02-29 星期四,0010073966,861405,苯磺酸氨氯地平片,1,30,30\r\n"
      "2018-01-19 星期二,001616528,236701,强力VC银翘片,-2,-27.6,-23\r\n"
      ",,,,,,\r\n"
      "2018-01-20 星期三,001616528,236701,\"强力VC\r\n银翘片\",1,13.8,11.5\r\n";
  const auto plan = i.plan(csv);
  CHECK(test::rejects(plan) ==
        Lines{"4 购药时间: 2018-02-29 星期四 is not a date or time of the form %Y-%m-%d*"});
  CHECK(test::notices(plan) == Lines{"several_names 236701 2"});
  CHECK(rejected_csv(plan) ==
        "\xEF\xBB\xBF购药时间,社保卡号,商品编码,商品名称,销售数量,应收金额,实收金额,line,column,"
        "error\n"
        "2018-02-29 星期四,0010073966,861405,苯磺酸氨氯地平片,1,30,30,4,购药时间,"
        "2018-02-29 星期四 is not a date or time of the form %Y-%m-%d*\n");
  const auto summary = i.run(csv);
  CHECK(summary.blank == 1);
  CHECK(summary.rejected == 1);
  CHECK(i.receipts() == Lines{"sale 001616528 2018-01-01T00:00:00 6900 / 236701 6000 6900",
                              "sale 001616528 2018-01-02T00:00:00 2800 / 236701 1000 2800",
                              "refund 001616528 2018-01-19T00:00:00 2300 / 236701 2000 2300>1.1",
                              "sale 001616528 2018-01-20T00:00:00 1150 / 236701 1000 1150"});
}

TEST_CASE("an import that has no column for any amount says so, and lists the columns once") {
  Importer i;
  CHECK(
      test::plan_faults(i, "at,quantity,折扣\n2026-01-05,1,1\n", Errc::bad_data) ==
      Lines{"no column is known for the field product / say which one it is with --map "
            "product=HEADER, or --set product=VALUE for all rows",
            "no column is known for any of the fields unit_price, amount, list_amount / say which "
            "one it is with --map unit_price=HEADER; the columns are: at, quantity, 折扣"});
}

TEST_CASE("a rate or a price of a unit is not taken for an amount") {
  Importer i;
  i.run(
      "at,product,数量,金额,原价,折扣,优惠\n"
      "2026-01-05,A,2,50.00,28.00,9.5,0.95\n");
  CHECK(i.rows("SELECT amount, list_amount FROM line") == Lines{"5000 -"});
}

TEST_CASE("a format that no date can match is wrong usage, whatever the file has") {
  Importer i;
  i.options.at_format = "%Q";
  CHECK(
      test::plan_faults(i, "at,product,quantity,amount\n2026-01-05,A,1,1\n", Errc::invalid_input) ==
      Lines{"no date can be read by the format '%Q' / write it as in strptime(3), with a year: "
            "'%Y/%m/%d %H:%M'; a * at the end ignores the rest"});
}

TEST_CASE("remarks hold for rows that are taken, and count them all") {
  Importer i;
  i.options.keep_good = true;
  const std::string csv =
      "at,receipt,product,quantity,unit_price,amount\n"
      "2026-01-05,T1,A,1,28.00,27.001\n"
      "2026-01-05,T1,B,1,28.00,27.001\n"
      "2026-01-05,T2,A,1,28.00,27.001\n"
      "2026-01-05,T2,A,?,28.00,27.001\n";
  CHECK(test::notices(i.plan(csv)) == Lines{"rounded 2 2", "amount_differs 2 2"});
  i.run(csv);
  CHECK(test::notices(i.plan(csv)).empty());  // all are there
}

TEST_CASE("the store is looked at again when the plan runs") {
  Importer i;
  const std::string csv = "at,receipt,card,product,quantity,amount\n2026-01-05,T1,6001,A,1,1\n";
  auto early = i.plan(csv);
  CHECK(i.run(csv).added == 1);
  auto tx = i.t.begin();
  const auto late = run_import(tx, early);
  CHECK(late.added == 0);
  CHECK(late.already == 1);
  tx.commit();
  CHECK(i.rows("SELECT count(*) FROM receipt") == Lines{"1"});
}
