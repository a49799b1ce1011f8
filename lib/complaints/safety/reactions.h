// What every verb on an adverse reaction asks first, and what was told of it.
#pragma once

#include <optional>
#include <vector>

#include "pharmacy/adverse_reactions.h"

namespace pharmacy::complaints {

// Logged. Throws not_found; refused where it is none, or was taken in by mistake.
Complaint require_reaction(Reading& reading, ComplaintId id);
// Throws refused: nobody has judged it.
[[noreturn]] void throw_unjudged(ComplaintId id);

// What was told of health with each judgement, the oldest first; nullopt where the actor cannot
// open it. Throws damaged.
std::vector<std::optional<ReactionDetails>> stored_details(Reading& reading, ComplaintId id);

}  // namespace pharmacy::complaints
