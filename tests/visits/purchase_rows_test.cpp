#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "pharmacy/error.h"
#include "visits/import/cells.h"
#include "visits/import/rows.h"
#include "visits/importer.h"

using namespace pharmacy;
using pharmacy::test::Importer;
using Lines = std::vector<std::string>;

namespace {

// "amount list_amount unit_price" of one row with these cells, and the kinds of its notices; or
// why it is rejected.
std::string amounts(const std::string& cells) {
  Importer i;
  const std::string csv =
      "quantity,unit_price,amount,list_amount,discount,at,product\n" + cells + ",2026-01-05,A\n";
  const auto plan = i.plan(csv);
  if (!plan.rejected().empty()) return test::rejects(plan)[0];
  std::string text;
  for (const auto& notice : plan.notices()) {
    if (notice.kind != "untied_refund") text += ' ' + notice.kind;
  }
  i.run(csv);
  const auto rows = i.rows("SELECT amount, list_amount, unit_price FROM line");
  return (rows.empty() ? "nothing" : rows[0]) + text;
}

}  // namespace

TEST_CASE("the amount of a line is what was paid, however the till writes it") {
  CHECK(amounts("2,28.00,56.00,,") == "5600 - 280000");
  CHECK(amounts("2,28.00,,,") == "5600 - 280000");
  CHECK(amounts("2,28.00,50.00,,") == "5000 - 280000 amount_differs");
  CHECK(amounts("2,28.00,50.00,56.00,") == "5000 5600 280000");
  CHECK(amounts("2,28.00,,,6.00") == "5000 5600 280000");
  CHECK(amounts("2,28.00,50.00,,6.00") == "5000 5600 280000");
  CHECK(amounts("2,,,56.00,6.00") == "5000 5600 -");
  CHECK(amounts("2,,50.00,,") == "5000 - -");
  CHECK(amounts("2,,50.00,56.00,5.00") == "5000 5600 - amount_differs");
  CHECK(amounts("2,,56.00,50.00,") == "5600 5000 - amount_differs");
  CHECK(amounts("２,２８.００,,,") == "5600 - 280000");
  CHECK(amounts("1,0,0.00,,") == "0 - 0");
}

TEST_CASE("an amount may differ from price times quantity by a fen a unit") {
  CHECK(amounts("3,9.33,28.00,,") == "2800 - 93300");
  CHECK(amounts("3,9.33,28.02,,") == "2802 - 93300");
  CHECK(amounts("3,9.33,28.03,,") == "2803 - 93300 amount_differs");
  CHECK(amounts("0.3,0.35,0.10,,") == "10 - 3500");
}

TEST_CASE("prices below a fen are kept, and amounts below one rounded and remarked on") {
  CHECK(amounts("15,0.035,,,") == "53 - 350");
  CHECK(amounts("15,0.0350,0.525,,") == "53 - 350 rounded");
  CHECK(amounts("15,0.0350,0.53000,,") == "53 - 350");
  CHECK(amounts("1,0.001,,,") == "0 - 10");
  CHECK(amounts("3,9.333333333333334,28.00,,") == "2800 - 93333 rounded");
  CHECK(amounts("3,9.333333333333334,,,") ==
        "2 unit_price: 9.333333333333334 has more than 4 decimals");
}

TEST_CASE("refund lines have positive amounts in the store, whatever their signs in the file") {
  CHECK(amounts("-2,28.00,-56.00,,") == "5600 - 280000");
  CHECK(amounts("-2,28.00,,,") == "5600 - 280000");
  CHECK(amounts("-2,28.00,-50.00,-56.00,") == "5000 5600 280000");
  CHECK(amounts("-2,28.00,-50.00,56.00,-6.00") == "5000 5600 280000");
  CHECK(amounts("-2,,56.00,,") == "2 amount: 56.00 is above zero where the quantity is below");
}

