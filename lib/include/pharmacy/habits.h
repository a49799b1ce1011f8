// What purchases tell of a member, worked out whenever it is asked for: nothing of it is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <tuple>

#include "pharmacy/export.h"
#include "pharmacy/fields.h"
#include "pharmacy/ids.h"
#include "pharmacy/store.h"
#include "pharmacy/time.h"

namespace pharmacy {

// How long she has been a member, and how long she has bought here. The two are kept apart: many
// buy for years before they join, and many join without buying.
struct MemberTenure {
  std::optional<std::int64_t> tenure_days;  // since she joined; absent on days before that
  std::optional<Date> first_purchase;       // a sale of something, as pharmacy/reports.h has it
  std::optional<std::int64_t> buying_days;  // since then

  static constexpr auto fields() {
    return std::tuple{Field{"tenure_days", &MemberTenure::tenure_days},
                      Field{"first_purchase", &MemberTenure::first_purchase},
                      Field{"buying_days", &MemberTenure::buying_days}};
  }
};
// As of today. Throws not_found; refused where she is restricted.
PHARMACY_API MemberTenure get_tenure(Reading& reading, MemberId member);

}  // namespace pharmacy
