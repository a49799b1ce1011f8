// How a member stands with the pharmacy, as the store has it; nothing is masked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "db/database.h"
#include "pharmacy/standing.h"

namespace pharmacy::members {

std::optional<std::string> keeper_of(db::Database& db, MemberId member);  // login
std::vector<Preference> preferences_of(db::Database& db, MemberId member, bool all);
StandingCopy copy_standing(db::Database& db, MemberId member);

}  // namespace pharmacy::members
