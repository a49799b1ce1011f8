// The sums that several reports share, read from one snapshot.
#pragma once

#include <vector>

#include "db/database.h"
#include "pharmacy/reports.h"
#include "pharmacy/time.h"

namespace pharmacy::reports {

// Sales and refunds of one day.
struct DaySums {
  Date day;
  std::int64_t receipts;
  std::int64_t refund_receipts;
  Money gross;
  Money refund;

  static constexpr auto fields() {
    return std::tuple{Field{"day", &DaySums::day}, Field{"receipts", &DaySums::receipts},
                      Field{"refund_receipts", &DaySums::refund_receipts},
                      Field{"gross", &DaySums::gross}, Field{"refund", &DaySums::refund}};
  }
};

// What was sold and taken back of one product.
struct ProductSums {
  ProductId product;
  std::int64_t lines;  // of sales
  Quantity quantity;
  Money net;

  static constexpr auto fields() {
    return std::tuple{Field{"product", &ProductSums::product}, Field{"lines", &ProductSums::lines},
                      Field{"quantity", &ProductSums::quantity}, Field{"net", &ProductSums::net}};
  }
};

// Only days on which something happened, in order.
std::vector<DaySums> day_sums(db::Database& database, const Period& period);
// Every product of the period's lines, in no order.
std::vector<ProductSums> product_sums(db::Database& database, const Period& period);
// From these two, without the store.
SalesFigures sales_figures(const std::vector<DaySums>& days,
                           const std::vector<ProductSums>& products);

MemberFigures member_figures(db::Database& database, const Period& period);
PointsFigures points_figures(db::Database& database, const Period& period);

}  // namespace pharmacy::reports
