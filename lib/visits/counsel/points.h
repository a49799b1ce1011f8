// What is told of a medicine, as it is typed and as it is kept.
#pragma once

#include <vector>

#include "db/database.h"
#include "pharmacy/counsel.h"
#include "pharmacy/error.h"

namespace pharmacy::visits {

// What was typed, laid over what is kept: a point that is absent is the one that is kept, an empty
// one goes. A fault for each that is wrong.
CounselPoints laid_over(std::vector<Fault>& faults, const CounselPoints& kept,
                        const CounselPoints& typed);

// What is kept of a product.
CounselPoints advice_of(db::Database& database, ProductId product);

}  // namespace pharmacy::visits
