// Leads as stored.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "db/database.h"
#include "pharmacy/error.h"
#include "pharmacy/leads.h"

namespace pharmacy::visits {

// Nothing masked. Throws not_found.
Lead stored_lead(db::Database& database, LeadId id);
// The same; throws refused where it is over.
Lead lead_to_change(db::Database& database, LeadId id);
// As list_leads() orders them; those are stale with whom nobody was in contact since `heard_since`.
std::vector<Lead> stored_leads(db::Database& database, const LeadFilter& filter, Date today,
                               Instant heard_since);

// As it is kept; a fault for each thing that is wrong.
LeadStep checked_step(std::vector<Fault>& faults, const LeadStep& step, Date today);

// What the access log gets of leads, which are no members: "leads 1-3 7".
void show_leads(Reading& reading, std::span<const LeadId> leads);

}  // namespace pharmacy::visits
