// All that is shown of one member.
#pragma once

#include "cli/frame.h"
#include "cli/table.h"
#include "pharmacy/members.h"

namespace pharmacy::cli {

// One row: the member as get_member gives her, how she stands, and how long she has been one: for
// people in years, months and days, for programs in days.
Table member_sheet(Frame& frame, Reading& reading, const Member& member);

}  // namespace pharmacy::cli
