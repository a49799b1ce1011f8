// What becomes of prospects: members, or nobody.
#include <array>

#include "pharmacy/leads.h"
#include "pharmacy/members.h"
#include "pharmacy/rights.h"
#include "vault/access.h"
#include "vault/log/erase.h"
#include "vault/permissions.h"
#include "visits/leads/rows.h"

namespace pharmacy {
namespace {

// How her phone came to the pharmacy.
FactSource fact_source(LeadSource source) {
  switch (source) {
    case LeadSource::phone:
      return FactSource::phone;
    case LeadSource::event:
      return FactSource::event;
    case LeadSource::web:
      return FactSource::web;
    case LeadSource::walk_in:
    case LeadSource::referral:
    case LeadSource::other:
      return FactSource::counter;
  }
  return FactSource::counter;
}

MemberId make_member(Transaction& tx, const Lead& lead, const LeadConversion& conversion) {
  return add_member(tx, {.name = lead.name,
                         .card = conversion.card,
                         .phone = lead.phone,
                         .shared_phone = conversion.shared_phone,
                         .note = lead.need,
                         .source = fact_source(lead.source)});
}

// What her file lacks.
void complete_member(Transaction& tx, const Lead& lead, const LeadConversion& conversion) {
  const Member known = get_member(tx, *conversion.into);
  MemberEdit edit;
  if (!known.name) edit.name = lead.name;
  if (!known.phone) edit.phone = lead.phone;
  edit.shared_phone = conversion.shared_phone;
  edit.add_card = conversion.card;
  if (lead.need) edit.note = known.note ? *known.note + '\n' + *lead.need : *lead.need;
  edit.source = fact_source(lead.source);
  edit_member(tx, known.id, edit);
}

struct LeadEnd {
  std::optional<MemberId> member{};
  std::optional<LeadDropReason> reason{};
};

void end_lead(Transaction& tx, LeadId id, const LeadEnd& end) {
  vault::database(tx).run(
      "UPDATE lead SET name = NULL, phone = NULL, need = NULL, next_step = NULL, next_on = NULL,"
      " member = ?2, reason = ?3, ended_at = ?4, ended_by = ?5 WHERE id = ?1",
      id, end.member, end.reason, tx.now(), tx.actor().id);
}

}  // namespace

MemberId convert_lead(Transaction& tx, const LeadConversion& conversion) {
  vault::require(tx, vault::Permission::serve_members);
  const Lead lead = visits::lead_to_change(vault::database(tx), conversion.lead);
  visits::show_leads(tx, std::array{lead.id});
  MemberId member;
  if (conversion.into) {
    complete_member(tx, lead, conversion);
    member = *conversion.into;
  } else {
    member = make_member(tx, lead, conversion);
  }
  end_lead(tx, lead.id, {.member = member});
  return member;
}

void drop_lead(Transaction& tx, LeadId id, LeadDropReason reason) {
  vault::require(tx, vault::Permission::serve_members);
  auto& database = vault::database(tx);
  const Lead lead = visits::lead_to_change(database, id);
  visits::show_leads(tx, std::array{lead.id});
  end_lead(tx, lead.id, {.reason = reason});
  database.run("UPDATE lead_contact SET note = NULL WHERE lead = ?1 AND note IS NOT NULL", lead.id);
  vault::empty_log_after(tx);
}

}  // namespace pharmacy
