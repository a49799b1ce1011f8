// How long there is for a complaint, by which calendar that is counted, and what counts as the same
// again.
#pragma once

#include <cstdint>
#include <optional>

#include "db/database.h"
#include "pharmacy/calendar.h"
#include "pharmacy/complaints.h"
#include "pharmacy/parties.h"
#include "pharmacy/policy.h"

namespace pharmacy::complaints {

// Seconds.
struct Allowance {
  std::int64_t ack;
  std::int64_t answer;
};
Allowance allowance_of(const Policy& policy, ComplaintSeverity severity, MemberClass member_class);

// The class that she is of now; `ordinary` for nobody known.
MemberClass class_of(db::Database& database, const std::optional<MemberId>& member);

// The newest one of the same person about the same, received at most so many days before.
std::optional<ComplaintId> repeated_by(db::Database& database, const NewComplaint& complaint,
                                       Instant received, int days);

}  // namespace pharmacy::complaints
