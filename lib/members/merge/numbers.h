// The numbers of one person.
#pragma once

#include <vector>

#include "db/database.h"
#include "pharmacy/ids.h"

namespace pharmacy::members {

// Who is found by this number: herself, or who she was merged into.
MemberId standing_for(db::Database& db, MemberId id);
// All who were merged into her, also by way of others; rising, without her own number.
std::vector<MemberId> merged_into(db::Database& db, MemberId id);
// Her search keys, made anew from her name and those of whoever was merged into her.
void rebuild_keys(db::Database& db, MemberId id);

}  // namespace pharmacy::members
