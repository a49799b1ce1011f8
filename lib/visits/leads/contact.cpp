// Contacts with prospects.
#include <fmt/format.h>

#include <array>

#include "base/i18n.h"
#include "pharmacy/error.h"
#include "pharmacy/leads.h"
#include "vault/access.h"
#include "vault/permissions.h"
#include "vault/staff/staff.h"
#include "visits/leads/rows.h"
#include "visits/text_checks.h"

namespace pharmacy {

void touch_lead(Transaction& tx, const NewLeadContact& contact) {
  vault::require(tx, vault::Permission::serve_members);
  auto& database = vault::database(tx);
  const Lead lead = visits::lead_to_change(database, contact.lead);
  visits::show_leads(tx, std::array{lead.id});
  if (lead.state == LeadState::refused) {
    throw Error(
        Errc::refused,
        fmt::format(fmt::runtime(_("prospect {} wants no contact")), to_string(lead.id)),
        fmt::format(fmt::runtime(_("erase what is kept of her with: visit lead drop {} --reason"
                                   " no_interest")),
                    to_string(lead.id)));
  }
  std::vector<Fault> faults;
  const auto note = visits::checked_text(faults, _("note"), contact.note, lead_note_max);
  const LeadStep next = visits::checked_step(faults, contact.next, tx.today());
  if (contact.outcome == LeadOutcome::refused && contact.next.on)
    faults.push_back({_("after a refusal there is no next step"), {}});
  if (!faults.empty()) throw Error(Errc::invalid_input, std::move(faults));
  database.run(
      "INSERT INTO lead_contact (lead, at, staff, how, outcome, note)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      lead.id, tx.now(), tx.actor().id, contact.how, contact.outcome, note);
  database.run("UPDATE lead SET next_step = ?2, next_on = ?3 WHERE id = ?1", lead.id, next.what,
               next.on);
  if (!contact.keeper) return;
  database.run("UPDATE lead SET keeper = ?2 WHERE id = ?1", lead.id,
               vault::staff_for_rows(tx, *contact.keeper));
}

}  // namespace pharmacy
