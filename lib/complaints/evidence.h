// Files that show what happened.
#pragma once

#include <cstdint>

#include "db/database.h"
#include "pharmacy/complaint_steps.h"

namespace pharmacy::complaints {

// Of a step that was recorded.
void put_evidence(db::Database& database, std::int64_t step, const AddEvidence& evidence);

}  // namespace pharmacy::complaints
