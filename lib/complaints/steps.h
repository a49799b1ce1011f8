// Recording a step, once it is known who may.
#pragma once

#include "pharmacy/complaint_steps.h"

namespace pharmacy::complaints {

// Throws what take_step() throws but for permissions, and restricted members.
ComplaintEvent record_step(Transaction& tx, const Complaint& complaint, const ComplaintStep& step);

}  // namespace pharmacy::complaints
