// What columns and headings are called for people, wherever they stand; scoped_labels.h is asked
// before.
#pragma once

#include <span>

#include "cli/columns/complaints.h"
#include "cli/columns/members.h"
#include "cli/columns/reports.h"
#include "cli/columns/shared.h"
#include "cli/columns/vault.h"
#include "cli/columns/visits.h"

namespace pharmacy::cli {

// By the room of the library that shows them; what several rooms show is in shared.h.
inline constexpr std::span<const Entry> column_labels[] = {shared_columns, member_columns,
                                                           visit_columns,  report_columns,
                                                           vault_columns,  complaint_columns};

}  // namespace pharmacy::cli
