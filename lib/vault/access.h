// How the rooms above reach the database behind a Reading or a Transaction, and say whom they show.
#pragma once

#include "db/database.h"
#include "pharmacy/store.h"
#include "vault/log/log.h"

namespace pharmacy::vault {

// The connection whose snapshot or change `reading` is.
db::Database& database(Reading& reading);

// What the access log gets of it: every verb that shows or changes something of a member adds the
// member. A bug in a reading of which nothing is logged: persons are for Store::view and changes.
Shown& shown(Reading& reading);
inline void shows(Reading& reading, MemberId member) {
  shown(reading).members.push_back({member, member});
}

}  // namespace pharmacy::vault
