// The slip of what a pharmacist told: what is taken home with the medicine.
#pragma once

#include <string>
#include <vector>

#include "pharmacy/counsel.h"
#include "pharmacy/time.h"
#include "visit/slip_writer.h"

namespace pharmacy::cli {

// Of one person, mistakes left out; empty where nothing else is there.
std::string counsel_slip(const std::vector<Counsel>& counsels, const Zone& zone,
                         const SlipForm& form);

}  // namespace pharmacy::cli
