// The policies of a store: which one is in force, and what it says. For the vault; the rooms above
// ask by a Reading (pharmacy/policy.h).
#pragma once

#include <string>
#include <string_view>

#include "db/database.h"
#include "pharmacy/policy.h"

namespace pharmacy::policy {

// The document that every new store begins with: schema/default_policy.toml.
std::string_view default_document();

// Of the policies effective on `day`, the one from the latest day, and of two from one day the
// later version. Throws damaged where the store has none.
Policy policy_on(db::Database& database, Date day);
// Its document as text.
std::string policy_document(db::Database& database, Date day);

}  // namespace pharmacy::policy
