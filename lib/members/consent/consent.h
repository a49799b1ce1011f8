// Whether something may be done with what is known of a member.
#pragma once

#include "db/database.h"
#include "pharmacy/consent.h"

namespace pharmacy::members {

[[nodiscard]] bool agrees(db::Database& db, MemberId member, Purpose purpose);

}  // namespace pharmacy::members
