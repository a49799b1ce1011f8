// Households, for the rest of the room.
#pragma once

#include "pharmacy/household.h"

namespace pharmacy::members {

// Brings two who are about to be one household, or one person, into no more than one of them: who
// is alone in hers leaves it. Throws refused where each lives with others.
void agree_on_household(Transaction& tx, MemberId first, MemberId second);

}  // namespace pharmacy::members
