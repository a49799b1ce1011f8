// Households, for the rest of the room.
#pragma once

#include <vector>

#include "db/database.h"
#include "pharmacy/household.h"

namespace pharmacy::members {

// Brings two who are about to be one household, or one person, into no more than one of them: who
// is alone in hers leaves it. Throws refused where each lives with others.
void agree_on_household(Transaction& tx, MemberId first, MemberId second);

// Who lives with a member, and she, rising, as get_household() has them; and who lived with her
// until a time that is `since` or later.
std::vector<MemberId> lived_with(db::Database& database, MemberId member, Instant since);

}  // namespace pharmacy::members