TEST_CASE("amounts that contradict the quantity are refused") {
  CHECK(amounts("2,,-56.00,,") == "2 amount: -56.00 is below zero where the quantity is not");
  CHECK(amounts("2,-28.00,,,") == "2 unit_price: -28.00 is a price below zero");
  CHECK(amounts("2,28.00,,,60.00") ==
        "2 discount: the discount 60.00 is more than the amount 56.00");
  CHECK(amounts("0,,5.00,,") == "2 quantity: the quantity is 0 and the amount 5.00");
  CHECK(amounts("2,,,,") == "2 amount: the row has neither an amount nor a price");
  CHECK(amounts("1000000000,100000000,,,") == "2 unit_price: the amount is too large");
}

TEST_CASE("amounts that are bar codes are refused, each on its line") {
  CHECK(amounts("2,,100000000.00,,") == "10000000000 - -");
  CHECK(amounts("2,,100000000.01,,") ==
        "2 amount: 100000000.01 is more than 100000000.00: are these bar codes?");
  CHECK(amounts("2,,6901234567890,,") ==
        "2 amount: 6901234567890 is more than 100000000.00: are these bar codes?");
  CHECK(amounts("2,6901234567890,,,") ==
        "2 unit_price: 6901234567890 is more than 100000000.00: are these bar codes?");
  CHECK(amounts("6901234567890,,1,,") ==
        "2 quantity: 6901234567890 is more than 1000000000: are these bar codes?");
  CHECK(amounts("3,50000000,,,") == "2 amount: the line comes to more than 100000000.00");
  Importer i;
  std::string csv = "at,receipt,product,quantity,amount\n";
  for (int n = 0; n < 10'000; ++n) csv += "2026-01-05,T1,A,1,90000000000000000\n";
  const auto plan = i.plan(csv);
  CHECK(plan.summary().rejected == 10'000);
  CHECK(test::rejects(plan)[0] ==
        "2 amount: 90000000000000000 is more than 100000000.00: are these bar codes?");
}

TEST_CASE("a receipt of more than ten thousand million is refused") {
  Importer i;
  std::string csv = "at,receipt,product,quantity,amount\n";
  for (int n = 0; n < 101; ++n) csv += "2026-01-05,T1,A,1,100000000\n";
  const auto plan = i.plan(csv);
  CHECK(plan.summary().rejected == 101);
  CHECK(test::rejects(plan)[100] == "102 amount: the receipt comes to more than 10000000000.00");
}

TEST_CASE("nothing less than nothing is nothing") {
  CHECK(amounts("1,,-0.00,,") == "0 - -");
  CHECK(amounts("-1,,-0.00,0.00,-0.0") == "0 - -");
}

TEST_CASE("a line of quantity zero is kept beside others and is nothing alone") {
  CHECK(amounts("0,28.00,0,,") == "nothing zero_quantity");
  Importer i;
  const auto summary = i.run(
      "at,receipt,card,product,quantity,amount\n"
      "2026-01-05,T1,6001,A,1,28\n2026-01-05,T1,6001,B,0,0\n2026-01-05,T2,6001,A,0,0\n");
  CHECK(i.receipts() == Lines{"sale 6001 2026-01-05T00:00:00 2800 / A 1000 2800 / B 0 0"});
  CHECK(summary.added == 3);
  CHECK(summary.sales == 1);
}

TEST_CASE("each kind of cell has its own fault") {
  const auto of = [](const std::string& field, const std::string& cell) {
    Importer i;
    i.options.sheet.map = {{field, "mine"}};
    std::string header = "mine";
    std::string row = cell;
    for (const auto& [name, value] : {std::pair<std::string, std::string>{"at", "2026-01-05"},
                                      {"product", "A"},
                                      {"quantity", "1"},
                                      {"amount", "1"}}) {
      if (name == field) continue;
      header += ',' + name;
      row += ',' + value;
    }
    const auto plan = i.plan(header + '\n' + row + '\n');
    return plan.rejected().empty() ? "taken" : plan.rejected()[0].error;
  };
  CHECK(of("at", "2026-02-29") ==
        "2026-02-29 is not a date or time such as 2026-10-31 or 2026-10-31 09:30; say how they "
        "are written with --at-format");
  CHECK(of("at", "2026-03-01 23:59") == "taken");
  CHECK(of("at", "2026-03-02") == "2026-03-02 lies in the future");
  CHECK(of("at", "2026/02/01 9:30") ==
        "2026/02/01 9:30 is not a date or time such as 2026-10-31 or 2026-10-31 09:30; try "
        "--at-format '%Y/%m/%d %H:%M'");
  CHECK(of("at", "0202-03-03") == "0202-03-03 lies before the year 1900");
  CHECK(of("quantity", "\"1,000\"") == "1,000 is not a quantity: a number with at most 3 decimals");
  CHECK(of("quantity", "1.2345") == "1.2345 is not a quantity: a number with at most 3 decimals");
  CHECK(of("quantity", "") == "mine is empty");
  CHECK(of("amount", "\"1,234.50\"") == "1,234.50 has thousands separators: write it without");
  CHECK(of("amount", "28元") == "28元 is not an amount");
  CHECK(of("amount", "2.8e1") == "2.8e1 is not an amount");
  CHECK(of("card", "60 01") == "60 01 is not a card's number: 1 to 64 characters without spaces");
  CHECK(of("card", "６００１") == "taken");
  for (const char* field : {"card", "product", "receipt"}) {
    CHECK(of(field, "6.90123E+12") ==
          "6.90123E+12 is a number that a spreadsheet cut short: export the column as text");
  }
  CHECK(of("product", std::string(65, 'x')) ==
        std::string(39, 'x') + "… is too long, or not a text that can be kept");
  CHECK(of("product", "\"a\nb\"") == "a\uFFFDb is too long, or not a text that can be kept");
  CHECK(of("product_name", "\"a\nb\"") == "taken");
  CHECK(of("payment", "wechta") == "wechta is not a kind of payment: did you mean wechat?");
  CHECK(of("payment", "贝壳") ==
        "贝壳 is not a kind of payment: cash, card, wechat, alipay, insurance_personal, "
        "insurance_pooled, account, coupon, points; leave the column out with --map payment=, or "
        "take one kind for all rows with --set payment=cash");
  CHECK(of("expiry", "2027-02-29") == "2027-02-29 is not a date such as 2027-05-31 or 2027-05");
  CHECK(of("days_supply", "0") == "0 is not a number of days from 1 to 3650");
  CHECK(of("days_supply", "30") == "taken");
  CHECK(of("days_supply", "30.0") == "taken");
  CHECK(of("batch", std::string(65, 'b')) ==
        std::string(39, 'b') + "… is too long, or not a text that can be kept");
}

TEST_CASE("all faults of a row are told, each with its column") {
  Importer i;
  const auto plan = i.plan("at,product,quantity,amount\nx,A,y,1\n");
  CHECK(test::rejects(plan) ==
        Lines{"2 at, quantity: at: x is not a date or time such as 2026-10-31 or 2026-10-31 09:30; "
              "say how they are written with --at-format; quantity: y is not a quantity: a number "
              "with at most 3 decimals"});
}

TEST_CASE("a mark that a till puts before numbers is not part of them") {
  Importer i;
  const std::string head = "at,receipt,card,product,quantity,amount\n";
  CHECK(i.run(head + "2026-01-05,'T1,'6001,'6901,1,1\n2026-01-05,'2,６００１,6901,1,1\n").added ==
        2);
  CHECK(i.rows("SELECT reference FROM receipt ORDER BY id") == Lines{"'T1", "2"});
  CHECK(i.rows("SELECT number FROM card") == Lines{"6001"});
  CHECK(i.rows("SELECT code FROM product") == Lines{"6901"});
  CHECK(i.run(head + "2026-01-05,2,6001,6901,1,1\n").already == 1);
}

TEST_CASE("decimals are rounded half away from zero") {
  const auto count = [](const char* text) {
    const auto parsed = purchases::parse_rounded(text, 2);
    return parsed ? std::to_string(parsed->count) + (parsed->is_rounded ? "~" : "") : "none";
  };
  CHECK(count("1.005") == "101~");
  CHECK(count("-1.005") == "-101~");
  CHECK(count("1.004999") == "100~");
  CHECK(count("-0.004") == "0~");
  CHECK(count("-0.00") == "0");
  CHECK(count("-0") == "0");
  CHECK(count("1.00500") == "101~");
  CHECK(count("11.200000000000001") == "1120~");
  CHECK(count("1.00") == "100");
  CHECK(count("1.00x") == "none");
  CHECK(count("1.0x5") == "none");
  CHECK(count("99999999999999999999.001") == "none");
  CHECK(count("--1.005") == "none");
  CHECK(count("") == "none");
}

TEST_CASE("days of expiry are read in the forms that are printed on packs") {
  const auto day = [](const char* text) {
    const auto date = purchases::parse_expiry(text);
    return date ? to_string(*date) : "none";
  };
  CHECK(day("2027-05-31") == "2027-05-31");
  CHECK(day("20270531") == "2027-05-31");
  CHECK(day("2027/5/3") == "2027-05-03");
  CHECK(day("2027.05.31") == "2027-05-31");
  CHECK(day("2027年5月31日") == "2027-05-31");
  CHECK(day("2027年2月") == "2027-02-28");
  CHECK(day("2028-02") == "2028-02-29");
  CHECK(day("2027-05-31 00:00:00") == "2027-05-31");
  CHECK(day("2027/5/31 0:00") == "2027-05-31");
  CHECK(day("202705") == "2027-05-31");
  CHECK(day("202713") == "none");
  CHECK(day("2027-05-31 09:30:00") == "none");
  CHECK(day("2027") == "none");
  CHECK(day("2027-13") == "none");
  CHECK(day("2027-02-30") == "none");
  CHECK(day("2027-05-31 ok") == "none");
  CHECK(day("2027--05") == "none");
  CHECK(day("05-2027") == "none");
}

TEST_CASE("kinds of payment and channels are known by the words that tills use") {
  using purchases::payment_called;
  CHECK(payment_called("现金") == PaymentKind::cash);
  CHECK(payment_called("微信支付") == PaymentKind::wechat);
  CHECK(payment_called("支付宝") == PaymentKind::alipay);
  CHECK(payment_called("银行卡") == PaymentKind::card);
  CHECK(payment_called("医保") == PaymentKind::insurance_personal);
  CHECK(payment_called("职工医保") == PaymentKind::insurance_personal);
  CHECK(payment_called("医保统筹") == PaymentKind::insurance_pooled);
  CHECK(payment_called("云闪付") == PaymentKind::card);
  CHECK(payment_called("数字人民币") == PaymentKind::card);
  CHECK(payment_called("储值卡") == PaymentKind::coupon);
  CHECK(payment_called("POS机") == PaymentKind::card);
  CHECK(payment_called("Insurance_Pooled") == PaymentKind::insurance_pooled);
  CHECK(payment_called("ＣＡＳＨ") == PaymentKind::cash);
  CHECK_FALSE(payment_called("").has_value());
  CHECK_FALSE(payment_called("现金支").has_value());
  CHECK(purchases::channel_called("小程序") == "online");
  CHECK(purchases::channel_called("美团") == "美团");
}

TEST_CASE("no header is known for two fields of purchases") {
  std::vector<std::string> all;
  for (const auto& field : purchase_import_fields()) {
    all.push_back(field.name);
    all.insert(all.end(), field.headers.begin(), field.headers.end());
  }
  std::sort(all.begin(), all.end());
  CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}
