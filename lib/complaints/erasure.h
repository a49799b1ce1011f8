// What was erased stays so.
#pragma once

#include "pharmacy/complaints.h"

namespace pharmacy::complaints {

// Throws refused where it was erased: nothing that is said is added to it any more.
void require_not_erased(const Complaint& complaint);

}  // namespace pharmacy::complaints
