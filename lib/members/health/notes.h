// Reading health notes, for the rest of the room.
#pragma once

#include "members/health/facts.h"
#include "pharmacy/health.h"

namespace pharmacy::members {

// As health_notes(), for whoever may.
HealthNotes notes_of(Reading& reading, MemberId member, bool all);
HealthFacts facts_of(const HealthNote& note);

}  // namespace pharmacy::members
