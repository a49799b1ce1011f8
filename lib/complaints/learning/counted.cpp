#include "complaints/learning/counted.h"

#include "base/bounds.h"
#include "vault/purchase.h"

namespace pharmacy::complaints {

std::int64_t receipts_on(db::Database& database, const Period& days) {
  return database
      .value<std::int64_t>(
          "SELECT count(*) FROM receipt r WHERE r.day BETWEEN ?1 AND ?2 AND r.kind = 'sale'"
          " AND " PHARMACY_IS_PURCHASE,
          days.from, days.to)
      .value();
}

CauseCount count_cause(db::Database& database, ComplaintCause cause, const Period& days,
                       const Zone& zone) {
  const auto [from, end] = bounds_of(days, zone);
  const auto complaints = database.value<std::int64_t>(
      "SELECT count(*) FROM complaint c WHERE c.cause = ?1"
      " AND c.received_at >= ?2 AND c.received_at < ?3"
      " AND c.kind IN ('complaint', 'objection') AND NOT " PHARMACY_IS_MISTAKE,
      cause, from, end);
  return {.complaints = complaints.value(), .receipts = receipts_on(database, days)};
}

std::optional<Quantity> per_thousand(std::int64_t complaints, std::int64_t receipts) {
  if (receipts == 0) return std::nullopt;
  return Quantity{multiply_divide_round(complaints, 1'000'000, receipts)};
}

std::optional<std::int64_t> percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return std::nullopt;
  return multiply_divide_floor(part, 100, whole);
}

}  // namespace pharmacy::complaints
