// What a request would do, as the store is now: what whoever asks is told in a dry run, and whoever
// approves before that.
#pragma once

#include <cstdint>
#include <tuple>

#include "pharmacy/approval.h"
#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/values.h"

namespace pharmacy {

// From here on the reading may tell what would be done by the action that is asked for, of anybody,
// as it could for whoever asks: with what is below, or plan_erasure (pharmacy/rights.h) and
// plan_complaint_erasure (pharmacy/complaint_erasure.h). Throws what approve() throws.
PHARMACY_API ApprovalRequest review_approval(Reading& reading, ApprovalId id);

// What a correction makes of a purse.
struct AdjustmentPlan {
  MemberId member;
  Points balance;  // today, before it
  Points points;   // added; below 0 taken away
  Points will_be;

  static constexpr auto fields() {
    return std::tuple{
        Field{"member", &AdjustmentPlan::member}, Field{"balance", &AdjustmentPlan::balance},
        Field{"points", &AdjustmentPlan::points}, Field{"will_be", &AdjustmentPlan::will_be}};
  }
};
// What adjust_points would do. Throws not_permitted to anyone but who may correct points and who
// reviews such a request; refused where the points are short; what points_balance throws.
PHARMACY_API AdjustmentPlan plan_adjustment(Reading& reading, MemberId member, Points points);

// How many members export_members gives in all. Throws not_permitted to anyone but who may export
// and who reviews such a request.
PHARMACY_API std::int64_t count_export(Reading& reading);

}  // namespace pharmacy
