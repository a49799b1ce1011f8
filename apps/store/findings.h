// What a check found, as all checks tell it.
#pragma once

#include <string>
#include <vector>

#include "cli/output.h"
#include "pharmacy/store.h"

namespace pharmacy::cli {

// Lists them, and ends with the status of the worst. `if_none` is told where there is nothing.
void tell(const std::vector<Finding>& findings, Output& out, const std::string& if_none);

}  // namespace pharmacy::cli
