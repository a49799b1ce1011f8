#include <doctest/doctest.h>

#include "pharmacy/reports.h"
#include "reports/ledger.h"

using namespace pharmacy;
using namespace pharmacy::test;

namespace {

const Date today{std::chrono::year{2026} / 10 / 31};

ReceiptRow sale(std::int64_t id, std::int64_t fen) {
  return {.id = id, .day = today, .lines = {{.product = 1, .quantity = 1000, .amount = fen}}};
}
ReceiptRow refund(std::int64_t id, std::int64_t fen) {
  auto receipt = sale(id, fen);
  receipt.kind = ReceiptKind::refund;
  return receipt;
}

// key, receipts, paid, paid back
using ExpectedPart = std::tuple<std::string, std::int64_t, std::int64_t, std::int64_t>;
void check(const std::vector<TakingsFigures>& actual, const std::vector<ExpectedPart>& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    const auto& [key, receipts, paid, paid_back] = expected[i];
    CHECK(actual[i].key == key);
    CHECK(actual[i].receipts == receipts);
    CHECK(actual[i].paid == Money{paid});
    CHECK(actual[i].paid_back == Money{paid_back});
    CHECK(actual[i].net == Money{paid - paid_back});
  }
}

}  // namespace

TEST_CASE("a day's takings add up by payment and by staff") {
  TestStore store{"2026-10-31"};
  auto mixed = sale(1, 5000);
  mixed.payments = {{PaymentKind::wechat, 3000}, {PaymentKind::cash, 2000}};
  auto insured = sale(2, 1234);
  insured.payments = {{PaymentKind::insurance_personal, 1234}};
  insured.staff_name = "李娜";
  auto back = refund(3, 1000);
  back.payments = {{PaymentKind::wechat, 1000}};
  back.reason = "quality";
  auto earlier = sale(4, 99);
  earlier.day = today - std::chrono::days{1};
  put(store, {.products = 1, .receipts = {mixed, insured, back, earlier}});

  const auto report = daily_report(store.store(), today);
  CHECK(report.sales.gross == Money{6234});
  CHECK(report.sales.net == Money{5234});
  check(report.by_payment,
        {{"cash", 1, 2000, 0}, {"wechat", 1, 3000, 1000}, {"insurance_personal", 1, 1234, 0}});
  check(report.by_staff, {{"wangli", 1, 5000, 1000}, {"李娜", 1, 1234, 0}});
  REQUIRE(report.refunds.size() == 1);
  CHECK(report.refunds[0].receipt == ReceiptId{3});
  CHECK(report.refunds[0].amount == Money{1000});
  CHECK(report.refunds[0].reason == "quality");
}

TEST_CASE("what has no payment on record is cash") {
  TestStore store{"2026-10-31"};
  auto partly = sale(1, 5000);
  partly.payments = {{PaymentKind::card, 4000}};
  put(store, {.products = 1, .receipts = {partly, sale(2, 300), refund(3, 200)}});
  const auto report = daily_report(store.store(), today);
  check(report.by_payment, {{"cash", 2, 1300, 200}, {"card", 1, 4000, 0}});
}

TEST_CASE("a day without sales has no takings") {
  TestStore store{"2026-10-31"};
  const auto report = daily_report(store.store(), today);
  CHECK(report.by_payment.empty());
  CHECK(report.by_staff.empty());
  CHECK(report.refunds.empty());
  CHECK(report.sales.receipts == 0);
}
