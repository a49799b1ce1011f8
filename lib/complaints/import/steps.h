// The steps that an imported case took in its life, as far as the other system tells.
#pragma once

#include <cstdint>
#include <vector>

#include "complaints/import/row.h"
#include "complaints/step_row.h"

namespace pharmacy::complaints {

struct CaseStep {
  StepRow row;
  ComplaintState state;  // after it
  std::int64_t round;
  Instant at;
};

// In their order. Where they contradict one another, or an outcome does not belong to the kind,
// that becomes a fault of the case. `sheet` still stands at its row. Of one that was handed to
// somebody of the staff here, the step has nobody yet.
std::vector<CaseStep> steps_of(Case& one, const Sheet& sheet);

}  // namespace pharmacy::complaints
