// All that is shown of one member.
#pragma once

#include "cli/table.h"
#include "pharmacy/members.h"

namespace pharmacy::cli {

// One row: the member as get_member gives her, and how she stands.
Table member_sheet(Reading& reading, const Member& member);

}  // namespace pharmacy::cli
