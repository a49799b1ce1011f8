#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>

#include "pharmacy/error.h"
#include "pharmacy/reports.h"
#include "reports/ledger.h"

using namespace pharmacy;
using namespace pharmacy::test;

namespace {

Date day(int year, unsigned month, unsigned of_month) {
  return Date{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(of_month)};
}

Period october() { return {day(2026, 10, 1), day(2026, 10, 31)}; }

// A few months of sales, refunds and gifts around October 2026.
Ledger random_ledger(unsigned seed) {
  std::mt19937 random{seed};
  const auto below = [&](unsigned n) { return static_cast<std::int64_t>(random() % n); };
  const auto some_day = [&] { return day(2026, 8, 1) + std::chrono::days{below(120)}; };
  Ledger ledger{.products = 14};
  for (std::int64_t id = 1; id <= 40; ++id) {
    const std::string status = below(10) == 0 ? "merged" : below(10) == 0 ? "erased" : "active";
    ledger.members.push_back({.id = id, .joined = some_day(), .status = status});
  }
  for (std::int64_t id = 1; id <= 300; ++id) {
    ReceiptRow receipt{.id = id, .day = some_day()};
    receipt.kind = below(6) == 0 ? ReceiptKind::refund : ReceiptKind::sale;
    if (below(4) != 0) receipt.member = 1 + below(40);
    for (auto n = 1 + below(4); n > 0; --n) {
      const auto quantity = below(8) == 0 ? 0 : 500 * (1 + below(6));
      const auto amount = quantity == 0 || below(9) == 0 ? 0 : 100 * below(50);
      receipt.lines.push_back({.product = 1 + below(14), .quantity = quantity, .amount = amount});
    }
    ledger.receipts.push_back(receipt);
  }
  return ledger;
}

struct Expected {
  SalesFigures sales{};
  MemberFigures members{};
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> products;  // quantity, net
  std::map<Date, std::pair<std::int64_t, std::int64_t>> days;              // receipts, net
};

void expect_members(const Ledger& ledger, const Period& period, Expected& expected) {
  for (const auto& member : ledger.members) {
    if (member.status == "merged" || member.status == "erased") continue;
    if (member.joined <= period.to) ++expected.members.total;
    if (period.contains(member.joined)) ++expected.members.joined;
  }
  std::map<std::int64_t, Date> first;
  std::set<std::int64_t> buying;
  std::set<std::pair<std::int64_t, Date>> visits;
  for (const auto& receipt : ledger.receipts) {
    if (!receipt.is_purchase() || !receipt.member) continue;
    const auto [at, added] = first.try_emplace(*receipt.member, receipt.day);
    if (!added) at->second = std::min(at->second, receipt.day);
    if (!period.contains(receipt.day)) continue;
    buying.insert(*receipt.member);
    visits.insert({*receipt.member, receipt.day});
  }
  expected.members.buying = static_cast<std::int64_t>(buying.size());
  expected.members.visit_days = static_cast<std::int64_t>(visits.size());
  for (const auto& [member, bought] : first) {
    if (period.contains(bought)) ++expected.members.new_buyers;
  }
}

Expected expect(const Ledger& ledger, const Period& period) {
  Expected expected;
  auto& sales = expected.sales;
  for (const auto& receipt : ledger.receipts) {
    if (!period.contains(receipt.day)) continue;
    const bool is_sale = receipt.kind == ReceiptKind::sale;
    const std::int64_t sign = is_sale ? 1 : -1;
    sales.receipts += receipt.is_purchase() ? 1 : 0;
    sales.refund_receipts += is_sale ? 0 : 1;
    auto& of_day = expected.days[receipt.day];
    of_day.first += receipt.is_purchase() ? 1 : 0;
    for (const auto& line : receipt.lines) {
      (is_sale ? sales.gross : sales.refund) += Money{line.amount};
      of_day.second += sign * line.amount;
      if (line.quantity == 0 && line.amount == 0) continue;
      sales.lines += is_sale ? 1 : 0;
      auto& product = expected.products[line.product];
      product.first += sign * line.quantity;
      product.second += sign * line.amount;
    }
  }
  sales.net = sales.gross - sales.refund;
  if (sales.receipts > 0) {
    sales.average_receipt =
        Money{(2 * sales.gross.count() + sales.receipts) / (2 * sales.receipts)};
  }
  expect_members(ledger, period, expected);
  return expected;
}

template <class Row>
void check_same(const Row& actual, const Row& expected) {
  std::apply(
      [&](const auto&... field) {
        (
            [&] {
              INFO(field.name);
              CHECK((actual.*(field.member) == expected.*(field.member)));
            }(),
            ...);
      },
      Row::fields());
}

void check_products(const MonthlyReport& report, const Expected& expected) {
  std::vector<ProductFigures> all;
  for (const auto& [id, sums] : expected.products) {
    all.push_back({.code = product_code(id),
                   .name = product_name(id),
                   .quantity = Quantity{sums.first},
                   .net = Money{sums.second}});
  }
  std::ranges::sort(all, {}, &ProductFigures::code);
  std::ranges::stable_sort(all, std::greater{}, &ProductFigures::net);
  REQUIRE(report.top_products.size() == std::min<std::size_t>(all.size(), 10));
  for (std::size_t i = 0; i < report.top_products.size(); ++i) {
    check_same(report.top_products[i], all[i]);
  }
}

void check_days(const MonthlyReport& report, const Period& period, Expected& expected) {
  REQUIRE(report.by_day.size() == static_cast<std::size_t>((period.to - period.from).count()) + 1);
  Date next = period.from;
  for (const auto& figures : report.by_day) {
    const auto& [receipts, net] = expected.days[next];
    check_same(figures, DayFigures{.day = next, .receipts = receipts, .net = Money{net}});
    next = next + std::chrono::days{1};
  }
}

}  // namespace

