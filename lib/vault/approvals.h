// What takes two people, for the verbs that do it.
#pragma once

#include <cstddef>

#include "db/database.h"
#include "pharmacy/approval.h"
#include "vault/permissions.h"

namespace pharmacy::vault {

// Throws ApprovalNeeded unless `reading` has its approval.
void require_approved(Reading& reading, Approvable action, const std::string& what);
// The same where so many people are shown unmasked that it takes an approval.
void require_may_show(Reading& reading, std::size_t people);

// As require() does, but for a reading that reviews a request of the action.
void require_to_plan(Reading& reading, Permission permission, Approvable action);

// Marks the approval as used up by an entry of the log, in the change that writes the entry. Throws
// conflict where another was quicker.
void spend_approval(db::Database& database, ApprovalId id, std::int64_t entry);

}  // namespace pharmacy::vault
