#include "visits/import/points.h"

#include <algorithm>

#include "pharmacy/points.h"
#include "vault/access.h"

namespace pharmacy::purchases {
namespace {

struct Left {
  Money value;     // of the sale
  Money refunded;  // of it, until the refund
  Money eligible;  // what is left of the lines that earn

  static constexpr auto fields() {
    return std::tuple{Field{"value", &Left::value}, Field{"refunded", &Left::refunded},
                      Field{"eligible", &Left::eligible}};
  }
};

}  // namespace

void reverse_points_of(Transaction& tx, const TakenBack& refund) {
  const auto left = vault::database(tx).row<Left>(
      "SELECT sum(amount), sum(returned), sum(earns * (amount - returned)) FROM"
      " (SELECT l.amount AS amount, l.earns AS earns,"
      "  (SELECT coalesce(sum(b.amount), 0) FROM line_return AS b WHERE b.receipt = l.receipt"
      "   AND b.line = l.line AND b.refund <= ?2) AS returned"
      "  FROM line AS l WHERE l.receipt = ?1)",
      refund.sale, refund.refund);
  PHARMACY_CHECK(left.has_value());
  if (left->value == Money{0}) return;
  reverse_points(tx, {.sale = refund.sale,
                      .refund = refund.refund,
                      .day = refund.day,
                      .eligible_left = left->eligible,
                      .refunded = std::min(left->refunded, left->value),
                      .value = left->value});
}

}  // namespace pharmacy::purchases
