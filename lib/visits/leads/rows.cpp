#include "visits/leads/rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/i18n.h"
#include "vault/access.h"
#include "visits/text_checks.h"

// What a Lead is made of, in the order of its fields().
#define PHARMACY_LEAD_COLUMNS                                                                  \
  "SELECT l.id, l.name, l.phone, l.source, l.need, k.login,"                                   \
  " CASE WHEN l.member IS NOT NULL THEN 'converted' WHEN l.reason IS NOT NULL THEN 'dropped'"  \
  "  WHEN EXISTS (SELECT 1 FROM lead_contact c WHERE c.lead = l.id AND c.outcome = 'refused')" \
  "  THEN 'refused' ELSE 'open' END,"                                                          \
  " l.next_on, l.next_step, (SELECT count(*) FROM lead_contact c WHERE c.lead = l.id),"        \
  " coalesce((SELECT max(c.at) FROM lead_contact c WHERE c.lead = l.id), l.added_at)"          \
  "  AS touched,"                                                                              \
  " (SELECT c.outcome FROM lead_contact c WHERE c.lead = l.id ORDER BY c.id DESC LIMIT 1),"    \
  " l.added_at, l.member, l.reason FROM lead l JOIN staff k ON k.id = l.keeper"

namespace pharmacy::visits {

Lead stored_lead(db::Database& database, LeadId id) {
  auto lead = database.row<Lead>(PHARMACY_LEAD_COLUMNS " WHERE l.id = ?1", id);
  if (lead) return *std::move(lead);
  throw Error(Errc::not_found,
              fmt::format(fmt::runtime(_("there is no prospect {}")), to_string(id)),
              _("list them with: visit lead list"));
}

Lead lead_to_change(db::Database& database, LeadId id) {
  Lead lead = stored_lead(database, id);
  if (lead.state == LeadState::open || lead.state == LeadState::refused) return lead;
  throw Error(Errc::refused, fmt::format(fmt::runtime(_("prospect {} is over")), to_string(id)),
              "");
}

std::vector<Lead> stored_leads(db::Database& database, const LeadFilter& filter, Date today,
                               Instant heard_since) {
  // One more than asked for, to know whether there are more.
  return database.rows<Lead>(PHARMACY_LEAD_COLUMNS
                             " WHERE l.ended_at IS NULL AND (?1 = 0 OR l.next_on <= ?2)"
                             " AND (?3 = 0 OR touched < ?4) AND (?5 IS NULL OR k.login = ?5)"
                             " ORDER BY iif(?3 = 0, 0, touched), l.next_on IS NULL, l.next_on, l.id"
                             " LIMIT ?6",
                             filter.due, today, filter.stale, heard_since, filter.keeper,
                             static_cast<std::int64_t>(filter.limit) + 1);
}

LeadStep checked_step(std::vector<Fault>& faults, const LeadStep& step, Date today) {
  LeadStep kept = step;
  kept.what = checked_text(faults, _("next step"), step.what, lead_step_max);
  if (step.what && !step.on)
    faults.push_back({_("a next step needs a day"), _("give it with --next-on")});
  if (step.on && *step.on < today) {
    faults.push_back({fmt::format(fmt::runtime(_("this day is over: {}")), to_string(*step.on)),
                      _("a next step is for today or later")});
  }
  return kept;
}

void show_leads(Reading& reading, std::span<const LeadId> leads) {
  vault::notes(reading, "leads", leads);
}

}  // namespace pharmacy::visits

#undef PHARMACY_LEAD_COLUMNS
