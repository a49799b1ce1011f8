// How the rooms above reach the database behind a Reading or a Transaction.
#pragma once

#include "db/database.h"
#include "pharmacy/store.h"

namespace pharmacy::vault {

// The connection whose snapshot or change `reading` is.
db::Database& database(Reading& reading);

}  // namespace pharmacy::vault
