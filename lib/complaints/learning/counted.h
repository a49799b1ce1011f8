// What counts among complaints, and how often it was, against the purchases of the same days.
#pragma once

#include <cstdint>
#include <optional>

#include "db/database.h"
#include "pharmacy/complaints.h"
#include "pharmacy/time.h"
#include "pharmacy/values.h"

namespace pharmacy::complaints {

// Whether a complaint named c was closed as a mistake, and not opened again: it counts nowhere.
#define PHARMACY_IS_MISTAKE                                                           \
  "('close_mistake' IS (SELECT s.step FROM complaint_step s WHERE s.complaint = c.id" \
  " AND s.step IN ('close_mistake', 'reopen') ORDER BY s.id DESC LIMIT 1))"

// Purchases of these days.
std::int64_t receipts_on(db::Database& database, const Period& days);

struct CauseCount {
  std::int64_t complaints;  // and objections
  std::int64_t receipts;
};
CauseCount count_cause(db::Database& database, ComplaintCause cause, const Period& days,
                       const Zone& zone);

// So many per 1,000 receipts, rounded half away from zero; absent without any.
std::optional<Quantity> per_thousand(std::int64_t complaints, std::int64_t receipts);
// Rounded down; absent of nothing.
std::optional<std::int64_t> percent(std::int64_t part, std::int64_t whole);

}  // namespace pharmacy::complaints
