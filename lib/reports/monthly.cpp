// The report of a month, or of any other period.
#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "pharmacy/audit.h"
#include "pharmacy/error.h"
#include "pharmacy/reports.h"
#include "reports/figures.h"
#include "vault/access.h"
#include "vault/permissions.h"

namespace pharmacy {

namespace {

constexpr std::int64_t longest_days = 3660;
constexpr std::size_t top_count = 10;

// What is copied from the snapshot.
struct PeriodSnapshot {
  std::vector<reports::DaySums> days;
  std::vector<reports::ProductSums> products;
  std::vector<ProductFigures> names;  // of the products that may come first, code and name only
  MemberFigures members;
  PointsFigures points;
  std::optional<std::string> log_anchor;
};

// The products with the most net. The names of all with as much as the tenth are needed, since
// ties are ordered by code.
std::vector<reports::ProductSums> candidates(std::vector<reports::ProductSums> products) {
  std::ranges::sort(products, std::greater{}, &reports::ProductSums::net);
  if (products.size() > top_count) {
    const Money least = products[top_count - 1].net;
    products.erase(std::ranges::find_if(products, [&](const auto& p) { return p.net < least; }),
                   products.end());
  }
  return products;
}

struct ProductName {
  std::string code;
  std::string name;

  static constexpr auto fields() {
    return std::tuple{Field{"code", &ProductName::code}, Field{"name", &ProductName::name}};
  }
};

std::vector<ProductFigures> named(db::Database& database,
                                  const std::vector<reports::ProductSums>& sums) {
  std::vector<ProductFigures> all;
  for (const auto& product : candidates(sums)) {
    auto found =
        *database.row<ProductName>("SELECT code, name FROM product WHERE id = ?1", product.product);
    all.push_back({.code = std::move(found.code),
                   .name = std::move(found.name),
                   .quantity = product.quantity,
                   .net = product.net});
  }
  return all;
}

PeriodSnapshot take(const Store& store, const Period& period) {
  Reading reading = store.read();
  db::Database& database = vault::database(reading);
  PeriodSnapshot snapshot{.days = reports::day_sums(database, period),
                          .products = reports::product_sums(database, period),
                          .names = {},
                          .members = reports::member_figures(database, period),
                          .points = reports::points_figures(database, period),
                          .log_anchor = {}};
  snapshot.names = named(database, snapshot.products);
  if (const auto head = log_head(reading)) snapshot.log_anchor = to_string(*head);
  return snapshot;
}

std::vector<ProductFigures> top(std::vector<ProductFigures> products) {
  std::ranges::sort(products, [](const ProductFigures& a, const ProductFigures& b) {
    return a.net != b.net ? a.net > b.net : a.code < b.code;
  });
  if (products.size() > top_count) products.resize(top_count);
  return products;
}

std::vector<DayFigures> every_day(const std::vector<reports::DaySums>& sums, const Period& period) {
  std::vector<DayFigures> days;
  auto next = sums.begin();
  for (Date day = period.from; day <= period.to; day = day + std::chrono::days{1}) {
    if (next != sums.end() && next->day == day) {
      days.push_back({.day = day, .receipts = next->receipts, .net = next->gross - next->refund});
      ++next;
    } else {
      days.push_back({.day = day, .receipts = 0, .net = Money{0}});
    }
  }
  return days;
}

std::string period_name(const Period& period) {
  const auto first = period.from.ymd();
  const int year = static_cast<int>(first.year());
  const unsigned month = static_cast<unsigned>(first.month());
  const auto spans = [&](int months) {
    return first.day() == std::chrono::day{1} &&
           add_months(period.from, months) - std::chrono::days{1} == period.to;
  };
  if (period.from == period.to) return to_string(period.from);
  if (spans(1)) return fmt::format("{:04}-{:02}", year, month);
  if (spans(3) && month % 3 == 1) return fmt::format("{:04}-Q{}", year, month / 3 + 1);
  if (spans(12) && month == 1) return fmt::format("{:04}", year);
  return to_string(period);
}

}  // namespace

MonthlyReport monthly_report(const Store& store, const Period& period) {
  vault::require(store.impl(), vault::Permission::view_figures);
  if ((period.to - period.from).count() >= longest_days) {
    throw Error(Errc::invalid_input,
                fmt::format(fmt::runtime(_("the period {} is longer than {} days")),
                            to_string(period), longest_days),
                _("ask for ten years at most"));
  }
  auto snapshot = take(store, period);
  return {.period = period_name(period),
          .from = period.from,
          .to = period.to,
          .sales = reports::sales_figures(snapshot.days, snapshot.products),
          .members = snapshot.members,
          .points = snapshot.points,
          .top_products = top(std::move(snapshot.names)),
          .by_day = every_day(snapshot.days, period),
          .log_anchor = snapshot.log_anchor};
}

}  // namespace pharmacy