TEST_CASE("a report agrees with plain sums over the rows") {
  for (const unsigned seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    TestStore store{"2026-12-01"};
    const auto ledger = random_ledger(seed);
    put(store, ledger);
    const Period periods[] = {october(),
                              {day(2026, 8, 1), day(2026, 12, 31)},
                              {day(2026, 10, 8), day(2026, 10, 8)},
                              {day(2026, 9, 28), day(2026, 10, 4)}};
    for (const auto& period : periods) {
      CAPTURE(to_string(period));
      const auto report = monthly_report(store.store(), period);
      auto expected = expect(ledger, period);
      check_same(report.sales, expected.sales);
      check_same(report.members, expected.members);
      check_products(report, expected);
      check_days(report, period, expected);
    }
  }
}

TEST_CASE("an empty month has every day, no average and no products") {
  TestStore store{"2026-11-01"};
  const auto report = monthly_report(store.store(), october());
  CHECK(report.period == "2026-10");
  CHECK(report.by_day.size() == 31);
  CHECK(report.top_products.empty());
  CHECK(report.sales.receipts == 0);
  CHECK_FALSE(report.sales.average_receipt.has_value());
}

TEST_CASE("a sale of nothing is no purchase, and a gift is one") {
  TestStore store{"2026-11-01"};
  const LineRow nothing{.product = 1, .quantity = 0, .amount = 0};
  const LineRow gift{.product = 1, .quantity = 1000, .amount = 0};
  put(store,
      {.members = {{.id = 1, .joined = day(2026, 9, 1)}, {.id = 2, .joined = day(2026, 9, 1)}},
       .products = 1,
       .receipts = {{.id = 1, .member = 1, .day = day(2026, 9, 2), .lines = {nothing}},
                    {.id = 2, .member = 1, .day = day(2026, 10, 2), .lines = {gift}},
                    {.id = 3, .member = 2, .day = day(2026, 10, 3), .lines = {nothing}}}});
  const auto report = monthly_report(store.store(), october());
  CHECK(report.sales.receipts == 1);
  CHECK(report.sales.lines == 1);
  CHECK(report.members.buying == 1);
  CHECK(report.members.visit_days == 1);
  CHECK(report.members.new_buyers == 1);  // that of September was none
  CHECK(report.sales.average_receipt == Money{0});
}

TEST_CASE("the average receipt is rounded half away from zero") {
  TestStore store{"2026-11-01"};
  const auto sale = [](std::int64_t id, std::int64_t fen) {
    return ReceiptRow{.id = id,
                      .day = day(2026, 10, 1),
                      .lines = {{.product = 1, .quantity = 1000, .amount = fen}}};
  };
  put(store, {.products = 1, .receipts = {sale(1, 100), sale(2, 101)}});
  CHECK(monthly_report(store.store(), october()).sales.average_receipt == Money{101});
}

TEST_CASE("products of equal net are ordered by code, also across the tenth place") {
  TestStore store{"2026-11-01"};
  Ledger ledger{.products = 14};
  for (std::int64_t product = 14; product >= 1; --product) {
    ledger.receipts.push_back({.id = 15 - product,
                               .day = day(2026, 10, 1),
                               .lines = {{.product = product, .quantity = 1000, .amount = 500}}});
  }
  put(store, ledger);
  const auto report = monthly_report(store.store(), october());
  REQUIRE(report.top_products.size() == 10);
  CHECK(report.top_products.front().code == "P01");
  CHECK(report.top_products.back().code == "P10");
}

TEST_CASE("a period goes by its shortest name") {
  TestStore store{"2026-11-01"};
  const auto name = [&](Date from, Date to) {
    return monthly_report(store.store(), {from, to}).period;
  };
  CHECK(name(day(2026, 2, 1), day(2026, 2, 28)) == "2026-02");
  CHECK(name(day(2026, 10, 1), day(2026, 12, 31)) == "2026-Q4");
  CHECK(name(day(2026, 2, 1), day(2026, 4, 30)) == "2026-02-01..2026-04-30");
  CHECK(name(day(2026, 1, 1), day(2026, 12, 31)) == "2026");
  CHECK(name(day(2026, 1, 5), day(2026, 1, 5)) == "2026-01-05");
  CHECK(name(day(2026, 1, 1), day(2026, 1, 30)) == "2026-01-01..2026-01-30");
}

TEST_CASE("a period of more than ten years is refused") {
  TestStore store{"2026-11-01"};
  const Date from = day(2016, 1, 1);
  CHECK_NOTHROW(monthly_report(store.store(), {from, from + std::chrono::days{3659}}));
  CHECK_THROWS_AS(monthly_report(store.store(), {from, from + std::chrono::days{3660}}), Error);
}
